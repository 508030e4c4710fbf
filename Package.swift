// swift-tools-version: 6.2

import PackageDescription

// Modules in dependency order, lowest first: an import never points up this list. Docs/Architecture.md says what each is for.

let package = Package(
    name: "continuous-cnn",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "ContinuousCNN", targets: ["ContinuousCNN"]),
        .executable(name: "ccnn", targets: ["ccnn"]),
        .executable(name: "ccnn-hdf5", targets: ["ccnn-hdf5"]),
    ] + modulesOfInterest.map { .library(name: $0, targets: [$0]) },
    traits: [
        .trait(name: "MPI", description: "Training, claims and filters over several processes, by Open MPI.")
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-numerics", from: "1.1.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    ],
    targets: [
        .systemLibrary(
            name: "CLAPACKE", pkgConfig: "lapacke",
            providers: [.apt(["liblapacke-dev", "libopenblas-dev"]), .brew(["lapack"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),

        .systemLibrary(
            name: "CFFTW", pkgConfig: "fftw3",
            providers: [.apt(["libfftw3-dev"]), .brew(["fftw"])]),

        .systemLibrary(
            name: "CLibPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),

        .systemLibrary(
            name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"]), .brew(["hdf5"])]),

        // Only with the trait: nobody else needs MPI.
        .systemLibrary(
            name: "CMPI", pkgConfig: "ompi-c",
            providers: [.apt(["libopenmpi-dev", "openmpi-bin"]), .brew(["open-mpi"])]),
        .systemLibrary(
            name: "CFFTWMPI", pkgConfig: "ompi-c", providers: [.apt(["libfftw3-mpi-dev"]), .brew(["fftw"])]),

        .target(name: "CPNG", dependencies: ["CLibPNG"]),
        .target(name: "CInnerLoops"),
        .target(name: "CHDF5Files", dependencies: ["CHDF5"]),
        .executableTarget(
            name: "ccnn-hdf5", dependencies: ["CHDF5Files"], path: "Sources/HDF5Reader", swiftSettings: settings),

        .library("Randomness"),
        .library("Parallelism"),
        .library("MessagePassing", [.target(name: "CMPI", condition: .when(traits: ["MPI"]))]),
        .library("SampledSpaces", ["Randomness", .product(name: "RealModule", package: "swift-numerics")]),
        .library("FourierTransforms", ["CFFTW", "Parallelism", "SampledSpaces"]),
        .library(
            "DistributedTransforms",
            [
                "FourierTransforms", "MessagePassing",
                .target(name: "CFFTWMPI", condition: .when(traits: ["MPI"])),
            ]),
        .library("LeastSquares", ["CLAPACKE"]),
        .library("GaussianKernels", ["LeastSquares"]),
        .library(
            "Convolution",
            ["CInnerLoops", "Parallelism", "SampledSpaces", "FourierTransforms", "GaussianKernels", "LeastSquares"]),
        .library("Tensors"),
        .library("Measurement", ["Parallelism"]),
        .library("TensorConvolution", ["CInnerLoops", "Measurement", "Parallelism", "SampledSpaces", "Tensors"]),
        .library("TensorFiles", ["Tensors", "CZlib"]),
        .library("Pictures", ["CPNG"]),
        .library(
            "KernelFitting",
            ["CInnerLoops", "Parallelism", "Randomness", "SampledSpaces", "GaussianKernels", "LeastSquares"]),
        .library("KernelFiles", ["KernelFitting", "TensorFiles", "Tensors"]),
        .library(
            "NeuralNetworks",
            ["CInnerLoops", "GaussianKernels", "Parallelism", "Randomness", "TensorConvolution", "Tensors"]),
        .library("Datasets", ["Pictures", "Randomness", "Tensors", "TensorFiles"]),
        .library(
            "Training",
            [
                "CInnerLoops", "Datasets", "MessagePassing", "NeuralNetworks", "Parallelism", "TensorConvolution",
                "TensorFiles", "Tensors",
            ]),
        .library(
            "TrainedNetworks", ["Datasets", "NeuralNetworks", "TensorFiles", "Tensors", "Training"],
            resources: [.copy("Networks")]),
        .library(
            "Experiments",
            [
                "Convolution", "Datasets", "FourierTransforms", "GaussianKernels", "KernelFitting", "LeastSquares",
                "MessagePassing", "NeuralNetworks", "Randomness", "SampledSpaces", "TensorConvolution", "TensorFiles",
                "Tensors",
                "TrainedNetworks", "Training",
            ]),
        .library("Reports", [.product(name: "Mustache", package: "swift-mustache")]),
        .library(
            "ContinuousCNN",
            [
                "Parallelism", "SampledSpaces", "FourierTransforms", "LeastSquares", "GaussianKernels", "Convolution",
                "Tensors", "TensorConvolution", "TensorFiles", "Pictures", "KernelFitting", "KernelFiles",
                "NeuralNetworks",
                "Datasets", "Randomness", "TrainedNetworks", "Training",
            ]),
        .library(
            "CommandLineSupport",
            [
                "ContinuousCNN", "Datasets", "DistributedTransforms", "Experiments", "Measurement", "MessagePassing",
                "NeuralNetworks", "Pictures", "Reports", "TrainedNetworks", "Training",
            ]),
        .executableTarget(
            name: "ccnn",
            dependencies: [
                "CommandLineSupport", "MessagePassing",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),

        .library(
            "NotebookSupport", ["Reports", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            path: "notebooks-as-scripts/Support"),
        .notebook("01-sampled-spaces", ["Convolution", "Randomness", "SampledSpaces"]),
        .notebook("02-gaussian-derivatives", ["GaussianKernels"]),
        .notebook("03-discretisations", ["GaussianKernels"]),
        .notebook(
            "04-fitting-kernels",
            ["ContinuousCNN", .product(name: "ArgumentParser", package: "swift-argument-parser")]),
        .notebook("05-large-kernels", ["ContinuousCNN", "Measurement"]),
        .notebook("06-without-downsampling", ["ContinuousCNN"]),
        .notebook("07-training", ["ContinuousCNN"]),
        .notebook(
            "08-across-resolutions",
            ["ContinuousCNN", "Experiments", .product(name: "ArgumentParser", package: "swift-argument-parser")]),
        .notebook(
            "09-segmentation",
            [
                "CommandLineSupport", "ContinuousCNN",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .executableTarget(
            name: "notebook-contents", dependencies: ["Reports"], path: "notebooks-as-scripts/Contents",
            swiftSettings: settings),

        .library("TestSupport", ["MessagePassing", "Randomness"], path: "Tests/TestSupport"),
        .executableTarget(
            name: "mpi-checks", dependencies: ["MessagePassing", "TensorFiles", "TestSupport"],
            path: "Tests/MPI/Checks", swiftSettings: settings),
        .tests("Randomness"),
        .tests("Parallelism"),
        .tests("MessagePassing"),
        .tests("SampledSpaces"),
        .tests("FourierTransforms", ["SampledSpaces", "Parallelism"]),
        .tests("GaussianKernels"),
        .tests("LeastSquares", ["Randomness"]),
        .tests(
            "Convolution",
            [
                "FourierTransforms", "GaussianKernels", "MessagePassing", "Parallelism", "Randomness", "SampledSpaces",
            ]),
        .tests("Tensors"),
        .tests("CInnerLoops", ["Randomness"]),
        .tests("TensorConvolution", ["Parallelism", "Randomness", "SampledSpaces", "Tensors"]),
        .tests("TensorFiles", ["Tensors", "Randomness"]),
        .tests("Pictures", ["Randomness"]),
        .tests(
            "KernelFitting",
            [
                "GaussianKernels", "LeastSquares", "Parallelism", "Randomness", "SampledSpaces", "Tensors",
                "TensorFiles",
            ]),
        .tests("NeuralNetworks", ["GaussianKernels", "Parallelism", "Randomness", "TensorConvolution", "Tensors"]),
        .tests("Datasets", ["Pictures", "Randomness", "Tensors", "TensorFiles"]),
        .tests(
            "Training",
            [
                "Datasets", "MessagePassing", "NeuralNetworks", "Parallelism", "Randomness", "TensorConvolution",
                "TensorFiles",
                "Tensors",
            ]),
        .tests("TrainedNetworks", ["Datasets", "NeuralNetworks", "TensorFiles", "Training"]),
        .tests(
            "Experiments",
            [
                "Convolution", "Datasets", "GaussianKernels", "KernelFitting", "MessagePassing", "NeuralNetworks",
                "Randomness", "SampledSpaces", "TensorFiles", "Tensors", "Training",
            ]),
        .tests("Measurement"),
        .tests("Reports", ["Randomness"]),
        .testTarget(
            name: "DocumentationTests", dependencies: ["ContinuousCNN", "TestSupport"], swiftSettings: settings),
        .tests("KernelFiles", ["KernelFitting", "TensorFiles", "Tensors"]),
        .tests(
            "CommandLineSupport",
            [
                "Datasets", "Experiments", "KernelFitting", "Measurement", "MessagePassing", "NeuralNetworks",
                "Pictures", "Reports", "Tensors", "TensorFiles", "Training",
            ]),
        .tests("ccnn", ["Pictures", "Randomness", "Tensors", "TensorFiles"]),
    ],
    swiftLanguageModes: [.v6]
)

// CCNN_ONLY, names of modules with spaces between them, leaves their tests and what those need: `make test-module` and the sanitisers.
if let names = Context.environment["CCNN_ONLY"], !names.isEmpty {
    package.keep(names.split(separator: " ").map { "\($0)Tests" })
}

/// The modules that another package may want without the rest.
var modulesOfInterest: [String] {
    [
        "CommandLineSupport", "Convolution", "Datasets", "FourierTransforms", "GaussianKernels",
        "KernelFitting",
        "LeastSquares", "MessagePassing",
        "NeuralNetworks", "Parallelism", "Pictures", "Randomness", "Reports", "SampledSpaces", "TensorConvolution",
        "TensorFiles", "Tensors", "Training",
    ]
}

/// With CCNN_STRICT set, as the tests do, a warning is an error; users of the package are spared that.
nonisolated var settings: [SwiftSetting] {
    [.enableUpcomingFeature("ExistentialAny")]
        + (Context.environment["CCNN_STRICT"] == nil ? [] : [.treatAllWarnings(as: .error)])
}

extension Package {
    /// Leaves the targets of these names and what they depend on. The packages stay, so that those already resolved are those of a whole build.
    func keep(_ wanted: [String]) {
        var kept: Set<String> = []
        var open = wanted
        while let name = open.popLast() {
            guard kept.insert(name).inserted else { continue }
            guard let target = targets.first(where: { $0.name == name }) else {
                fatalError("CCNN_ONLY: there is no target \(name)")
            }
            for case .byNameItem(let name, _) in target.dependencies { open.append(name) }
            for case .targetItem(let name, _) in target.dependencies { open.append(name) }
        }
        targets.removeAll { !kept.contains($0.name) }
        products = []
    }
}

extension Target {
    /// A module of the library.
    static func library(
        _ name: String, _ dependencies: [Dependency] = [], path: String? = nil, resources: [Resource] = []
    ) -> Target {
        .target(
            name: name, dependencies: dependencies, path: path, resources: resources, swiftSettings: settings)
    }

    /// A narrative that runs: `swift run -c release NAME`.
    static func notebook(_ name: String, _ dependencies: [Dependency]) -> Target {
        .executableTarget(
            name: name, dependencies: dependencies + ["Reports", "NotebookSupport"],
            path: "notebooks-as-scripts/\(name)", swiftSettings: settings)
    }

    /// The tests of module `name`, which may also use the modules in `others`.
    static func tests(_ name: String, _ others: [Dependency] = []) -> Target {
        .testTarget(
            name: name + "Tests", dependencies: [.byName(name: name), "TestSupport"] + others, swiftSettings: settings)
    }
}

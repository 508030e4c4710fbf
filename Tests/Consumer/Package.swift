// swift-tools-version: 6.2

import PackageDescription

// A package of somebody else's that uses three modules of this one and no more: it has to build, and to print what it should.

let package = Package(
    name: "edges",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "continuous-cnn", path: "../..")],
    targets: [
        .executableTarget(
            name: "edges",
            dependencies: [
                .product(name: "Convolution", package: "continuous-cnn"),
                .product(name: "GaussianKernels", package: "continuous-cnn"),
                .product(name: "SampledSpaces", package: "continuous-cnn"),
            ])
    ],
    swiftLanguageModes: [.v6]
)

// swift-tools-version: 6.2

import PackageDescription

// Every reader of files and of command lines under libFuzzer, and commands of every kind for an hour in one process. The flags that instrument the code are on the command line of
// `make fuzz`: a package with flags of its own could not be depended on.

let package = Package(
    name: "fuzzing",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "continuous-cnn", path: "..")],
    targets: [
        .executableTarget(
            name: "fuzz",
            dependencies: [
                .product(name: "CommandLineSupport", package: "continuous-cnn"),
                .product(name: "ContinuousCNN", package: "continuous-cnn"),
            ]),
        .executableTarget(
            name: "soak",
            dependencies: [
                .product(name: "CommandLineSupport", package: "continuous-cnn"),
                .product(name: "ContinuousCNN", package: "continuous-cnn"),
                .product(name: "Reports", package: "continuous-cnn"),
            ]),
    ],
    swiftLanguageModes: [.v6]
)

import ContinuousCNN
import Experiments
import Foundation
import NeuralNetworks

/// The words that can follow an option, for the shells' completion of what is typed.
public enum CommandChoices {
    /// The networks.
    public static var networks: [String] { StandardNetwork.all.map(\.name) }
    /// The networks that `ccnn detect` trains.
    public static var detectors: [String] { StandardNetwork.all.filter(\.findsObjects).map(\.name) }
    /// The claims.
    public static var claims: [String] { AllClaims.all.map(\.id) }
    /// The data sets.
    public static var datasets: [String] { DatasetSource.allCases.map(\.rawValue) }
    /// The data sets that can be fetched.
    public static var fetchedDatasets: [String] {
        DatasetSource.allCases.filter { $0.archive != nil }.map(\.rawValue)
    }
    /// How much work claims may be.
    public static var efforts: [String] { Effort.allCases.map(\.rawValue) }
    /// The pictures that claims learn from.
    public static let claimData = [DatasetSource.shapes.rawValue, DatasetSource.cifar10.rawValue]
    /// What results are printed as.
    public static var formats: [String] { FitRequest.Format.allCases.map(\.rawValue) }
    /// How a Gaussian becomes taps.
    public static var discretizations: [String] { FitRequest.discretizations }
    /// Which σ kernels of a fit have; a number will do too.
    public static let sigmas = ["shared", "per-kernel"]
    /// Where a fit's Gaussian lies.
    public static var centers: [String] { CenterMode.allCases.map(\.rawValue) }
    /// The shapes of a fit's Gaussian.
    public static var sigmaModels: [String] { SigmaModel.allCases.map(\.rawValue) }
    /// How a fit's order is chosen.
    public static var orderChoices: [String] { FitRequest.OrderChoice.allCases.map(\.rawValue) }
    /// The extensions of files of weights, for a sentence.
    public static var weightFiles: String { weightFileExtensions.map { "." + $0 }.joined(separator: ", ") }
    /// The extensions of files of weights.
    public static var weightFileExtensions: [String] { TensorArchive.Format.all.flatMap(\.extensions) }
    /// The axes of kernel tensors.
    public static var axes: [String] { KernelAxes.allCases.map(\.rawValue) }
    /// What is beyond a picture's border.
    public static let boundaries = ["zero", "periodic", "mirror", "mirror-whole", "replicate", "odd"]
    /// How a filter's Gaussian becomes taps, or none.
    public static var filterDiscretizations: [String] { discretizations + ["fourier"] }
    /// What a filter computes in.
    public static var filterPrecisions: [String] { FilterPrecision.allCases.map(\.rawValue) + ["automatic"] }
    /// Which positions of a convolution are kept.
    public static var extents: [String] { ConvolutionExtent.allCases.map(\.rawValue) }
    /// How a picture is convolved.
    public static var methods: [String] { ConvolutionMethod.allCases.map(\.rawValue) + ["automatic"] }
    /// The optimisers.
    public static let optimizers = ["adam", "adamw", "sgd"]
    /// How the learning rate falls.
    public static let schedules = ["decay", "constant", "cosine", "step", "plateau"]
    /// How the share of pruned weights grows.
    public static var pruneGrowths: [String] { PruningSettings.Growth.allCases.map(\.rawValue) }
    /// What is pruned together.
    public static var pruneUnits: [String] { PruningSettings.Unit.allCases.map(\.rawValue) }
    /// Among what the smallest weights are sought.
    public static var pruneScopes: [String] { PruningSettings.Scope.allCases.map(\.rawValue) }
    /// The directions of kernels of two taps.
    public static var twoTaps: [String] { TwoTapMask.allCases.map(\.rawValue) }
    /// The precisions of a benchmark.
    public static var precisions: [String] { PicturesBenchmark.precisions }

    /// What the word before the cursor can become where a network's name or a checkpoint is wanted.
    public static func models(startingWith prefix: String) -> [String] {
        networks + paths(startingWith: prefix, extensions: ["safetensors"])
    }

    /// The layers that `ccnn fit` can be asked for: those of the file among the words of the command line, else the built-in operators.
    public static func layers(words: [String]) -> [String] {
        for word in words.dropFirst() where FileManager.default.fileExists(atPath: word) {
            guard let file = try? KernelFile(contentsOf: URL(fileURLWithPath: word)) else { continue }
            return file.layers.map(\.name)
        }
        return ClassicalOperators.layers.map(\.name)
    }

    /// The folders and the files with one of the extensions that a path can become.
    private static func paths(startingWith prefix: String, extensions: [String]) -> [String] {
        let folder = prefix.lastIndex(of: "/").map { String(prefix[...$0]) } ?? ""
        let start = prefix.dropFirst(folder.count)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
        return names.sorted().compactMap { name in
            guard name.hasPrefix(start), !name.hasPrefix(".") || start.hasPrefix(".") else { return nil }
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: folder + name, isDirectory: &isFolder) else { return nil }
            if isFolder.boolValue { return folder + name + "/" }
            return extensions.contains(URL(fileURLWithPath: name).pathExtension) ? folder + name : nil
        }
    }
}

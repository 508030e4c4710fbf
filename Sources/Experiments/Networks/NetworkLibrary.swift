import Datasets
import Foundation
import NeuralNetworks
import TensorFiles
import TrainedNetworks
import Training

/// Trained networks that experiments share: each is trained once, kept in a folder, and found again.
///
/// A run is determined by the network, the pictures and the settings, the seed among them. What was trained before, by `ccnn train` or by an earlier
/// run, is read instead.
public final class NetworkLibrary {
    private struct Request: Hashable {
        let network: NetworkDescription
        let dataset: String
        let settings: TrainingSettings
        /// Whether it begins with the weights of a network that comes along.
        let isAdapted: Bool
    }

    /// Where runs are kept.
    public let folder: URL
    private let isTemporary: Bool
    private var trained: [Request: LearnedNetwork] = [:]
    private let stored: StoredRuns
    private let brought: [TrainedNetwork]

    /// A library that keeps its runs in `folder`, or in one that goes with it where nil.
    ///
    /// - Parameters:
    ///   - folder: Where runs are kept; one that goes with the library where nil.
    ///   - checkpoints: A folder with runs of `ccnn train`, each in a folder of its own or a file of its own, or with histories that `ccnn results`
    ///     gathered.
    ///   - brought: Networks that come along with the program.
    /// - Throws: `TrainingError` where a file there is a checkpoint that cannot be read.
    public init(
        folder: URL? = nil, checkpoints: URL? = nil, brought: [TrainedNetwork] = []
    ) throws(TrainingError) {
        isTemporary = folder == nil
        self.folder =
            folder ?? FileManager.default.temporaryDirectory.appendingPathComponent("ccnn-\(UUID().uuidString)")
        stored = try StoredRuns(in: checkpoints)
        self.brought = brought
    }

    deinit {
        if isTemporary { try? FileManager.default.removeItem(at: folder) }
    }

    /// The network trained on `dataset` with `settings`.
    ///
    /// - Throws: `TrainingError`, and `ExperimentError.stopped` where the context asks to stop; the run then goes on from there next time.
    public func trained(
        _ network: NetworkDescription, on dataset: Dataset, _ settings: TrainingSettings, _ context: ExperimentContext
    ) throws -> LearnedNetwork {
        let request = Request(
            network: network, dataset: Self.identity(of: dataset), settings: settings, isAdapted: false)
        return try once(request) {
            try stored.finished(network, on: dataset, settings).map { try Self.network($0, network, dataset) }
                ?? train(request, dataset, from: nil, context)
        }
    }

    /// The history of a stored run that is finished, which may be all that is left of it; nil where none has these settings.
    func storedHistory(
        of network: NetworkDescription, on dataset: Dataset, _ settings: TrainingSettings
    ) -> TrainingHistory? {
        stored.history(of: network, on: dataset, settings)
    }

    /// The seeds for which a finished run of every one of `networks` on its data set is stored, with the settings of the seed; of some the
    /// history may be all there is.
    func storedSeeds(
        of networks: [(NetworkDescription, Dataset)],
        _ settings: (NetworkDescription, UInt64) -> TrainingSettings
    ) -> [UInt64] {
        let seeds = networks.map { network, dataset in
            stored.finishedSeeds(network, on: dataset) { settings(network, $0) }
        }
        return (seeds.first ?? []).filter { seed in seeds.allSatisfy { $0.contains(seed) } }
    }

    /// A stored run: its seed, the steps it made and those it was to make.
    struct LongRun: Sendable {
        let network: NetworkDescription
        let seed: UInt64
        let made: Int
        let wanted: Int
        /// The network with its weights.
        let read: @Sendable () throws -> LearnedNetwork
    }

    /// The runs of a network that are longer than `steps`, one for each seed.
    func longerRuns(of network: NetworkDescription, on dataset: Dataset, beyond steps: Int) -> [LongRun] {
        stored.longest(network, on: dataset, beyond: steps).map { run in
            LongRun(network: network, seed: run.settings.seed, made: run.steps, wanted: run.settings.steps) {
                try Self.network(run, network, dataset)
            }
        }
    }

    /// The network of that name that comes along, if it takes such pictures and knows as many classes.
    func broughtAlong(_ network: NetworkDescription, for dataset: Dataset) -> TrainedNetwork? {
        let pictures = dataset.training
        return brought.first {
            $0.name == network.name && $0.card.input == [pictures.height, pictures.width, pictures.channels]
                && $0.card.classes.count == pictures.classNames.count
        }
    }

    /// A network that comes along, trained on for `dataset` with `settings`.
    func adapted(
        _ begin: TrainedNetwork, _ network: NetworkDescription, to dataset: Dataset, _ settings: TrainingSettings,
        _ context: ExperimentContext
    ) throws -> LearnedNetwork {
        let request = Request(
            network: network, dataset: Self.identity(of: dataset), settings: settings, isAdapted: true)
        return try once(request) { try train(request, dataset, from: begin.weights(), context) }
    }

    private func once(_ request: Request, _ make: () throws -> LearnedNetwork) rethrows -> LearnedNetwork {
        if let known = trained[request] { return known }
        let network = try make()
        trained[request] = network
        return network
    }

    private static func network(
        _ checkpoint: Checkpoint, _ network: NetworkDescription, _ dataset: Dataset
    ) throws -> LearnedNetwork {
        let graph = try NetworkGraph(network, height: dataset.training.height, width: dataset.training.width)
        return LearnedNetwork(
            graph: graph, weights: try checkpoint.weights(of: graph), settings: checkpoint.settings,
            history: checkpoint.history, dataset: dataset.name)
    }

    /// Trains a network, or waits while another process does, a rank of the same job as a rule: it is there when that is done.
    private func train(
        _ request: Request, _ dataset: Dataset, from begin: NetworkWeights?, _ context: ExperimentContext
    ) throws -> LearnedNetwork {
        let run = folder.appendingPathComponent(Self.folderName(of: request))
        try FileManager.default.makeFolder(at: run)
        while true {
            do {
                // Asked before anything is read: what is there is then complete.
                let lock: FolderLock? = try FolderLock(run)
                return try train(request, dataset, from: begin, context, in: run, under: lock)
            } catch TrainingError.folderInUse {
                if context.isStopping { throw ExperimentError.stopped }
                Thread.sleep(forTimeInterval: 0.1)
            }
        }
    }

    private func train(
        _ request: Request, _ dataset: Dataset, from begin: NetworkWeights?, _ context: ExperimentContext, in run: URL,
        under lock: borrowing FolderLock?
    ) throws -> LearnedNetwork {
        let loop = TrainingLoop(folder: run)
        let isBegun = FileManager.default.fileExists(atPath: loop.last.path)
        let trainer = try Trainer(
            request.network, on: dataset, settings: request.settings,
            from: isBegun ? Checkpoint(contentsOf: loop.last) : nil)
        if let begin, !isBegun { trainer.network.weights = begin }
        let total = Double(max(request.settings.steps, 1))
        let name = "trains \(request.network.name), seed \(request.settings.seed)"
        let outcome = try loop.run(trainer, under: lock, shouldStop: { context.isStopping }) { trainer in
            // Whether to stop is asked by the loop, which saves first.
            try? context.progress(Double(trainer.steps) / total, name)
        }
        guard outcome == .finished else { throw ExperimentError.stopped }
        return LearnedNetwork(
            graph: trainer.network.graph, weights: trainer.network.weights, settings: request.settings,
            history: trainer.history, dataset: dataset.name)
    }

    /// What tells pictures apart: their name, number and labels.
    private static func identity(of dataset: Dataset) -> String {
        var digest = Digest()
        dataset.training.labels.forEach { digest.add(UInt64($0)) }
        dataset.test.labels.forEach { digest.add(UInt64($0)) }
        return "\(dataset.name)-\(dataset.training.count)-\(digest.text)"
    }

    private static func folderName(of request: Request) -> String {
        var digest = Digest()
        "\(request.network)|\(request.dataset)|\(request.settings)".utf8.forEach { digest.add(UInt64($0)) }
        return "\(request.network.name)-\(request.settings.seed)-\(digest.text)\(request.isAdapted ? "-adapted" : "")"
    }
}

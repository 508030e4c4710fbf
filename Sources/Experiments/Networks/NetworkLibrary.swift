import Datasets
import Foundation
import NeuralNetworks
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
    }

    private struct Stored {
        let file: URL
        let checkpoint: Checkpoint
    }

    /// Where runs are kept.
    public let folder: URL
    private let isTemporary: Bool
    private var trained: [Request: LearnedNetwork] = [:]
    private let stored: [Stored]

    /// A library that keeps its runs in `folder`, or in one that goes with it where nil.
    ///
    /// - Parameters:
    ///   - folder: Where runs are kept; one that goes with the library where nil.
    ///   - checkpoints: A folder with runs of `ccnn train`, each in a folder of its own or a file of its own.
    /// - Throws: `TrainingError` where a file there is a checkpoint that cannot be read.
    public init(folder: URL? = nil, checkpoints: URL? = nil) throws(TrainingError) {
        isTemporary = folder == nil
        self.folder =
            folder ?? FileManager.default.temporaryDirectory.appendingPathComponent("ccnn-\(UUID().uuidString)")
        stored = try Self.checkpoints(in: checkpoints)
    }

    deinit {
        if isTemporary { try? FileManager.default.removeItem(at: folder) }
    }

    /// Every `*.safetensors` that is a checkpoint, in the folder and in its folders; of a run only its last state.
    private static func checkpoints(in folder: URL?) throws(TrainingError) -> [Stored] {
        guard let folder else { return [] }
        let manager = FileManager.default
        var files: [URL] = []
        for name in ((try? manager.contentsOfDirectory(atPath: folder.path)) ?? []).sorted() {
            let place = folder.appendingPathComponent(name)
            if name.hasSuffix(".safetensors") { files.append(place) }
            let last = place.appendingPathComponent("last.safetensors")
            if manager.fileExists(atPath: last.path) { files.append(last) }
        }
        var found: [Stored] = []
        for file in files { found.append(Stored(file: file, checkpoint: try Checkpoint(contentsOf: file))) }
        return found
    }

    /// The network trained on `dataset` with `settings`.
    ///
    /// - Throws: `TrainingError`, and `ExperimentError.stopped` where the context asks to stop; the run then goes on from there next time.
    public func trained(
        _ network: NetworkDescription, on dataset: Dataset, _ settings: TrainingSettings, _ context: ExperimentContext
    ) throws -> LearnedNetwork {
        let request = Request(network: network, dataset: Self.identity(of: dataset), settings: settings)
        if let known = trained[request] { return known }
        let graph = try NetworkGraph(network, height: dataset.training.height, width: dataset.training.width)
        let subject = "\(network.name) on \(dataset.name)"
        let match = stored.first {
            $0.checkpoint.subject == subject && $0.checkpoint.settings == settings
                && $0.checkpoint.steps == settings.steps
        }
        let result =
            try match.map { try Self.network($0.checkpoint, graph, dataset.name) }
            ?? train(request, graph, dataset, context)
        trained[request] = result
        return result
    }

    /// The most trained network of that name on `dataset` with `seed`: one that is stored, pruned ones left out, else one trained with
    /// `settings`.
    public func mostTrained(
        _ network: NetworkDescription, on dataset: Dataset, _ settings: TrainingSettings, _ context: ExperimentContext
    ) throws -> LearnedNetwork {
        let candidates = stored.filter {
            let found = $0.checkpoint
            return found.subject == "\(network.name) on \(dataset.name)" && found.settings.seed == settings.seed
                && found.settings.pruning == nil && found.settings.twoTaps == nil && found.steps > settings.steps
        }
        guard let best = candidates.max(by: { $0.checkpoint.steps < $1.checkpoint.steps }) else {
            return try trained(network, on: dataset, settings, context)
        }
        let graph = try NetworkGraph(network, height: dataset.training.height, width: dataset.training.width)
        return try Self.network(best.checkpoint, graph, dataset.name)
    }

    private static func network(
        _ checkpoint: Checkpoint, _ graph: NetworkGraph, _ dataset: String
    ) throws(TrainingError) -> LearnedNetwork {
        LearnedNetwork(
            graph: graph, weights: try checkpoint.weights(of: graph), settings: checkpoint.settings,
            history: checkpoint.history, dataset: dataset)
    }

    /// Trains a network, or waits while another process does, a rank of the same job as a rule: it is there when that is done.
    private func train(
        _ request: Request, _ graph: NetworkGraph, _ dataset: Dataset, _ context: ExperimentContext
    ) throws -> LearnedNetwork {
        let run = folder.appendingPathComponent(Self.folderName(of: request))
        try FileManager.default.createDirectory(at: run, withIntermediateDirectories: true)
        while true {
            do {
                // Asked before anything is read: what is there is then complete.
                _ = try FolderLock(run)
                return try train(request, graph, dataset, context, in: run)
            } catch TrainingError.folderInUse {
                if context.isStopping { throw ExperimentError.stopped }
                Thread.sleep(forTimeInterval: 0.1)
            }
        }
    }

    private func train(
        _ request: Request, _ graph: NetworkGraph, _ dataset: Dataset, _ context: ExperimentContext, in run: URL
    ) throws -> LearnedNetwork {
        let loop = TrainingLoop(folder: run)
        let isBegun = FileManager.default.fileExists(atPath: loop.last.path)
        let trainer = try Trainer(
            request.network, on: dataset, settings: request.settings,
            from: isBegun ? Checkpoint(contentsOf: loop.last) : nil)
        let total = Double(max(request.settings.steps, 1))
        let name = "trains \(request.network.name), seed \(request.settings.seed)"
        let outcome = try loop.run(trainer, shouldStop: { context.isStopping }) { trainer in
            // Whether to stop is asked by the loop, which saves first.
            try? context.progress(Double(trainer.steps) / total, name)
        }
        guard outcome == .finished else { throw ExperimentError.stopped }
        return LearnedNetwork(
            graph: graph, weights: trainer.network.weights, settings: request.settings, history: trainer.history,
            dataset: dataset.name)
    }

    /// What tells pictures apart: their name, number and labels.
    private static func identity(of dataset: Dataset) -> String {
        var digest = Digest()
        dataset.training.labels.forEach { digest.add($0) }
        dataset.test.labels.forEach { digest.add($0) }
        return "\(dataset.name)-\(dataset.training.count)-\(digest.text)"
    }

    private static func folderName(of request: Request) -> String {
        var digest = Digest()
        "\(request.network)|\(request.dataset)|\(request.settings)".utf8.forEach { digest.add($0) }
        return "\(request.network.name)-\(request.settings.seed)-\(digest.text)"
    }
}

/// The FNV-1a digest of bytes, to tell runs apart by name. Source: Fowler, Noll and Vo, RFC 9923.
private struct Digest {
    private var state: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func add(_ byte: UInt8) { state = (state ^ UInt64(byte)) &* 0x0100_0000_01b3 }

    var text: String { String(state, radix: 16) }
}

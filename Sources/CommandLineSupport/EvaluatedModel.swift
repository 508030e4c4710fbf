import ContinuousCNN
import Foundation

/// What `ccnn evaluate` and `ccnn export` need of a checkpoint or of a network that the library brings along.
struct EvaluatedModel {
    /// The network.
    let network: StandardNetwork
    /// The name of the data set that it was trained on.
    let data: String
    /// The number of pictures of a batch.
    let batch: Int
    /// The names of the classes that it was trained on; nil where it does not know them.
    let classNames: [String]?
    /// The height, the width and the channels of the pictures that it was trained on; nil where a file does not know them.
    let input: [Int]?
    /// Algorithms that training chose.
    let algorithms: [String: ConvolutionAlgorithm]
    /// Whether its normalisation statistics are the running averages that training left; those of networks that come along are re-estimated already.
    let mayHaveUnsettledStatistics: Bool
    /// The share of the training pictures that it did not learn.
    let validationSplit: Double
    /// What it is called in the output.
    let title: String
    /// The weights, checked against a graph.
    let weights: (NetworkGraph) throws -> NetworkWeights

    /// The model of a file, or the trained network called so where there is no such file.
    ///
    /// - Parameter mayFindObjects: Whether it may be a detector, whose scores belong neither to pictures nor to pixels.
    /// - Throws: `CommandFailure`, `TrainingError` or `TrainedNetworkError` where there is neither, or it cannot be read.
    init(_ name: String, mayFindObjects: Bool = false) throws {
        let file = URL(fileURLWithPath: name)
        if !FileManager.default.fileExists(atPath: file.path), let network = StandardNetwork.named(name) {
            guard mayFindObjects || !network.findsObjects else {
                throw CommandFailure.usage("\(name) finds objects, and ccnn detect tests it")
            }
            do { try self.init(TrainedNetwork.named(name)) } catch TrainedNetworkError.unknown(let name, let known) {
                let command = network.findsObjects ? "detect" : "train"
                throw CommandFailure(
                    "no weights of \(name) come along, only of \(known.joined(separator: ", ")) (ccnn \(command) \(name) makes a "
                        + "checkpoint, whose file can be given instead)")
            }
        } else if !FileManager.default.fileExists(atPath: file.path), !name.contains("."), !name.contains("/") {
            throw CommandFailure.usage(
                "there is no file and no network '\(name)'\(suggestion(for: name, among: StandardNetwork.all.map(\.name))) "
                    + "(ccnn models lists the networks)")
        } else {
            try self.init(Checkpoint(contentsOf: file))
            guard mayFindObjects || !network.findsObjects else {
                throw CommandFailure(
                    "\(file.relativePath): found a run of '\(network.name) on \(data)', wanted one of a network that scores pictures or "
                        + "pixels (ccnn detect --resume tests one that finds objects)")
            }
        }
    }

    private init(_ trained: TrainedNetwork) throws {
        guard let network = StandardNetwork.named(trained.name) else {
            throw CommandFailure("there is no network '\(trained.name)'")
        }
        self.network = network
        data = trained.card.data
        classNames = trained.card.classes
        batch = trained.card.settings.batch
        input = trained.card.input
        algorithms = [:]
        (mayHaveUnsettledStatistics, validationSplit) = (false, 0)
        title = "\(trained.name) on \(trained.card.data), as the library brings it along"
        weights = { graph in
            guard let weights = NetworkWeights(graph, tensors: try trained.weights().tensors) else {
                throw CommandFailure("the data set does not fit the trained network \(trained.name)")
            }
            return weights
        }
    }

    private init(_ checkpoint: Checkpoint) throws {
        guard let network = StandardNetwork.named(checkpoint.networkName), !checkpoint.dataName.isEmpty else {
            throw CommandFailure(
                "\(checkpoint.url.relativePath): found a run of '\(checkpoint.subject)', wanted one of a network that ccnn models "
                    + "lists")
        }
        self.network = network
        data = checkpoint.dataName
        classNames = checkpoint.classNames
        batch = checkpoint.settings.batch
        input = checkpoint.input
        algorithms = checkpoint.algorithms
        (mayHaveUnsettledStatistics, validationSplit) = (true, checkpoint.options.validationSplit ?? 0)
        title = "\(checkpoint.subject), step \(checkpoint.steps)"
        weights = { try checkpoint.weights(of: $0) }
    }
}

import ContinuousCNN
import Foundation

/// What `ccnn evaluate` needs of a checkpoint or of a network that the library brings along.
struct EvaluatedModel {
    /// The network.
    let network: StandardNetwork
    /// The name of the data set that it was trained on.
    let data: String
    /// The number of pictures of a batch.
    let batch: Int
    /// The names of the classes that it was trained on; nil where it does not know them.
    let classNames: [String]?
    /// Algorithms that training chose.
    let algorithms: [String: ConvolutionAlgorithm]
    /// What it is called in the output.
    let title: String
    /// The weights, checked against a graph.
    let weights: (NetworkGraph) throws -> NetworkWeights

    /// The model of a file, or the trained network called so where there is no such file.
    /// - Throws: `CommandFailure`, `TrainingError` or `TrainedNetworkError` where there is neither, or it cannot be read.
    init(_ name: String) throws {
        let file = URL(fileURLWithPath: name)
        if !FileManager.default.fileExists(atPath: file.path), StandardNetwork.named(name) != nil {
            do { try self.init(TrainedNetwork.named(name)) } catch TrainedNetworkError.unknown(let name, let known) {
                throw CommandFailure(
                    "no weights of \(name) come along, only of \(known.joined(separator: ", ")) (ccnn train \(name) makes a checkpoint, "
                        + "whose file can be given instead)")
            }
        } else if !FileManager.default.fileExists(atPath: file.path), !name.contains("."), !name.contains("/") {
            throw CommandFailure.usage(
                "there is no file and no network '\(name)'\(suggestion(for: name, among: StandardNetwork.all.map(\.name))) "
                    + "(ccnn models lists the networks)")
        } else {
            try self.init(Checkpoint(contentsOf: file))
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
        algorithms = [:]
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
        algorithms = checkpoint.algorithms
        title = "\(checkpoint.subject), step \(checkpoint.steps)"
        weights = { try checkpoint.weights(of: $0) }
    }
}

import Datasets
import NeuralNetworks
import Training

/// A network with the weights that training left, and how it got there.
public struct LearnedNetwork: Sendable {
    /// The network.
    public let graph: NetworkGraph
    /// Its weights, running averages included.
    public var weights: NetworkWeights
    /// How it was trained.
    public let settings: TrainingSettings
    /// Its epochs.
    public let history: TrainingHistory
    /// What it was trained on.
    public let dataset: String

    /// A trained network.
    public init(
        graph: NetworkGraph, weights: NetworkWeights, settings: TrainingSettings, history: TrainingHistory,
        dataset: String
    ) {
        self.graph = graph
        self.weights = weights
        self.settings = settings
        self.history = history
        self.dataset = dataset
    }

    /// The figure that runs are compared by: the mean test accuracy of the last ten epochs, or of as many as there are.
    ///
    /// - Parameter reestimated: Whether normalisations use statistics re-estimated with the weights of each epoch. In runs of few steps the
    ///   running averages have not left their beginning.
    public func accuracy(reestimated: Bool) -> Double {
        (reestimated ? history.primaryReestimatedAccuracy : nil) ?? history.primaryAccuracy ?? .nan
    }

    /// The network ready to compute, for pictures of its own size.
    public func compiled(batch: Int = 50, computesGradients: Bool = false) -> CompiledNetwork {
        CompiledNetwork(graph, weights: weights, batch: batch, computesGradients: computesGradients)
    }

    /// The network with normalisation statistics re-estimated on training pictures, if it normalises.
    public func reestimated(on pictures: LabelledPictures, batches: Int = 40) -> LearnedNetwork {
        var result = self
        let network = compiled(batch: 32, computesGradients: false)
        network.reestimateNormalization(on: pictures, batches: batches)
        result.weights = network.weights
        return result
    }

    /// The test accuracy with the present weights.
    public func evaluated(on pictures: LabelledPictures) -> Evaluation {
        Evaluation(compiled(), on: pictures)
    }
}

import Datasets
import NeuralNetworks
import Training

/// Where a claim's networks come from: the ingredient that tests replace by networks of known kernels.
public typealias NetworkSource =
    @Sendable (_ network: NetworkDescription, _ seed: UInt64, _ context: ExperimentContext) throws -> LearnedNetwork

extension ExperimentContext {
    /// How long networks are trained.
    public var budget: TrainingBudget { TrainingBudget(effort) }

    /// What a run of a network is, for the remark below a result.
    public var budgetWords: String {
        "Networks were trained on \(data.pictures.name) for \(budget.words)"
            + (budget.reestimates ? "; accuracies are those with re-estimated normalisation statistics." : ".")
    }

    /// The standard network of that name for the pictures of this context.
    public func standard(_ name: String) -> NetworkDescription {
        guard let network = StandardNetwork.named(name) else { preconditionFailure("there is no network '\(name)'") }
        return fitted(network, to: data.pictures)
    }

    /// The standard network of that name for the pictures and classes of `dataset`, or nil where there is none.
    public func standard(_ name: String, for dataset: Dataset) -> NetworkDescription? {
        StandardNetwork.named(name).map { fitted($0, to: dataset) }
    }

    /// A standard network for the pictures and classes of a data set.
    public func fitted(_ network: StandardNetwork, to dataset: Dataset) -> NetworkDescription {
        network.description(
            classes: dataset.training.classNames.count, height: dataset.training.height,
            width: dataset.training.width, channels: dataset.training.channels)
    }

    /// A network of the given layers for the pictures of this context.
    public func network(_ name: String, _ layers: [Layer]) -> NetworkDescription {
        let pictures = data.pictures.training
        return NetworkDescription(
            name: name, height: pictures.height, width: pictures.width, channels: pictures.channels,
            layers: layers + .classifier(classes: pictures.classNames.count))
    }
}

/// Networks trained with the context's budget on its pictures, each once.
public let trainedForBudget: NetworkSource = { network, seed, context in
    try context.networks.trained(network, on: context.data.pictures, context.budget.settings(seed: seed), context)
}

import Datasets
import NeuralNetworks
import TrainedNetworks
import Training

/// The most trained network that there is of a kind and a seed: a stored run that is longer than the context's budget; else the one that comes
/// along with the program, trained on for the context's pictures where it learned others; else one trained with the budget.
public let mostTrained: NetworkSource = { try $2.mostTrained($0, seed: $1, adapting: true) }

/// Likewise, but the network that comes along is taken as it is, whatever it learned: for claims about kernels alone.
public let mostTrainedKernels: NetworkSource = { try $2.mostTrained($0, seed: $1, adapting: false) }

/// The seeds of the most trained networks of a kind, and where they come from, in a sentence.
struct MostTrainedRuns {
    let seeds: [UInt64]
    let words: String
}

extension ExperimentContext {
    fileprivate func mostTrained(
        _ network: NetworkDescription, seed: UInt64, adapting: Bool
    ) throws -> LearnedNetwork {
        let (pictures, settings) = (data.pictures, budget.settings(seed: seed))
        if let long = try networks.longRun(of: network, on: pictures, settings) { return long }
        guard let brought = networks.broughtAlong(network, for: pictures) else {
            return try networks.trained(network, on: pictures, settings, self)
        }
        if adapting && brought.card.data != pictures.name {
            return try networks.adapted(brought, network, to: pictures, settings, self)
        }
        return LearnedNetwork(
            graph: try brought.graph(), weights: try brought.weights(), settings: brought.card.settings,
            history: brought.card.history, dataset: brought.card.data)
    }

    /// The seeds for which `mostTrained` or, not adapting, `mostTrainedKernels` has networks of the longest kind.
    ///
    /// All stored ones where no number of seeds was asked for.
    func mostTrainedRuns(of network: NetworkDescription, adapting: Bool = true) -> MostTrainedRuns {
        let name = network.name
        let long = networks.longerRuns(of: network, on: data.pictures, beyond: budget.steps)
            .filter { !isSeedCountAsked || seeds.contains($0.seed) }
        if let first = long.first {
            let lengths = long.map { run in
                "\(run.made)\(run.made < run.wanted ? " out of \(run.wanted)" : "")"
            }
            let same = Set(lengths).count == 1
            return MostTrainedRuns(
                seeds: long.map(\.seed),
                words: "\(name): stored runs on \(data.pictures.name), \(same ? lengths[0] : lengths.joined(separator: ", ")) steps, "
                    + (long.count == 1 ? "seed \(first.seed)." : "seeds \(long.map { "\($0.seed)" }.joined(separator: ", "))."))
        }
        guard let brought = networks.broughtAlong(network, for: data.pictures) else {
            return MostTrainedRuns(
                seeds: seeds, words: "\(name): trained on \(data.pictures.name) for \(budget.words).")
        }
        let card = brought.card
        let origin = "the network that comes along with the program, trained on \(card.data) for \(card.settings.steps) steps"
        if adapting && card.data != data.pictures.name {
            return MostTrainedRuns(
                seeds: seeds,
                words: "\(name): \(origin), then trained on \(data.pictures.name) for \(budget.words); seeds differ in that alone.")
        }
        return MostTrainedRuns(seeds: [card.settings.seed], words: "\(name): \(origin).")
    }
}

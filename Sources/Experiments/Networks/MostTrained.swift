import Datasets
import NeuralNetworks
import TrainedNetworks
import Training

/// The most trained networks that there are of a kind: which seeds, where they come from in a sentence, and how to get at them.
struct MostTrainedRuns {
    let seeds: [UInt64]
    let words: String
    let network: NetworkSource
}

extension ExperimentContext {
    /// Stored runs longer than the context's budget where at least `count` seeds are; else the network that comes along with the program, trained
    /// on for the context's pictures where it learned others, each seed by itself; else networks trained with the budget.
    ///
    /// Where no number of seeds was asked for, all stored ones are taken.
    func mostTrainedRuns(of network: NetworkDescription, atLeast count: Int) -> MostTrainedRuns {
        let long = storedRuns(of: network)
        if !long.isEmpty && long.count >= count { return longRuns(long) }
        guard let brought = networks.broughtAlong(network, for: data.pictures) else {
            return MostTrainedRuns(seeds: seeds, words: budgetRuns(of: network), network: trainedForBudget)
        }
        if brought.card.data == data.pictures.name {
            // One network gives no interval.
            return count > 1
                ? MostTrainedRuns(seeds: seeds, words: budgetRuns(of: network), network: trainedForBudget)
                : asItIs(brought)
        }
        return MostTrainedRuns(
            seeds: seeds,
            words:
                "\(origin(of: brought)), then trained on \(data.pictures.name) for \(budget.words); seeds differ in that alone."
        ) { network, seed, context in
            try context.networks.adapted(
                brought, network, to: context.data.pictures, context.budget.settings(seed: seed), context)
        }
    }

    /// Likewise for claims about kernels alone: one stored run is enough, and the network that comes along is taken as it is, whatever it learned.
    func mostTrainedKernels(of network: NetworkDescription) -> MostTrainedRuns {
        let long = storedRuns(of: network)
        if long.isEmpty, let brought = networks.broughtAlong(network, for: data.pictures) { return asItIs(brought) }
        return mostTrainedRuns(of: network, atLeast: 1)
    }

    /// The longest stored run of the least seed, or nil where none is longer than the budget.
    func longestRun(of network: NetworkDescription) -> MostTrainedRuns? {
        storedRuns(of: network).first.map { longRuns([$0]) }
    }

    private func storedRuns(of network: NetworkDescription) -> [NetworkLibrary.LongRun] {
        networks.longerRuns(of: network, on: data.pictures, beyond: budget.steps)
            .filter { !isSeedCountAsked || seeds.contains($0.seed) }
    }

    private func longRuns(_ runs: [NetworkLibrary.LongRun]) -> MostTrainedRuns {
        let lengths = Set(runs.map { $0.made < $0.wanted ? "\($0.made) out of \($0.wanted)" : "\($0.made)" }).sorted()
        let seeds = runs.map { "\($0.seed)" }
        return MostTrainedRuns(
            seeds: runs.map(\.seed),
            words:
                "\(runs[0].network.name): stored runs on \(data.pictures.name) of \(lengths.joined(separator: " or ")) steps, "
                + "\(seeds.count == 1 ? "seed" : "seeds") \(seeds.joined(separator: ", "))."
        ) { _, seed, context in
            guard let run = runs.first(where: { $0.seed == seed }) else {
                throw ExperimentError.missing("there is no stored run of \(runs[0].network.name) with the seed \(seed)")
            }
            return try run.read()
        }
    }

    private func asItIs(_ brought: TrainedNetwork) -> MostTrainedRuns {
        MostTrainedRuns(seeds: [brought.card.settings.seed], words: "\(origin(of: brought)).") { _, _, _ in
            LearnedNetwork(
                graph: try brought.graph(), weights: try brought.weights(), settings: brought.card.settings,
                history: brought.card.history, dataset: brought.card.data)
        }
    }

    private func budgetRuns(of network: NetworkDescription) -> String {
        "\(network.name): trained on \(data.pictures.name) for \(budget.words)."
    }

    private func origin(of brought: TrainedNetwork) -> String {
        "\(brought.name): the network that comes along with the program, trained on \(brought.card.data) for \(brought.card.settings.steps) steps"
    }
}

import Datasets
import Foundation
import NeuralNetworks
import Training

/// Runs of `ccnn train` that are there already, to be used in place of training again.
struct StoredRuns {
    private let checkpoints: [Checkpoint]
    private let histories: [HistoryFolder]

    /// The runs in `folder`, and the histories of runs that `ccnn results` gathered there or in a folder in it; none where nil.
    ///
    /// - Throws: `TrainingError` where a file there is a checkpoint or a history that cannot be read.
    init(in folder: URL?) throws(TrainingError) {
        guard let folder else {
            (checkpoints, histories) = ([], [])
            return
        }
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
        let places = names.map { folder.appendingPathComponent($0) }
        var (found, gathered) = ([Checkpoint](), [HistoryFolder]())
        for file in Checkpoint.lastStates(in: folder) + places.filter({ $0.pathExtension == "safetensors" }) {
            found.append(try Checkpoint(contentsOf: file))
        }
        for place in [folder] + places {
            if let histories = try HistoryFolder(contentsOf: place) { gathered.append(histories) }
        }
        (checkpoints, histories) = (found, gathered)
    }

    private func runs(of network: NetworkDescription, on dataset: Dataset) -> [Checkpoint] {
        let named = checkpoints.filter { $0.networkName == network.name && $0.dataName == dataset.name }
        // Runs with pictures held out have learned from others than these.
        let pictures = named.isEmpty ? "" : dataset.training.digest
        return named.filter { $0.pictures == nil || $0.pictures == pictures }
    }

    /// The finished run with exactly these settings.
    func finished(_ network: NetworkDescription, on dataset: Dataset, _ settings: TrainingSettings) -> Checkpoint? {
        runs(of: network, on: dataset).first { $0.settings == settings && $0.history.epochs.count == settings.epochs }
    }

    /// The history of a finished run with exactly these settings, whether its weights are there or not.
    func history(of network: NetworkDescription, on dataset: Dataset, _ settings: TrainingSettings) -> TrainingHistory?
    {
        if let run = finished(network, on: dataset, settings) { return run.history }
        // Of classes of pixels more is compared than accuracy, which takes the weights.
        guard dataset.test.labelling != .perPixel else { return nil }
        for folder in histories where folder.recipe.data == dataset.name {
            guard folder.recipe.settings(of: network.name, seed: settings.seed) == settings else { continue }
            let run = folder.runs.first { $0.network == network.name && $0.seed == settings.seed }
            // Pictures that were held out were not learned from. Others may be the same ones stored in another way, which is for the reader to judge.
            if let run, run.history.epochs.allSatisfy({ $0.validationAccuracy == nil }) { return run.history }
        }
        return nil
    }

    /// The seeds of finished runs whose settings are those of their seed, from the least on; of some the history may be all there is.
    func finishedSeeds(
        _ network: NetworkDescription, on dataset: Dataset, _ settings: (UInt64) -> TrainingSettings
    ) -> [UInt64] {
        let recorded = histories.flatMap(\.runs).filter { $0.network == network.name }.map(\.seed)
        let seeds = runs(of: network, on: dataset).map(\.settings.seed) + recorded
        return Set(seeds).filter { history(of: network, on: dataset, settings($0)) != nil }.sorted()
    }

    /// For each seed the run of most steps, if they are more than `steps`; runs that prune or mask are left out, and unfinished ones
    /// too where any seed's run is finished, and where they made fewer than ten times `steps`.
    func longest(_ network: NetworkDescription, on dataset: Dataset, beyond steps: Int) -> [Checkpoint] {
        let whole = runs(of: network, on: dataset).filter {
            $0.settings.pruning == nil && $0.settings.twoTaps == nil && $0.steps > steps
        }
        let finished = whole.filter { $0.steps == $0.settings.steps }
        let begun = whole.filter { $0.steps >= 10 * steps }
        let bySeed = Dictionary(grouping: finished.isEmpty ? begun : finished, by: \.settings.seed)
        return bySeed.values.compactMap { $0.max { $0.steps < $1.steps } }
            .sorted { $0.settings.seed < $1.settings.seed }
    }
}

import Datasets
import Foundation
import NeuralNetworks
import Training

/// Runs of `ccnn train` that are there already, to be used in place of training again.
struct StoredRuns {
    private let checkpoints: [Checkpoint]

    /// The runs in `folder`, each a folder with `last.safetensors` or a file of its own; none where nil.
    ///
    /// - Throws: `TrainingError` where a file there is a checkpoint that cannot be read.
    init(in folder: URL?) throws(TrainingError) {
        guard let folder else {
            checkpoints = []
            return
        }
        let manager = FileManager.default
        var found: [Checkpoint] = []
        for name in ((try? manager.contentsOfDirectory(atPath: folder.path)) ?? []).sorted() {
            let place = folder.appendingPathComponent(name)
            let last = place.appendingPathComponent("last.safetensors")
            if name.hasSuffix(".safetensors") { found.append(try Checkpoint(contentsOf: place)) }
            if manager.fileExists(atPath: last.path) { found.append(try Checkpoint(contentsOf: last)) }
        }
        checkpoints = found
    }

    private func runs(of network: NetworkDescription, on dataset: Dataset) -> [Checkpoint] {
        checkpoints.filter { $0.subject == "\(network.name) on \(dataset.name)" }
    }

    /// The finished run with exactly these settings.
    func finished(_ network: NetworkDescription, on dataset: Dataset, _ settings: TrainingSettings) -> Checkpoint? {
        runs(of: network, on: dataset).first { $0.settings == settings && $0.steps == settings.steps }
    }

    /// The seeds of finished runs whose settings are those of their seed, from the least on.
    func finishedSeeds(
        _ network: NetworkDescription, on dataset: Dataset, _ settings: (UInt64) -> TrainingSettings
    ) -> [UInt64] {
        let seeds = runs(of: network, on: dataset).map(\.settings.seed)
        return Set(seeds).filter { finished(network, on: dataset, settings($0)) != nil }.sorted()
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

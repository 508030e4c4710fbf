import ContinuousCNN
import Experiments
import Foundation
import Reports

/// `ccnn results` between its arguments and its output: the histories of finished runs, gathered into a folder of documents.
public struct ResultsRun {
    private let runs: URL
    private let folder: URL
    private let overwrites: Bool

    /// A collection of the finished runs in the folders in `runs` into `folder`, beside those whose histories it already holds.
    ///
    /// - Parameter overwrites: Whether files may be replaced that are no documents of such a collection, or tell of other runs.
    public init(runs: String, into folder: String, overwrites: Bool = false) {
        self.runs = URL(fileURLWithPath: runs)
        self.folder = URL(fileURLWithPath: folder)
        self.overwrites = overwrites
    }

    /// Runs of one network with the same settings but for the seed.
    private struct Group {
        let network: String
        var runs: [HistoryFolder.Run]

        func figure(_ value: (TrainingHistory) -> Double?) -> SampleMean? {
            let values = runs.compactMap { value($0.history) }
            return values.isEmpty ? nil : SampleMean(values)
        }
    }

    /// Writes NETWORK-SEED.csv for every finished run, `ccnn-runs.json` with the settings of all, `README.md` with the figures of each network, and
    /// `accuracy.svg`, and returns what goes to standard output. The document tells of every NETWORK-SEED.csv in the folder, from earlier calls too.
    /// - Throws: `CommandFailure` where the runs cannot be read, differ in more than network and seed, or the files cannot be written.
    public func run() throws(CommandFailure) -> String {
        do {
            let finished = try finishedRuns()
            guard !finished.isEmpty else {
                throw CommandFailure(
                    "\(runs.relativePath): found no finished run, wanted folders with last.safetensors")
            }
            try outputs(finished).check()
            let histories = try HistoryFolder.adding(finished, to: folder)
            let groups = grouped(histories.runs)
            let epochs = histories.recipe.settings(of: "", seed: 1).epochs
            let figure = try drawn(groups, epochs: epochs)
            try Data(document(groups, histories.recipe, figure: figure).utf8).replaceFile(
                at: folder.appendingPathComponent("README.md"))
            return
                "\(Format.count(histories.runs.count, "run")) of \(Format.count(groups.count, "network")), \(finished.count) of them from \(runs.relativePath), in \(folder.relativePath)\n"
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(error)
        }
    }

    /// What is written: documents of an earlier call are this command's own, as is a history that is there to the letter.
    private func outputs(_ finished: [Checkpoint]) -> Outputs {
        var outputs = Outputs(overwrites: overwrites)
        for run in finished { outputs.read(run.url, "the state of a run") }
        let isOwn = FileManager.default.fileExists(atPath: HistoryFolder.settings(in: folder).path)
        for run in finished {
            let file = HistoryFolder.history(of: run, in: folder)
            let there = try? String(contentsOf: file, encoding: .utf8)
            if overwrites || !isOwn || there != run.history.csv { outputs.write(file, "--into", makesFolder: true) }
        }
        let document = folder.appendingPathComponent("README.md")
        let text = try? String(contentsOf: document, encoding: .utf8)
        if overwrites || !isOwn || text?.contains(Self.signature) == false {
            for name in ["README.md", Self.figureName] {
                outputs.write(folder.appendingPathComponent(name), "--into", makesFolder: true)
            }
        }
        return outputs
    }

    /// How the document says that this command made it.
    private static let signature = "Made by `ccnn results RUNS --into THIS-FOLDER`."
    private static let figureName = "accuracy.svg"

    /// Draws accuracy by epoch into the folder.
    /// - Returns: The file's name; nil where runs have too few epochs for a curve, or nothing is installed that draws.
    private func drawn(_ groups: [Group], epochs: Int) throws -> String? {
        guard epochs >= 2 * Self.smoothedEpochs,
            case .drawn(let svg) = figure(groups, epochs: epochs).drawing(by: .installed())
        else { return nil }
        try Data(svg.document.utf8).replaceFile(at: folder.appendingPathComponent(Self.figureName))
        return Self.figureName
    }

    private func finishedRuns() throws -> [Checkpoint] {
        guard FileManager.default.fileExists(atPath: runs.path) else {
            throw CommandFailure("\(runs.relativePath): found no such folder, wanted one with the folders of runs")
        }
        return try Checkpoint.lastStates(in: runs).map { try Checkpoint(contentsOf: $0) }
            .filter { $0.history.epochs.count == $0.settings.epochs }
    }

    /// The runs of each network, networks in the order of `ccnn models`.
    private func grouped(_ runs: [HistoryFolder.Run]) -> [Group] {
        let byName = Dictionary(grouping: runs, by: \.network)
        return StandardNetwork.all.compactMap { network in
            byName[network.name].map { Group(network: network.name, runs: $0.sorted { $0.seed < $1.seed }) }
        }
    }

    private func document(_ groups: [Group], _ recipe: HistoryFolder.Recipe, figure: String?) -> String {
        let settings = recipe.settings(of: "", seed: 1)
        let epochs = min(TrainingHistory.primaryEpochs, settings.epochs)
        var lines = [
            "# Runs on \(recipe.data)", "",
            "\(Format.count(settings.epochs, "epoch")) of \(Format.count(settings.stepsPerEpoch, "batch", "batches")) of \(settings.batch). Accuracy is that on the test pictures, "
                + (epochs == 1 ? "after the last epoch of" : "mean over the last \(epochs) epochs of"),
            "a run, then over runs, with Student's 95 % interval of the mean where there are several, and with normalisation statistics re-estimated on 100 batches",
            "of training pictures\(epochs == 1 ? "" : ", after each of these epochs with its weights"); running averages: with those that training keeps. Spread: the standard deviation over those epochs with",
            "running averages, mean over runs. Gap: training accuracy of the last epoch, of varied pictures under changing weights, minus test accuracy. \(Self.signature)",
            "",
            "| network | parameters | field | seeds | test accuracy | running averages | spread | gap |",
            "|---|---|---|---|---|---|---|---|",
        ]
        lines += groups.map(row)
        if let figure { lines += ["", "![Test accuracy by epoch](\(figure))"] }
        lines += [
            "", "| run | test accuracy | running averages | history |",
            "|---|---|---|---|",
        ]
        for group in groups {
            for run in group.runs {
                lines.append(
                    "| \(run.name) | \(percent(run.history.primaryReestimatedAccuracy)) | "
                        + "\(percent(run.history.primaryAccuracy)) | [\(run.name).csv](\(run.name).csv) |")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func row(_ group: Group) -> String {
        let graph = StandardNetwork.named(group.network).flatMap { try? NetworkGraph($0.description()) }
        let spread = group.figure { history in
            SampleMean(history.epochs.suffix(TrainingHistory.primaryEpochs).map(\.testAccuracy)).standardDeviation
        }
        let gap = group.figure(\.generalizationGap)
        let cells = [
            group.network, graph.map { Format.count($0.trainableCount) } ?? "",
            graph.map { "\($0.receptiveField)" } ?? "",
            "\(group.runs.count)", cell(group.figure(\.primaryReestimatedAccuracy)),
            cell(group.figure(\.primaryAccuracy)),
            percent(spread?.mean), percent(gap?.mean),
        ]
        return "| " + cells.joined(separator: " | ") + " |"
    }

    private func cell(_ figure: SampleMean?) -> String {
        guard let figure else { return Format.missing }
        let interval = figure.interval.map { " (\(percent($0.lowerBound)) to \(percent($0.upperBound)))" }
        return percent(figure.mean) + (interval ?? "")
    }

    private func percent(_ share: Double?) -> String { share.map { Format.percent($0, decimals: 2) } ?? Format.missing }

    /// The number of epochs that a point of the curves is the mean of.
    private static let smoothedEpochs = 5

    /// Test accuracy by epoch, the mean over five epochs and all runs of a network.
    private func figure(_ groups: [Group], epochs: Int) -> Figure {
        let width = Self.smoothedEpochs
        let series = groups.map { group in
            let smooth = stride(from: width, through: epochs, by: width).map { end -> Double in
                let values = group.runs.flatMap { $0.history.epochs[end - width..<end].map(\.testAccuracy) }
                return 100 * values.reduce(0, +) / Double(values.count)
            }
            let middles = smooth.indices.map { Double(width * $0) + Double(width + 1) / 2 }
            return Figure.Series(group.network, x: middles, y: smooth)
        }
        return Figure(
            "Test accuracy by epoch", x: .init("epoch"), y: .init("test accuracy", unit: "%"), series.map { .line($0) },
            caption:
                "Means over five epochs and all runs of a network, with running averages as normalisation statistics.")
    }
}

import ContinuousCNN
import Datasets
import Experiments
import Foundation
import MessagePassing
import NeuralNetworks
import Parallelism
import Reports
import Training

/// `ccnn train` between its arguments and its output.
public struct TrainRun {
    private let request: TrainRequest
    private let style: TerminalStyle
    private let communicator: any Communicator

    /// A run of a checked request, whose text is made for `style`.
    ///
    /// Where there are several ranks, each of them runs the same request, and rank 0 alone has something to say.
    public init(_ request: TrainRequest, style: TerminalStyle, on communicator: any Communicator = SingleProcess()) {
        self.request = request
        self.style = style
        self.communicator = communicator
    }

    /// What a running training tells whoever watches.
    public struct Status: Sendable {
        /// The steps made of the whole run.
        public let step: Int
        /// The steps of the whole run.
        public let steps: Int
        /// Loss, accuracy and rate, such as `epoch 3 of 80, loss 1.234, accuracy 55.1 %`.
        public let label: String
    }

    /// Trains, writes checkpoints and history, and returns what goes to standard output at the end.
    ///
    /// - Parameters:
    ///   - shouldStop: Asked after every step whether to save and stop.
    ///   - status: Told after every step how far the run has come.
    ///   - notice: Told a line after every epoch.
    /// - Throws: `CommandFailure`; the last complete checkpoint is then in the folder.
    public func run(
        shouldStop: () -> Bool = { false }, status: (Status) -> Void = { _ in }, notice: (String) -> Void = { _ in }
    ) throws(CommandFailure) -> String {
        if let threads = request.threads { WorkerPool.shared.threadCount = threads }
        guard communicator.count > 1 else { return try all(shouldStop, status, notice) }
        let leads = communicator.leads
        let text = try all {
            communicator.anyoneSays(shouldStop())
        } _: {
            if leads { status($0) }
        } _: {
            if leads { notice($0) }
        }
        return leads ? text : ""
    }

    private func all(
        _ shouldStop: () -> Bool, _ status: (Status) -> Void, _ notice: (String) -> Void
    ) throws(CommandFailure) -> String {
        if request.seeds > 1 { return try repeated(shouldStop, status, notice) }
        return try single(request.settings, request.out, shouldStop, status, notice).text
    }

    /// One run after another, those that are finished already left as they are.
    private func repeated(
        _ shouldStop: () -> Bool, _ status: (Status) -> Void, _ notice: (String) -> Void
    ) throws(CommandFailure) -> String {
        var histories: [TrainingHistory] = []
        for place in 0..<request.seeds {
            var settings = request.settings
            settings.seed &+= UInt64(place)
            let folder = request.out.appendingPathComponent("seed-\(settings.seed)")
            notice("seed \(settings.seed), run \(place + 1) of \(request.seeds)")
            let (outcome, history, text) = try single(settings, folder, shouldStop, status, notice)
            guard outcome == .finished else { return text }
            histories.append(history)
        }
        let running = SampleMean(histories.compactMap(\.primaryAccuracy))
        let last = min(TrainingHistory.primaryEpochs, histories.map(\.epochs.count).max() ?? 0)
        let label =
            "test accuracy, \(last == 1 ? "after the last epoch" : "mean of the last \(last) epochs") of \(request.seeds) runs: "
        // Runs that were to be longer when they were stopped, and are finished as they are, may have none.
        let reestimated = histories.compactMap(\.primaryReestimatedAccuracy)
        guard reestimated.count == histories.count else {
            let text = Self.line(label, running, "with running averages as normalisation statistics")
            guard !reestimated.isEmpty else { return text }
            return text
                + Self.line(
                    "the same with re-estimated normalisation statistics, of \(reestimated.count) of \(histories.count) runs: ",
                    SampleMean(reestimated))
        }
        return Self.line(label, SampleMean(reestimated), "with re-estimated normalisation statistics")
            + Self.line("the same with running averages as normalisation statistics: ", running)
    }

    private static func line(_ label: String, _ figure: SampleMean, _ kind: String? = nil) -> String {
        func percent(_ share: Double) -> String { Format.percent(share, decimals: 2) }
        let interval = figure.interval.map {
            " (95 % interval \(percent($0.lowerBound)) to \(percent($0.upperBound)))"
        }
        return label + percent(figure.mean) + (interval ?? "") + (kind.map { ", \($0)" } ?? "") + "\n"
    }

    /// One run; one of several is resumed wherever it stopped.
    private func single(
        _ settings: TrainingSettings, _ folder: URL, _ shouldStop: () -> Bool, _ status: (Status) -> Void,
        _ notice: (String) -> Void
    ) throws(CommandFailure) -> (outcome: TrainingLoop.Outcome, history: TrainingHistory, text: String) {
        var place = try RunFolder(
            folder, resumes: request.resumes, overwrites: request.overwrites, mayBeMissing: request.seeds > 1,
            on: communicator)
        let loop = TrainingLoop(folder: folder, replacesFiles: request.resumes || request.overwrites)
        if !request.resumes {
            var outputs = Outputs(overwrites: request.overwrites)
            for file in loop.files { outputs.write(file, "--out") }
            try outputs.check(on: communicator)
        }
        let record = place.isBegun ? try record(place.last, settings) : nil
        var own = record?.settings.lasting(epochs: settings.epochs, from: record?.steps ?? 0) ?? settings
        // A run that only begins has its length from the beginning.
        if record == nil { own.restretchedAt = nil }
        let trainer = try trainer(own, from: place.isBegun ? place.last : nil)
        try place.make()
        notice(introduction(trainer, folder))
        if let record, record.settings.epochs != settings.epochs {
            notice(Self.line(forAnotherLengthOf: record, trainer.settings))
        } else if record != nil, trainer.history.epochs.count >= settings.epochs {
            notice("the run has made all of its \(Format.count(settings.epochs, "epoch")); --epochs makes it longer")
        }
        if let pruning = settings.pruning { notice(Self.line(for: pruning, of: trainer.network.graph)) }
        do {
            let outcome = try loop.run(trainer, under: place.lock, shouldStop: shouldStop) {
                status(Self.status(of: $0))
            } afterEpoch: {
                notice(Self.line(for: $0, of: request.settings))
            }
            if let cost = trainer.exchangeCost { notice(Self.line(for: cost, steps: trainer.stepsHere)) }
            let text =
                outcome == .finished
                ? conclusion(trainer, folder) : "stopped after step \(trainer.steps); --resume goes on from there\n"
            return (outcome, trainer.history, text)
        } catch {
            throw CommandFailure(error)
        }
    }

    /// How a run was made that is to go on, which must be as the others are.
    private func record(_ file: URL, _ settings: TrainingSettings) throws(CommandFailure) -> RunRecord {
        let record: RunRecord
        do { record = try RunRecord(contentsOf: file, on: communicator) } catch { throw CommandFailure(error) }
        var own = record.settings.lasting(epochs: settings.epochs, from: record.steps)
        own.restretchedAt = settings.restretchedAt
        let differences = own.differences(from: settings)
        guard differences.isEmpty else {
            throw CommandFailure(
                "\(file.relativePath): found a run with other settings (\(differences.joined(separator: ", "))), wanted the same as of the others"
            )
        }
        guard settings.epochs >= record.epochsBegun else {
            throw .usage(
                "--epochs is \(settings.epochs), but the run in \(file.deletingLastPathComponent().relativePath) has begun with epoch "
                    + "\(record.epochsBegun) already")
        }
        return record
    }

    /// What becomes of the learning rate, and of pruning, where a run is made longer or shorter.
    private static func line(forAnotherLengthOf record: RunRecord, _ settings: TrainingSettings) -> String {
        let (old, step) = (record.settings, record.steps)
        var line =
            "the run has \(Format.count(settings.epochs, "epoch")) now, not \(old.epochs); from step \(step) on the learning rate "
        func rate(_ settings: TrainingSettings) -> String {
            Format.significant(settings.learningRate * settings.schedule.factor(step: step))
        }
        switch settings.schedule {
        case .constant: line += "stays what it was"
        case .inverseTime, .plateau: line += "falls as it would have done"
        case .cosine, .staircase:
            line +=
                settings.schedule == old.schedule
                ? "falls as it would have done"
                : "is that of a run of the new length, \(rate(settings)) in place of \(rate(old))"
        }
        if let pruning = settings.pruning { line += "; weights are chosen up to step \(pruning.end), as before" }
        return line
    }

    private func trainer(_ settings: TrainingSettings, from file: URL?) throws(CommandFailure) -> Trainer {
        let whole = try request.data.read(from: request.dataFolder, orElse: .generated(for: request.network))
        let (training, rest) = whole.training.split(last: request.validationSplit)
        guard rest.count == 0 || whole.validation == nil else {
            throw .usage(
                "--validation-split is \(request.validationSplit), but \(request.data.rawValue) has pictures that are held out already"
            )
        }
        let held = whole.validation ?? rest
        guard training.count > 0 else { throw CommandFailure("no pictures are left to train on") }
        guard request.validationSplit == 0 || rest.count > 0 else {
            throw .usage(
                "--validation-split is \(request.validationSplit), which of \(Format.count(training.count)) pictures is none"
            )
        }
        let dataset = Dataset(
            name: whole.name, training: training, test: whole.test, augmentation: whole.augmentation)
        do {
            let checkpoint = try file.map { (file) throws(TrainingError) in
                try Checkpoint(contentsOf: file, on: communicator)
            }
            let trainer = try Trainer(
                request.network.description(for: training), on: dataset, validation: held.count > 0 ? held : nil,
                settings: settings, from: checkpoint, on: communicator)
            trainer.options.validationSplit = request.validationSplit
            trainer.options.dataFolder = request.namedDataFolder
            if request.seeds > 1 {
                (trainer.options.seeds, trainer.options.firstSeed) = (request.seeds, request.settings.seed)
            }
            return trainer
        } catch {
            throw CommandFailure(error)
        }
    }

    private func introduction(_ trainer: Trainer, _ folder: URL) -> String {
        let graph = trainer.network.graph
        return "\(graph.network.name): \(Format.count(graph.trainableCount)) parameters, receptive field "
            + "\(graph.receptiveField) pixels; \(trainer.dataset.name): \(Format.count(trainer.dataset.training.count)) "
            + "pictures to learn, \(Format.count(trainer.dataset.test.count)) to test; "
            + "\(Format.count(request.settings.epochs, "epoch")) of "
            + "\(Format.count(request.settings.stepsPerEpoch, "batch", "batches")) of "
            + "\(request.settings.batch)\(ranks), into \(folder.relativePath)"
    }

    private static func words(for layers: [UnprunedLayer]) -> String {
        layers.isEmpty ? "" : "; kept whole: " + layers.map(\.description).joined(separator: ", ")
    }

    /// What is going to be pruned, and what is not.
    private static func line(for pruning: PruningSettings, of graph: NetworkGraph) -> String {
        "pruning \(Format.percent(pruning.sparsity, decimals: 2)) of \(pruning.unit.rawValue) "
            + (pruning.scope == .layer ? "in each layer" : "in all layers together")
            + " from step \(pruning.begin) to step \(pruning.end)" + words(for: pruning.leftAlone(in: graph))
    }

    private var ranks: String { communicator.count > 1 ? " on \(communicator.count) ranks" : "" }

    private static func status(of trainer: Trainer) -> Status {
        let figures = trainer.runningFigures
        var label = "epoch \(trainer.history.epochs.count + 1)"
        if let figures {
            label += " loss \(Format.fixed(figures.loss, decimals: 3))"
            label += " accuracy \(Format.percent(figures.accuracy, decimals: 1))"
            label += " \(Format.count(Int(figures.picturesPerSecond.rounded()))) pictures/s"
        }
        return Status(step: trainer.steps, steps: trainer.settings.steps, label: label)
    }

    private static func line(for record: EpochRecord, of settings: TrainingSettings) -> String {
        let perStep = record.seconds / Double(settings.stepsPerEpoch) * 1_000
        var line =
            "epoch \(record.epoch) of \(settings.epochs): loss \(Format.fixed(record.trainingLoss, decimals: 4)), "
            + "accuracy \(Format.percent(record.trainingAccuracy, decimals: 2)); test "
            + both(record.reestimatedAccuracy, record.testAccuracy)
        if let accuracy = record.validationAccuracy {
            line += "; held out " + both(record.reestimatedValidationAccuracy, accuracy)
        }
        return line + "; \(Format.fixed(perStep, decimals: 1)) ms a step"
    }

    /// An accuracy with re-estimated normalisation statistics, where it was measured, and with running averages.
    private static func both(_ reestimated: Double?, _ running: Double) -> String {
        let second = "\(Format.percent(running, decimals: 2)) by running averages"
        return reestimated.map { "\(Format.percent($0, decimals: 2)) re-estimated, " + second } ?? second
    }

    /// The accuracy that means most, what it is measured with, and the other one.
    private static func headline(_ reestimated: Double?, _ running: Double) -> String {
        guard let reestimated else {
            return "\(Format.percent(running, decimals: 2)), with running averages as normalisation statistics"
        }
        return
            "\(Format.percent(reestimated, decimals: 2)), with re-estimated normalisation statistics; with running averages "
            + Format.percent(running, decimals: 2)
    }

    /// What the exchange between ranks cost rank 0 for each step that it made.
    private static func line(for cost: ExchangeCost, steps: Int) -> String {
        func perStep(_ seconds: Double) -> String {
            Format.fixed(seconds / Double(max(steps, 1)) * 1_000, decimals: 2) + " ms"
        }
        let bytes = Int((Double(cost.bytes) / Double(max(steps, 1))).rounded())
        let exchanges = Format.fixed(Double(cost.exchanges) / Double(max(steps, 1)), decimals: 0)
        return "exchange of rank 0 in a step: \(Format.count(bytes)) bytes sent in \(exchanges) exchanges; waited "
            + "\(perStep(cost.statisticsSeconds)) for statistics, \(perStep(cost.gradientSeconds)) for gradients that were "
            + "under way for \(perStep(cost.gradientSecondsUnderWay))"
    }

    private func conclusion(_ trainer: Trainer, _ folder: URL) -> String {
        let history = trainer.history
        var lines: [String] = []
        if let last = history.epochs.last {
            lines.append(
                "test accuracy at the end: " + Self.headline(last.reestimatedAccuracy, last.testAccuracy))
        }
        if history.epochs.count > TrainingHistory.primaryEpochs, let accuracy = history.primaryAccuracy {
            lines.append(
                "mean of the last \(TrainingHistory.primaryEpochs) epochs: "
                    + Self.headline(history.primaryReestimatedAccuracy, accuracy))
        }
        if request.settings.pruning != nil || request.settings.twoTaps != nil {
            let (kept, zeroed, prunable) = trainer.weightCounts
            var line =
                "weights: \(Format.count(kept)) kept, \(Format.count(zeroed)) of \(Format.count(prunable)) zeroed"
            if let outcome = trainer.pruningOutcome {
                line += " (\(Format.percent(outcome.reached, decimals: 2)), asked for "
                line += "\(Format.percent(outcome.asked, decimals: 2)))" + Self.words(for: outcome.leftAlone)
            }
            lines.append(line)
        }
        lines.append("wrote \(TrainingLoop(folder: folder).last.relativePath)")
        return lines.joined(separator: "\n") + "\n"
    }
}

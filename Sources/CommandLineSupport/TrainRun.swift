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
        let accuracy = SampleMean(histories.compactMap(\.primaryAccuracy))
        let last = min(TrainingHistory.primaryEpochs, request.settings.epochs)
        let text = Self.line("test accuracy, mean of the last \(last) epochs of \(request.seeds) runs: ", accuracy)
        // A run that was to be longer when it was stopped, and is finished as it is, has none.
        let reestimated = histories.compactMap(\.primaryReestimatedAccuracy)
        guard !reestimated.isEmpty else { return text }
        let share = reestimated.count < histories.count ? ", of \(reestimated.count) of \(histories.count) runs" : ""
        let label = "the same with re-estimated normalisation statistics\(share): "
        return text + Self.line(label, SampleMean(reestimated))
    }

    private static func line(_ label: String, _ figure: SampleMean) -> String {
        func percent(_ share: Double) -> String { Format.percent(share, decimals: 2) }
        let interval = figure.interval.map {
            " (95 % interval \(percent($0.lowerBound)) to \(percent($0.upperBound)))"
        }
        return label + percent(figure.mean) + (interval ?? "") + "\n"
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
        let trainer = try trainer(settings, from: place.isBegun ? place.last : nil)
        try place.make()
        notice(introduction(trainer, folder))
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

    private func trainer(_ settings: TrainingSettings, from file: URL?) throws(CommandFailure) -> Trainer {
        let whole = try request.data.read(from: request.dataFolder, orElse: .generated(for: request.network))
        let (training, held) = whole.training.split(last: request.validationSplit)
        guard training.count > 0 else { throw CommandFailure("no pictures are left to train on") }
        let dataset = Dataset(
            name: whole.name, training: training, test: whole.test, augmentation: whole.augmentation)
        do {
            let checkpoint = try file.map { (file) throws(TrainingError) in
                try Checkpoint(contentsOf: file, on: communicator)
            }
            return try Trainer(
                request.network.description(for: training), on: dataset, validation: held.count > 0 ? held : nil,
                settings: settings, from: checkpoint, on: communicator)
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
            + "\(Format.percent(record.testAccuracy, decimals: 2))"
        if let accuracy = record.reestimatedAccuracy {
            line += ", re-estimated \(Format.percent(accuracy, decimals: 2))"
        }
        if let accuracy = record.validationAccuracy { line += ", held out \(Format.percent(accuracy, decimals: 2))" }
        return line + "; \(Format.fixed(perStep, decimals: 1)) ms a step"
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
            lines.append("test accuracy at the end: \(Format.percent(last.testAccuracy, decimals: 2))")
        }
        if history.epochs.count > TrainingHistory.primaryEpochs, let accuracy = history.primaryAccuracy {
            var line = "mean of the last \(TrainingHistory.primaryEpochs) epochs: "
            line += Format.percent(accuracy, decimals: 2)
            if let accuracy = history.primaryReestimatedAccuracy {
                line += ", with re-estimated normalisation statistics \(Format.percent(accuracy, decimals: 2))"
            }
            lines.append(line)
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

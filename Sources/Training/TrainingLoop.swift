import Foundation
import TensorFiles

/// Runs a trainer to its last epoch, keeping what it reaches in a folder: `last.safetensors`, `best.safetensors`, `history.csv`, `history.json`.
///
/// Of several ranks only the first one writes files.
public struct TrainingLoop: Sendable {
    /// How a run ended.
    public enum Outcome: Sendable, Hashable {
        /// All epochs are made.
        case finished
        /// It was asked to stop; `last.safetensors` goes on from there.
        case stopped
    }

    /// The folder.
    public let folder: URL
    private let replacesFiles: Bool

    /// The state after the last epoch, or when the run was stopped.
    public var last: URL { folder.appendingPathComponent("last.safetensors") }
    /// The state after the epoch with the best accuracy on held-out pictures, or on the test pictures where none are held out, with re-estimated
    /// normalisation statistics where all epochs were so measured; of a run that prunes, among those that left as many weights as the last one did.
    public var best: URL { folder.appendingPathComponent("best.safetensors") }

    /// The table of the epochs that are made.
    private var table: URL { folder.appendingPathComponent("history.csv") }
    /// The same with every number to the last bit.
    private var history: URL { folder.appendingPathComponent("history.json") }
    /// All files that a run keeps.
    public var files: [URL] { [last, best, table, history] }

    /// A loop that keeps its files in `folder`, which is there.
    /// - Parameter replacesFiles: Whether files that are there when the first of them is to be written are replaced; they are those of a run that
    ///   is gone on with, or that somebody wants to be replaced.
    public init(folder: URL, replacesFiles: Bool = true) {
        self.folder = folder
        self.replacesFiles = replacesFiles
    }

    /// Trains until all epochs are made or `shouldStop` says so.
    ///
    /// - Parameters:
    ///   - trainer: The run, at its beginning or wherever it was left.
    ///   - shouldStop: Asked after every step.
    ///   - afterStep: Told after every step.
    ///   - afterEpoch: Told after every epoch.
    /// - Throws: `TrainingError`; where the loss is no longer a number, it names the last good state. `TrainingError.folderInUse` where another
    ///   process runs into the folder.
    public func run(
        _ trainer: Trainer, shouldStop: () -> Bool = { false }, afterStep: (Trainer) -> Void = { _ in },
        afterEpoch: (EpochRecord) -> Void = { _ in }
    ) throws(TrainingError) -> Outcome {
        let lock = trainer.communicator.leads ? try FolderLock(folder) : nil
        return try run(
            trainer, under: lock, shouldStop: shouldStop, afterStep: afterStep, afterEpoch: afterEpoch)
    }

    /// Trains as `run` without a lock does, for whoever took the folder's before reading the state that `trainer` goes on from.
    ///
    /// - Parameters:
    ///   - trainer: The run, at its beginning or wherever it was left.
    ///   - lock: The right to the folder; of several ranks only the first one has it.
    ///   - shouldStop: Asked after every step.
    ///   - afterStep: Told after every step.
    ///   - afterEpoch: Told after every epoch.
    /// - Throws: `TrainingError`; where steps are left and the folder cannot be written to, before the first of them.
    public func run(
        _ trainer: Trainer, under lock: borrowing FolderLock?, shouldStop: () -> Bool = { false },
        afterStep: (Trainer) -> Void = { _ in }, afterEpoch: (EpochRecord) -> Void = { _ in }
    ) throws(TrainingError) -> Outcome {
        if trainer.communicator.leads, trainer.history.epochs.count < trainer.settings.epochs {
            do { try FileManager.default.checkWritable(for: last) } catch { throw .file(error) }
        }
        var keepsFirst = !replacesFiles
        do {
            while trainer.history.epochs.count < trainer.settings.epochs {
                if !trainer.isAtEpochEnd {
                    try trainer.step()
                    afterStep(trainer)
                }
                if trainer.isAtEpochEnd {
                    let record = try trainer.finishEpoch()
                    if trainer.communicator.leads {
                        if keepsFirst { try refuseFiles() }
                        keepsFirst = false
                        try keep(trainer, record)
                    }
                    afterEpoch(record)
                }
                if shouldStop(), trainer.history.epochs.count < trainer.settings.epochs {
                    if trainer.communicator.leads {
                        if keepsFirst { try refuseFiles() }
                        try trainer.save(to: last)
                    }
                    return .stopped
                }
            }
            return .finished
        } catch .diverged(let step, _) {
            let isKept = FileManager.default.fileExists(atPath: last.path)
            throw .diverged(step: step, checkpoint: isKept ? last.relativePath : nil)
        }
    }

    /// Somebody may have put a file into the folder since the run began.
    private func refuseFiles() throws(TrainingError) {
        guard let file = files.first(where: { FileManager.default.fileExists(atPath: $0.path) }) else { return }
        throw .checkpoint(
            file: file.relativePath, found: "a file that the run did not write", wanted: "none of that name")
    }

    /// The last state comes last: a process that ends before it makes the epoch again, and with it the same files.
    private func keep(_ trainer: Trainer, _ record: EpochRecord) throws(TrainingError) {
        // Of both kinds of accuracy the one that all have is compared, the better kind where they have it.
        func score(_ record: EpochRecord, reestimated: Bool) -> Double? {
            if reestimated {
                return record.validationAccuracy == nil
                    ? record.reestimatedAccuracy : record.reestimatedValidationAccuracy
            }
            return record.validationAccuracy ?? record.testAccuracy
        }
        let rivals = trainer.history.epochs.dropLast().filter { $0.keptWeights == record.keptWeights }
        let reestimated = (rivals + [record]).allSatisfy { score($0, reestimated: true) != nil }
        let own = score(record, reestimated: reestimated) ?? 0
        if !rivals.contains(where: { score($0, reestimated: reestimated) ?? 0 >= own }) {
            try trainer.save(to: best)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        guard let json = try? encoder.encode(HistoryDocument(trainer)) else {
            preconditionFailure("numbers always encode")
        }
        do {
            try Data(trainer.history.csv.utf8).replaceFile(at: table)
            try json.replaceFile(at: history)
        } catch {
            throw .file(error)
        }
        try trainer.save(to: last)
    }
}

/// What `history.json` holds.
private struct HistoryDocument: Encodable {
    /// The accuracy on the test pictures, which of two it is, and the other one.
    struct Accuracy: Encodable {
        let accuracy: Double
        let normalizationStatistics: String
        let withRunningAverages: Double

        init?(_ reestimated: Double?, _ running: Double?) {
            guard let running else { return nil }
            accuracy = reestimated ?? running
            normalizationStatistics = reestimated == nil ? "running averages" : "re-estimated"
            withRunningAverages = running
        }
    }

    let epochs: [EpochRecord]
    let testAccuracyAtTheEnd: Accuracy?
    /// The mean of the last ten epochs.
    let testAccuracy: Accuracy?
    let pruning: PruningOutcome?

    init(_ trainer: Trainer) {
        epochs = trainer.history.epochs
        testAccuracyAtTheEnd = Accuracy(epochs.last?.reestimatedAccuracy, epochs.last?.testAccuracy)
        testAccuracy = Accuracy(trainer.history.primaryReestimatedAccuracy, trainer.history.primaryAccuracy)
        pruning = trainer.pruningOutcome
    }
}

import Foundation
import MessagePassing
import TensorFiles

/// What a run was asked for beside what determines its bits, so that whoever goes on with it need not say it again.
public struct RunOptions: Hashable, Sendable, Codable {
    /// The share of training pictures that are held out; nil in files of earlier versions.
    public var validationSplit: Double?
    /// The folder with the data set's files, as it was written; nil where it was not.
    public var dataFolder: String?
    /// How many runs with seeds that follow one another there are to be, where there are several.
    public var seeds: Int?
    /// The first of these seeds.
    public var firstSeed: UInt64?
    /// The number of pictures that a detector is tested with; nil for other networks.
    public var tests: Int?

    /// Nothing that need be said.
    public init() {}
}

/// How a run was made and how far it has come, from the state that it keeps, without its weights.
public struct RunRecord: Sendable, Codable {
    /// The file.
    public let url: URL
    /// The network and the data set, such as `dilated on cifar-10`.
    public let subject: String
    /// The name of the network, such as `dilated`.
    public var networkName: String { subject.components(separatedBy: " on ").first ?? "" }
    /// The name of the data set, such as `cifar-10`; empty where the subject names none.
    public var dataName: String { subject.components(separatedBy: " on ").dropFirst().first ?? "" }
    /// How it is trained.
    public let settings: TrainingSettings
    /// The number of steps made.
    public let steps: Int
    /// What it was asked for beside that.
    public let options: RunOptions

    /// The fewest epochs that a run can have that has come so far.
    public var epochsBegun: Int {
        let (whole, more) = steps.quotientAndRemainder(dividingBy: settings.stepsPerEpoch)
        return whole + (more > 0 ? 1 : 0)
    }

    /// The record of the state in a file that lies where rank 0 is, on every rank.
    /// - Throws: `TrainingError` where the file cannot be read or is not a checkpoint.
    public init(contentsOf url: URL, on communicator: any Communicator = SingleProcess()) throws(TrainingError) {
        guard communicator.count > 1 else {
            self = try RunRecord(file: url)
            return
        }
        let own = communicator.leads ? try? JSONEncoder.exact.encode(RunRecord(file: url)) : nil
        let bytes = communicator.broadcast(own.map { Array($0) } ?? [])
        // Where rank 0 could not read it, all say why.
        guard let record = try? JSONDecoder.exact.decode(RunRecord.self, from: Data(bytes)) else {
            self = try RunRecord(file: url)
            return
        }
        self = record
    }

    private init(file url: URL) throws(TrainingError) {
        let archive: TensorArchive
        do { archive = try TensorArchive(contentsOf: url) } catch { throw .file(error) }
        func value<Value: Decodable>(_ key: String, _ type: Value.Type) -> Value? {
            archive.metadata[key].flatMap { try? JSONDecoder.exact.decode(Value.self, from: Data($0.utf8)) }
        }
        guard archive.metadata["format"] == Checkpoint.format, let settings = value("settings", TrainingSettings.self),
            let steps = value("steps", Int.self)
        else {
            throw .checkpoint(
                file: url.relativePath, found: "no readable settings of a run",
                wanted: "a file of the format '\(Checkpoint.format)'")
        }
        if let fault = settings.fault {
            throw .checkpoint(
                file: url.relativePath, found: "settings with \(fault)", wanted: "settings that a run can have")
        }
        self.url = url
        subject = archive.metadata["subject"] ?? ""
        self.settings = settings
        self.steps = max(steps, 0)
        options = value("options", RunOptions.self) ?? RunOptions()
    }
}

extension TrainingSettings {
    /// The settings of the run when it is made longer or shorter after `step` steps.
    ///
    /// What was pruned, and when, stays as it was. A rate that follows from the length of the run, of the schedules `cosine` over all steps and
    /// `staircase` with thirds, follows from the new length from there on: it jumps to what it would be at that step of a run of that length. Such a
    /// run is not one that had this length from the beginning, and `restretchedAt` says so; other runs are, to the last bit.
    public func lasting(epochs: Int, stepsPerEpoch: Int? = nil, from step: Int) -> TrainingSettings {
        var longer = self
        longer.epochs = epochs
        longer.stepsPerEpoch = stepsPerEpoch ?? self.stepsPerEpoch
        guard longer.steps != steps else { return longer }
        switch schedule {
        case .cosine(steps): longer.schedule = .cosine(steps: longer.steps)
        case .staircase(LearningRateSchedule.third(of: steps), let factor):
            longer.schedule = .staircase(interval: LearningRateSchedule.third(of: longer.steps), factor: factor)
        case .constant, .inverseTime, .cosine, .staircase, .plateau: return longer
        }
        if step > 0 { longer.restretchedAt = (restretchedAt ?? []) + [step] }
        return longer
    }
}

extension LearningRateSchedule {
    /// The number of steps after which a staircase of three stairs over a run falls.
    public static func third(of steps: Int) -> Int { max(steps / 3, 1) }
}

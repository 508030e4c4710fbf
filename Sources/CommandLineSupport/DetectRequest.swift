import Foundation
import NeuralNetworks
import Parallelism
import Reports
import Training

/// What `ccnn detect` was asked to do, with every value checked.
public struct DetectRequest: Sendable {
    /// The words of the command line, as they were written; nil where nothing was.
    public struct Arguments: Sendable {
        /// The name of a detector; nil for the first, or for that of a run that goes on.
        public var network: String?
        /// Where M2NIST's files are looked for.
        public var dataFolder: String?
        /// The number of steps.
        public var steps: Int?
        /// The number of pictures of a batch.
        public var batch: Int?
        /// The number of pictures to test with.
        public var tests: Int?
        /// The seed.
        public var seed: UInt64?
        /// The number of threads.
        public var threads: Int?
        /// The folder for weights and pictures.
        public var out: String?
        /// Whether an earlier run in the folder goes on.
        public var resumes = false
        /// Whether a new run may replace what is in the folder.
        public var overwrites = false
        /// The options that stand on the command line, with whatever values.
        public var given = GivenOptions()

        /// The defaults of every option.
        public init() {}
    }

    /// The detector.
    public let network: StandardNetwork
    /// Where M2NIST's files are looked for.
    public let dataFolder: URL
    /// That folder as it was written; nil where it was not.
    let namedDataFolder: String?
    /// How a run was trained that is made longer or shorter, and the steps that it has made.
    private var lengthened: (settings: TrainingSettings, steps: Int)?
    /// How it is trained.
    public let settings: TrainingSettings
    /// The number of pictures to test with.
    public let tests: Int
    /// The number of threads, or nil for one per processor.
    public let threads: Int?
    /// The folder for weights and pictures.
    public let out: URL
    /// Whether an earlier run in the folder goes on.
    public let resumes: Bool
    /// Whether a new run may replace what is in the folder.
    public let overwrites: Bool

    /// Checks the words of a command line.
    ///
    /// Where a run goes on, its options are taken from the state that it left; what is said beside must not contradict them, but for the number of steps.
    /// - Throws: `CommandFailure` with exit code 2, whose sentence names the option, the value found and the values wanted; with 1 where the state of a
    ///   run cannot be read.
    public init(_ arguments: Arguments) throws(CommandFailure) {
        resumes = arguments.resumes
        overwrites = arguments.overwrites
        try TrainRequest.refuseBoth(resumes, overwrites)
        let named = arguments.network ?? "detector"
        let folder = URL(fileURLWithPath: arguments.out ?? "runs/\(named)-\(arguments.seed ?? 1)")
        let last = TrainingLoop(folder: folder).last
        var record: RunRecord?
        if resumes, FileManager.default.fileExists(atPath: last.path) {
            record = try RunFolder.record(of: last)
        }
        network = try TrainRequest.network(named: record?.networkName ?? named)
        guard network.findsObjects else {
            let names = StandardNetwork.all.filter(\.findsObjects).map(\.name)
            throw .usage("\(network.name) does not find objects, as \(names.joined(separator: " and ")) do")
        }
        namedDataFolder = arguments.dataFolder ?? record?.options.dataFolder
        dataFolder = namedDataFolder.map { URL(fileURLWithPath: $0) } ?? DatasetSource.defaultFolder
        out = folder
        tests = try TrainRequest.count(
            "--tests", arguments.tests ?? record?.options.tests ?? 500, in: 1...100_000)
        threads = try arguments.threads.map { (count) throws(CommandFailure) in
            try TrainRequest.count("--threads", count, in: 1...WorkerPool.maximumThreads)
        }
        // Drawn digits do where nobody has said where others are.
        guard !arguments.given.contains("--data-folder") || DatasetSource.m2nist.location(in: dataFolder) != nil else {
            throw CommandFailure(
                "--data-folder is \(dataFolder.relativePath), but there is no m2nist in it (without --data-folder digits are drawn)"
            )
        }
        let steps = try arguments.steps.map { (steps) throws(CommandFailure) in
            try TrainRequest.count("--steps", steps, in: TrainingSettings.stepsPerEpochRange)
        }
        guard let record else {
            settings = try Self.settings(arguments, steps: steps ?? 2_000)
            return
        }
        let run = BegunOptions(of: folder)
        try run.check("the network", arguments.network, record.networkName)
        try run.check("--batch", arguments.batch, record.settings.batch)
        try run.check("--seed", arguments.seed, record.settings.seed)
        if let steps, steps < record.steps {
            throw .usage("--steps is \(steps), but the run in \(folder.relativePath) has made \(record.steps) already")
        }
        settings = record.settings.lasting(
            epochs: record.settings.epochs, stepsPerEpoch: steps ?? record.settings.stepsPerEpoch, from: record.steps)
        if settings.steps != record.settings.steps {
            lengthened = (record.settings, record.steps)
        }
    }

    private static func settings(_ arguments: Arguments, steps: Int) throws(CommandFailure) -> TrainingSettings {
        var settings = TrainingSettings()
        settings.epochs = 1
        settings.stepsPerEpoch = steps
        settings.batch = try TrainRequest.count("--batch", arguments.batch ?? 8, in: 1...256)
        settings.seed = arguments.seed ?? settings.seed
        settings.schedule = .cosine(steps: settings.steps)
        return settings
    }

    /// What becomes of the learning rate where a run is made longer or shorter; nil where it is not.
    var lengthNotice: String? {
        guard let (old, step) = lengthened else { return nil }
        func rate(_ settings: TrainingSettings) -> String {
            Format.significant(settings.learningRate * settings.schedule.factor(step: step))
        }
        return
            "the run has \(Format.count(settings.steps)) steps now, not \(Format.count(old.steps)); from step \(Format.count(step)) on the learning rate "
            + "is that of a run of the new length, \(rate(settings)) in place of \(rate(old))"
    }
}

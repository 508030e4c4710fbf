import Foundation
import NeuralNetworks
import Parallelism
import Training

/// What `ccnn detect` was asked to do, with every value checked.
public struct DetectRequest: Sendable {
    /// The words of the command line, as they were written; nil where nothing was.
    public struct Arguments: Sendable {
        /// The name of a detector.
        public var network = "detector"
        /// Where M2NIST's files are looked for.
        public var dataFolder: String?
        /// The number of steps.
        public var steps = 2_000
        /// The number of pictures of a batch.
        public var batch = 8
        /// The number of pictures to test with.
        public var tests = 500
        /// The seed.
        public var seed: UInt64 = 1
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
    /// - Throws: `CommandFailure` with exit code 2, whose sentence names the option, the value found and the values wanted.
    public init(_ arguments: Arguments) throws(CommandFailure) {
        network = try TrainRequest.network(named: arguments.network)
        guard network.findsObjects else {
            let names = StandardNetwork.all.filter(\.findsObjects).map(\.name)
            throw .usage("\(network.name) does not find objects, as \(names.joined(separator: " and ")) do")
        }
        dataFolder = arguments.dataFolder.map { URL(fileURLWithPath: $0) } ?? DatasetSource.defaultFolder
        var settings = TrainingSettings()
        settings.epochs = 1
        settings.stepsPerEpoch = try TrainRequest.count(
            "--steps", arguments.steps, in: TrainingSettings.stepsPerEpochRange)
        settings.batch = try TrainRequest.count("--batch", arguments.batch, in: 1...256)
        settings.seed = arguments.seed
        settings.schedule = .cosine(steps: settings.steps)
        self.settings = settings
        tests = try TrainRequest.count("--tests", arguments.tests, in: 1...100_000)
        threads = try arguments.threads.map { (count) throws(CommandFailure) in
            try TrainRequest.count("--threads", count, in: 1...WorkerPool.maximumThreads)
        }
        out = URL(fileURLWithPath: arguments.out ?? "runs/\(network.name)-\(arguments.seed)")
        resumes = arguments.resumes
        overwrites = arguments.overwrites
        try TrainRequest.refuseBoth(resumes, overwrites)
        // Drawn digits do where nobody has said where others are.
        guard !arguments.given.contains("--data-folder") || DatasetSource.m2nist.location(in: dataFolder) != nil else {
            throw CommandFailure(
                "--data-folder is \(dataFolder.relativePath), but there is no m2nist in it (without --data-folder digits are drawn)"
            )
        }
    }
}

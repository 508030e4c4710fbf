import Foundation
import MessagePassing
import NeuralNetworks
import Parallelism
import Training

/// What `ccnn train` was asked to do, with every value checked.
public struct TrainRequest: Sendable {
    /// The words of the command line, as they were written; nil where nothing was.
    public struct Arguments: Sendable {
        /// The name of a network; empty where a run goes on in a folder that is named.
        public var network = ""
        /// The name of a data set; the generated one that the network can learn where nil.
        public var data: String?
        /// Where the data set's files are.
        public var dataFolder: String?
        /// The folder for checkpoints and history.
        public var out: String?
        /// The number of epochs.
        public var epochs: Int?
        /// The number of batches of an epoch.
        public var stepsPerEpoch: Int?
        /// The number of pictures of a batch.
        public var batch: Int?
        /// The seed.
        public var seed: UInt64?
        /// How many runs with seeds that follow one another.
        public var seeds: Int?
        /// The number of threads.
        public var threads: Int?
        /// The learning rate.
        public var learningRate: Double?
        /// `adam`, `adamw` or `sgd`.
        public var optimizer: String?
        /// The momentum of `sgd`.
        public var momentum: Double?
        /// The decoupled decay of weights of `adamw`.
        public var weightDecay: Double?
        /// `decay`, `constant`, `cosine`, `step` or `plateau`.
        public var schedule: String?
        /// The decay of the schedule `decay`, for each step.
        public var decay: Double?
        /// λ of the penalty on kernels.
        public var l2: Double?
        /// Whether pictures are varied.
        public var augments: Bool?
        /// The share of training pictures held out.
        public var validationSplit: Double?
        /// Whether an earlier run in the folder goes on.
        public var resumes = false
        /// Whether a new run may replace what is in the folder.
        public var overwrites = false
        /// The share of weights to zero.
        public var prune: Double?
        /// The step after which weights are first pruned.
        public var pruneBegin: Int?
        /// The step after which the choice of weights is final.
        public var pruneEnd: Int?
        /// Steps between two choices.
        public var pruneInterval: Int?
        /// `constant` or `polynomial`.
        public var pruneGrowth: String?
        /// `weights`, `pairs`, `taps` or `channels`.
        public var pruneUnit: String?
        /// `layer` or `global`.
        public var pruneScope: String?
        /// Whether the layer that scores the classes is pruned too.
        public var prunesClassifier: Bool?
        /// The direction of the two taps that kernels have.
        public var twoTaps: String?
        /// The options that stand on the command line, with whatever values.
        public var given = GivenOptions()

        /// The defaults of every option.
        public init() {}
    }

    /// The network.
    public let network: StandardNetwork
    /// The data set.
    public let data: DatasetSource
    /// Where the data set's files are.
    public let dataFolder: URL
    /// That folder as it was written; nil where it was not.
    let namedDataFolder: String?
    /// The folder for checkpoints and history.
    public let out: URL
    /// How the network is trained.
    public let settings: TrainingSettings
    /// How many runs there are, with the seed of the settings and those that follow it.
    public let seeds: Int
    /// The number of threads, or nil for one per processor.
    public let threads: Int?
    /// The share of training pictures held out.
    public let validationSplit: Double
    /// Whether an earlier run in the folder goes on.
    public let resumes: Bool
    /// Whether a new run may replace what is in the folder.
    public let overwrites: Bool

    /// Checks the words of a command line.
    ///
    /// Where a run goes on, its options are taken from the state that it left, which lies where rank 0 is; what is said beside must not contradict them,
    /// but for the number of epochs and of seeds.
    /// - Throws: `CommandFailure` with exit code 2, whose sentence names the option, the value found and the values wanted; with 1 where the state of a
    ///   run cannot be read.
    public init(_ arguments: Arguments, on communicator: any Communicator = SingleProcess()) throws(CommandFailure) {
        threads = arguments.threads
        if let threads, !(1...WorkerPool.maximumThreads).contains(threads) {
            throw .usage("--threads is \(threads), but it is from 1 to \(WorkerPool.maximumThreads)")
        }
        resumes = arguments.resumes
        overwrites = arguments.overwrites
        try Self.refuseBoth(resumes, overwrites)
        _ = try arguments.seeds.map { (seeds) throws(CommandFailure) in try Self.count("--seeds", seeds, in: 1...1_000)
        }
        if let share = arguments.validationSplit, !(share >= 0 && share <= 0.9) {
            throw .usage("--validation-split is \(share), but it is a share from 0 to 0.9")
        }
        let begun = resumes ? try BegunRun(arguments, on: communicator) : nil
        if let begun { try begun.check(arguments) }
        guard begun != nil || !arguments.network.isEmpty else {
            throw .usage("no network is named, wanted one that ccnn models lists, or --resume with --out FOLDER")
        }
        network = try Self.network(named: begun?.record.networkName ?? arguments.network)
        guard !network.findsObjects else {
            throw .usage("\(network.name) finds objects, and ccnn detect trains it")
        }
        data =
            try (begun?.record.dataName ?? arguments.data).map(DatasetSource.named) ?? .generated(for: network)
        namedDataFolder = arguments.dataFolder ?? begun?.record.options.dataFolder
        dataFolder = namedDataFolder.map { URL(fileURLWithPath: $0) } ?? DatasetSource.defaultFolder
        validationSplit = arguments.validationSplit ?? begun?.record.options.validationSplit ?? 0
        if let begun {
            out = begun.out
            seeds = begun.seeds
            settings = try begun.settings(epochs: arguments.epochs)
        } else {
            let number = arguments.seeds ?? 1
            out = Self.folder(arguments, network, data, seeds: number)
            seeds = number
            settings = try Self.settings(arguments, network, data)
        }
        var check = OptionCheck(arguments.given)
        check.note("--data-folder", arguments.dataFolder != nil)
        check.note("--no-augment", arguments.augments == false)
        try check.refuse(
            ["--data-folder"], if: data.isGenerated, "\(data.rawValue) is drawn from a seed and read from no folder")
        try check.refuse(
            ["--augment", "--no-augment"], if: !data.isVaried, "\(data.rawValue) is never varied while it is learned")
    }

    /// Where a run with these arguments lies.
    static func folder(
        _ arguments: Arguments, _ network: StandardNetwork, _ data: DatasetSource, seeds: Int
    ) -> URL {
        URL(
            fileURLWithPath: arguments.out
                ?? "runs/\(network.name)-\(data.rawValue)" + (seeds == 1 ? "-\(arguments.seed ?? 1)" : ""))
    }

    /// The standard network called `name`.
    /// - Throws: `CommandFailure` with exit code 2 where there is none.
    public static func network(named name: String) throws(CommandFailure) -> StandardNetwork {
        guard let network = StandardNetwork.named(name) else {
            throw .usage(
                "there is no network '\(name)'\(suggestion(for: name, among: StandardNetwork.all.map(\.name))) "
                    + "(ccnn models lists them)")
        }
        return network
    }

    private static func settings(
        _ arguments: Arguments, _ network: StandardNetwork, _ data: DatasetSource
    ) throws(CommandFailure) -> TrainingSettings {
        var settings = TrainingSettings()
        settings.batch = try count("--batch", arguments.batch ?? settings.batch, in: TrainingSettings.batchRange)
        // Generated sets are learned within minutes; the others follow the recipe.
        settings.epochs = try count(
            "--epochs", arguments.epochs ?? (data.isGenerated ? 8 : 80), in: TrainingSettings.epochsRange)
        settings.stepsPerEpoch = try count(
            "--steps-per-epoch", arguments.stepsPerEpoch ?? (data.isGenerated ? 200 : 1_000),
            in: TrainingSettings.stepsPerEpochRange)
        settings.seed = arguments.seed ?? settings.seed
        settings.augments = arguments.augments ?? settings.augments
        settings.learningRate = arguments.learningRate ?? settings.learningRate
        guard settings.learningRate > 0, settings.learningRate.isFinite else {
            throw .usage("--learning-rate is \(settings.learningRate), but it is a positive number")
        }
        settings.l2 = arguments.l2 ?? (network.isResidual ? 1e-4 : 0)
        guard settings.l2 >= 0, settings.l2.isFinite else {
            throw .usage("--l2 is \(settings.l2), but it is a number that is not negative")
        }
        settings.optimizer = try optimizer(arguments)
        settings.schedule = try schedule(arguments, settings.steps)
        settings.pruning = try pruning(arguments, network, settings.steps)
        settings.twoTaps = try arguments.twoTaps.map { (word) throws(CommandFailure) in
            try choice("--two-taps", word, TwoTapMask.self)
        }
        if settings.twoTaps != nil, let graph = try? NetworkGraph(network.description()), !TwoTapMask.applies(to: graph)
        {
            throw .usage("--two-taps is for kernels of odd size from 3×3 on, but \(network.name) has none")
        }
        guard settings.twoTaps == nil || settings.pruning == nil else {
            throw .usage("--two-taps and --prune are both given, but one of them says which weights are kept")
        }
        return settings
    }

    private static func optimizer(_ arguments: Arguments) throws(CommandFailure) -> OptimizerKind {
        let name = arguments.optimizer ?? "adam"
        func check(_ option: String, _ value: Double?, of owner: String, below limit: Int) throws(CommandFailure) {
            guard let value else { return }
            guard name == owner else { throw .usage("\(option) belongs to --optimizer \(owner), not to \(name)") }
            guard value >= 0, value < Double(limit) else {
                throw .usage("\(option) is \(value), but it is from 0 to below \(limit)")
            }
        }
        try check("--momentum", arguments.momentum, of: "sgd", below: 1)
        try check("--weight-decay", arguments.weightDecay, of: "adamw", below: 10)
        switch name {
        case "adam": return .adam(epsilon: 1e-7)
        case "adamw": return .adamW(epsilon: 1e-7, decay: arguments.weightDecay ?? 1e-2)
        case "sgd": return .descent(momentum: arguments.momentum ?? 0.9)
        default: throw unknown(name, of: "--optimizer", among: CommandChoices.optimizers)
        }
    }

    private static func schedule(_ arguments: Arguments, _ steps: Int) throws(CommandFailure) -> LearningRateSchedule {
        let schedule = arguments.schedule ?? "decay"
        if let decay = arguments.decay {
            guard schedule == "decay" else {
                throw .usage("--decay belongs to --schedule decay, not to \(schedule)")
            }
            guard decay >= 0, decay.isFinite else {
                throw .usage("--decay is \(decay), but it is a number that is not negative")
            }
        }
        switch schedule {
        case "decay": return .inverseTime(decay: arguments.decay ?? 1e-5)
        case "constant": return .constant
        case "cosine": return .cosine(steps: steps)
        case "step": return .staircase(interval: LearningRateSchedule.third(of: steps), factor: 0.1)
        case "plateau": return .plateau(patience: 5, factor: 0.3)
        default: throw unknown(schedule, of: "--schedule", among: CommandChoices.schedules)
        }
    }

    private static func pruning(
        _ arguments: Arguments, _ network: StandardNetwork, _ steps: Int
    ) throws(CommandFailure) -> PruningSettings? {
        guard let share = arguments.prune else {
            let dependent: [(option: String, isGiven: Bool)] = [
                ("--prune-begin", arguments.pruneBegin != nil), ("--prune-end", arguments.pruneEnd != nil),
                ("--prune-interval", arguments.pruneInterval != nil),
                ("--prune-growth", arguments.pruneGrowth != nil), ("--prune-unit", arguments.pruneUnit != nil),
                ("--prune-scope", arguments.pruneScope != nil),
                ("--prune-classifier", arguments.prunesClassifier == true),
                ("--no-prune-classifier", arguments.prunesClassifier == false),
            ]
            if let option = dependent.first(where: \.isGiven)?.option {
                throw .usage("\(option) belongs to --prune, which is not given")
            }
            return nil
        }
        guard share >= 0, share < 1 else {
            throw .usage("--prune is \(share), but it is the share of weights to zero, from 0 to below 1")
        }
        // From a fifth of the run on, as the experiment that it repeats.
        let begin = try count("--prune-begin", arguments.pruneBegin ?? steps / 5, in: 0...steps)
        let end = try count("--prune-end", arguments.pruneEnd ?? steps, in: begin...max(begin, steps))
        var check = OptionCheck(arguments.given)
        check.note("--prune-interval", arguments.pruneInterval != nil)
        check.note("--prune-growth", arguments.pruneGrowth != nil)
        try check.refuse(
            ["--prune-interval", "--prune-growth"], if: begin == end, "weights are chosen once, after step \(begin)")
        let settings = PruningSettings(
            sparsity: share,
            growth: try choice("--prune-growth", arguments.pruneGrowth, or: .constant),
            unit: try choice("--prune-unit", arguments.pruneUnit, or: .weights),
            scope: try choice("--prune-scope", arguments.pruneScope, or: .layer),
            prunesClassifier: arguments.prunesClassifier, begin: begin, end: end,
            interval: try count("--prune-interval", arguments.pruneInterval ?? 20, in: 1...1_000_000))
        if let graph = try? NetworkGraph(network.description()), let fault = settings.fault(in: graph, steps: steps) {
            throw .usage("--prune \(share) comes to nothing: \(fault)")
        }
        return settings
    }

    private static func choice<Value: RawRepresentable<String> & CaseIterable>(
        _ option: String, _ word: String, _ type: Value.Type
    ) throws(CommandFailure) -> Value {
        guard let value = Value(rawValue: word) else {
            throw unknown(word, of: option, among: Value.allCases.map(\.rawValue))
        }
        return value
    }

    private static func choice<Value: RawRepresentable<String> & CaseIterable>(
        _ option: String, _ word: String?, or ownChoice: Value
    ) throws(CommandFailure) -> Value {
        guard let word else { return ownChoice }
        return try choice(option, word, Value.self)
    }

    private static func unknown(_ word: String, of option: String, among words: [String]) -> CommandFailure {
        .usage(
            "\(option) is '\(word)', but it is one of \(words.joined(separator: ", "))\(suggestion(for: word, among: words))"
        )
    }

    static func refuseBoth(_ resumes: Bool, _ overwrites: Bool) throws(CommandFailure) {
        guard resumes, overwrites else { return }
        throw .usage("--resume and --overwrite are both given, but a run is gone on with or replaced")
    }

    static func count(
        _ option: String, _ value: Int, in range: ClosedRange<Int>
    ) throws(CommandFailure) -> Int {
        guard range.contains(value) else {
            throw .usage("\(option) is \(value), but it is from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }
}

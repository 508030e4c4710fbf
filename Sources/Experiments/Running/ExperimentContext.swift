import Datasets

/// What an experiment may use: how much work it may be, seeds, data, and networks that are shared with other experiments.
public struct ExperimentContext {
    /// How much work an experiment may be.
    public let effort: Effort
    /// The first seed.
    public let seed: UInt64
    /// How many seeds, where chance plays.
    public let seedCount: Int
    /// Whether somebody asked for that number, so that stored runs of other seeds are left alone.
    public let isSeedCountAsked: Bool
    /// Pictures and kernels.
    public let data: ExperimentData
    /// Trained networks.
    public let networks: NetworkLibrary
    /// The ranks that go through the experiment together.
    public let ranks: ExperimentRanks
    private let report: (Double, String) -> Void
    private let shouldStop: () -> Bool

    /// A context.
    ///
    /// - Parameters:
    ///   - effort: How much may be spent.
    ///   - seed: The first seed.
    ///   - seedCount: The number of seeds; the effort's where nil.
    ///   - data: The pictures to learn from.
    ///   - networks: Where trained networks come from.
    ///   - ranks: Those that go through the experiment together, all in contexts alike; a process by itself where none are given.
    ///   - report: Told how much of the experiment is done, from 0 to 1, and what it is doing.
    ///   - shouldStop: Asked now and then whether to stop.
    public init(
        effort: Effort, seed: UInt64 = 1, seedCount: Int? = nil, data: ExperimentData, networks: NetworkLibrary,
        ranks: ExperimentRanks = ExperimentRanks(), report: @escaping (Double, String) -> Void = { _, _ in },
        shouldStop: @escaping () -> Bool = { false }
    ) {
        precondition(seedCount ?? 1 >= 1, "there is a seed")
        self.effort = effort
        self.seed = seed
        self.seedCount = seedCount ?? effort.choose(3, 3, 5)
        isSeedCountAsked = seedCount != nil
        self.data = data
        self.networks = networks
        self.ranks = ranks
        self.report = report
        self.shouldStop = shouldStop
    }

    /// The seeds that follow one another from the first.
    public var seeds: [UInt64] { (0..<seedCount).map { seed &+ UInt64($0) } }

    /// Says how far the experiment is.
    /// - Throws: `ExperimentError.stopped` where somebody asked to stop.
    public func progress(_ done: Double, _ doing: String) throws(ExperimentError) {
        if shouldStop() { throw .stopped }
        report(min(max(done, 0), 1), doing)
    }

    /// Whether somebody asked to stop.
    public var isStopping: Bool { shouldStop() }

    /// The same context for the part from `start` to `end` of an experiment.
    public func part(from start: Double, to end: Double) -> ExperimentContext {
        ExperimentContext(
            effort: effort, seed: seed, seedCount: isSeedCountAsked ? seedCount : nil, data: data, networks: networks,
            ranks: ranks, report: { [report] done, doing in report(start + (end - start) * done, doing) },
            shouldStop: shouldStop)
    }
}

import NeuralNetworks
import Training

/// How long networks are trained that are compared with each other: the same for all of them.
public struct TrainingBudget: Sendable, Hashable {
    /// The number of epochs; after each the test accuracy is taken.
    public var epochs: Int
    /// The number of batches of an epoch.
    public var stepsPerEpoch: Int
    /// The number of pictures of a batch.
    public var batch: Int
    /// Whether the learning rate falls to 0 as a cosine.
    ///
    /// At the recipe's nearly constant rate the accuracy at the end of one epoch spreads by points. The author's length is judged by the mean of
    /// ten epochs; a run of one epoch ends quietly instead.
    public var anneals: Bool

    /// A budget.
    public init(epochs: Int, stepsPerEpoch: Int, batch: Int = 32, anneals: Bool = false) {
        self.epochs = epochs
        self.stepsPerEpoch = stepsPerEpoch
        self.batch = batch
        self.anneals = anneals
    }

    /// The author's: 80 epochs of 1,000 steps.
    public static let author = TrainingBudget(epochs: 80, stepsPerEpoch: 1_000)

    /// The budget of an effort: 120 steps, 2,000 steps at a falling rate, or the author's.
    public init(_ effort: Effort) {
        self = effort.choose(
            TrainingBudget(epochs: 1, stepsPerEpoch: 120),
            TrainingBudget(epochs: 1, stepsPerEpoch: 2_000, anneals: true), .author)
    }

    /// That of comparisons with networks of ten layers; quick effort only shows that they run.
    public static func cascades(_ effort: Effort) -> TrainingBudget {
        effort == .quick ? TrainingBudget(epochs: 1, stepsPerEpoch: 30) : TrainingBudget(effort)
    }

    /// That of residual networks, whose steps cost several times as much; quick effort only shows that they run.
    public static func residual(_ effort: Effort) -> TrainingBudget {
        effort.choose(
            TrainingBudget(epochs: 1, stepsPerEpoch: 24, batch: 4),
            TrainingBudget(epochs: 1, stepsPerEpoch: 1_000, anneals: true), .author)
    }

    /// That of networks that score pixels: 60 steps, or two passes over M2NIST.
    public static func segmentation(_ effort: Effort) -> TrainingBudget {
        effort.choose(
            TrainingBudget(epochs: 1, stepsPerEpoch: 60),
            TrainingBudget(epochs: 1, stepsPerEpoch: 1_000, batch: 8, anneals: true), .author)
    }

    /// The number of steps.
    public var steps: Int { epochs * stepsPerEpoch }

    /// Whether accuracies are those with re-estimated normalisation statistics: short runs have no others worth looking at.
    public var reestimates: Bool { self != .author }

    /// The author's recipe for this budget.
    public func settings(seed: UInt64) -> TrainingSettings {
        var settings = TrainingSettings()
        settings.epochs = epochs
        settings.stepsPerEpoch = stepsPerEpoch
        settings.batch = batch
        settings.seed = seed
        if anneals { settings.schedule = .cosine(steps: steps) }
        return settings
    }

    /// The author's recipe for a network: residual ones, which begin as He says, have a penalty on their kernels.
    func settings(of network: NetworkDescription, seed: UInt64) -> TrainingSettings {
        var settings = settings(seed: seed)
        if network.initialization == .heNormal { settings.l2 = 1e-4 }
        return settings
    }

    /// The budget in words.
    public var words: String {
        "\(steps) steps of \(batch) pictures" + (anneals ? ", the learning rate falling to 0 as a cosine" : "")
    }
}

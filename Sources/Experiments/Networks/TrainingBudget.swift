import Datasets
import Training

/// How long networks are trained that are compared with each other: the same for all of them.
public struct TrainingBudget: Sendable, Hashable {
    /// The number of epochs.
    public var epochs: Int
    /// The number of batches of an epoch.
    public var stepsPerEpoch: Int
    /// The number of pictures of a batch.
    public var batch: Int

    /// A budget.
    public init(epochs: Int, stepsPerEpoch: Int, batch: Int = 32) {
        self.epochs = epochs
        self.stepsPerEpoch = stepsPerEpoch
        self.batch = batch
    }

    /// The budget of an effort: 120 steps, 2,000 steps, or the author's 80 epochs of 1,000 steps.
    public init(_ effort: Effort) {
        self = effort.choose(
            TrainingBudget(epochs: 1, stepsPerEpoch: 120), TrainingBudget(epochs: 10, stepsPerEpoch: 200),
            TrainingBudget(epochs: 80, stepsPerEpoch: 1_000))
    }

    /// The number of steps.
    public var steps: Int { epochs * stepsPerEpoch }

    /// The author's recipe for this budget.
    public func settings(seed: UInt64) -> TrainingSettings {
        var settings = TrainingSettings()
        settings.epochs = epochs
        settings.stepsPerEpoch = stepsPerEpoch
        settings.batch = batch
        settings.seed = seed
        return settings
    }
}

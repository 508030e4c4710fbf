/// Everything that determines a training run beside the network and the pictures.
public struct TrainingSettings: Hashable, Sendable, Codable {
    /// The number of pictures of a batch.
    public var batch = 32
    /// The number of batches of an epoch.
    public var stepsPerEpoch = 1_000
    /// The number of epochs.
    public var epochs = 80
    /// The seed of the weights, of the pictures' order and of their variation.
    public var seed: UInt64 = 1
    /// How gradients change weights.
    public var optimizer = OptimizerKind.adam(epsilon: 1e-7)
    /// The learning rate at the first step.
    public var learningRate = 1e-3
    /// How the learning rate changes.
    public var schedule = LearningRateSchedule.inverseTime(decay: 1e-5)
    /// λ of the term λ·Σw² over the kernels of convolutions that is added to the loss.
    public var l2 = 0.0
    /// Which weights are set to zero, if any.
    public var pruning: PruningSettings?
    /// The two taps that kernels have, if they have no others; there is no pruning then.
    public var twoTaps: TwoTapMask?
    /// Whether pictures are varied as their data set says.
    public var augments = true

    /// The recipe of "Does CNN really need downsampling (upsampling)?": Adam, 80 epochs of 1000 batches of 32 pictures.
    public init() {}

    /// The number of steps of the whole run.
    public var steps: Int { epochs * stepsPerEpoch }
}

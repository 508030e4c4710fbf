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
    /// λ of the term λ·Σw² over the kernels of convolutions and the coefficients of jets that is added to the loss.
    public var l2 = 0.0
    /// Which weights are set to zero, if any.
    public var pruning: PruningSettings?
    /// The two taps that kernels have, if they have no others; there is no pruning then.
    public var twoTaps: TwoTapMask?
    /// Whether pictures are varied as their data set says.
    public var augments = true
    /// The steps after which the run was made longer or shorter and its rate with it; nil where it has the rate that it began with.
    public var restretchedAt: [Int]?

    /// The recipe of "Does CNN really need downsampling (upsampling)?": Adam, 80 epochs of 1000 batches of 32 pictures.
    public init() {}

    /// The number of steps of the whole run.
    public var steps: Int { epochs * stepsPerEpoch }

    /// The numbers of pictures that a batch may have.
    public static let batchRange = 1...4_096
    /// The numbers of batches that an epoch may have.
    public static let stepsPerEpochRange = 1...1_000_000
    /// The numbers of epochs that a run may have.
    public static let epochsRange = 1...100_000

    /// What in settings that were read from somewhere cannot be trained or evaluated with, such as `batch 0`; nil where all can.
    var fault: String? {
        func number(_ name: String, _ value: Double, from least: Double, below limit: Double = .infinity) -> String? {
            value >= least && value < limit ? nil : "\(name) \(value)"
        }
        func count(_ name: String, _ value: Int, in range: ClosedRange<Int>) -> String? {
            range.contains(value) ? nil : "\(name) \(value)"
        }
        let all = 0...Int.max
        var faults = [
            count("batch", batch, in: Self.batchRange), count("epochs", epochs, in: Self.epochsRange),
            count("stepsPerEpoch", stepsPerEpoch, in: Self.stepsPerEpochRange),
            number("learningRate", learningRate, from: .leastNonzeroMagnitude), number("l2", l2, from: 0),
        ]
        switch optimizer {
        case .descent(let momentum): faults.append(number("momentum", momentum, from: 0, below: 1))
        case .adam(let epsilon): faults.append(number("epsilon", epsilon, from: 0))
        case .adamW(let epsilon, let decay):
            faults += [number("epsilon", epsilon, from: 0), number("decay", decay, from: 0)]
        }
        switch schedule {
        case .constant: break
        case .inverseTime(let decay): faults.append(number("decay", decay, from: 0))
        case .cosine(let steps): faults.append(count("steps", steps, in: all))
        case .staircase(let interval, let factor):
            faults += [count("interval", interval, in: 1...Int.max), number("factor", factor, from: 0)]
        case .plateau(let patience, let factor):
            faults += [count("patience", patience, in: all), number("factor", factor, from: 0)]
        }
        if let pruning {
            faults += [
                number("sparsity", pruning.sparsity, from: 0, below: 1), count("begin", pruning.begin, in: all),
                count("end", pruning.end, in: pruning.begin...max(pruning.begin, Int.max)),
                count("interval", pruning.interval, in: 1...Int.max),
            ]
        }
        return faults.lazy.compactMap { $0 }.first
    }

    /// The options of `ccnn train` by which two runs differ, such as `--batch`.
    public func differences(from other: TrainingSettings) -> [String] {
        let all: [(option: String, isSame: Bool)] = [
            ("--batch", batch == other.batch), ("--steps-per-epoch", stepsPerEpoch == other.stepsPerEpoch),
            ("--epochs", epochs == other.epochs), ("--seed", seed == other.seed),
            ("--optimizer", optimizer == other.optimizer), ("--learning-rate", learningRate == other.learningRate),
            ("--schedule", schedule == other.schedule), ("--l2", l2 == other.l2),
            ("--prune", pruning == other.pruning), ("--two-taps", twoTaps == other.twoTaps),
            ("--augment", augments == other.augments),
            ("--epochs after steps were made", restretchedAt == other.restretchedAt),
        ]
        return all.filter { !$0.isSame }.map(\.option)
    }
}

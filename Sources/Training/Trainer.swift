import Datasets
import Foundation
import MessagePassing
import NeuralNetworks
import Parallelism
import TensorConvolution
import Tensors

/// Trains a network, step by step, in a way that can be stopped after any step and continued to the same bits.
///
/// All that a step depends on is in the trainer's checkpoint: weights, what the optimiser remembers, masks, the number of steps, and the algorithm
/// of every convolution. Pictures are determined by the seed and the number of the step.
///
/// Where several ranks train together, each computes its share of every batch, and all of them have the same weights, to the last bit, after every step.
/// These are those of one process with the same batch but for rounding: sums are added in another order.
public final class Trainer {
    /// What a stopped run needs beside tensors.
    struct Progress: Hashable, Sendable, Codable {
        var history = TrainingHistory()
        /// Sums over the steps of the epoch under way.
        var loss = 0.0
        var correct = 0
        var seconds = 0.0
        /// What `LearningRateSchedule.plateau` has seen.
        var leastLoss = Double.infinity
        var epochsSinceLeast = 0
        var reductions = 0

        enum CodingKeys: String, CodingKey {
            case history, loss, correct, seconds, leastLoss, epochsSinceLeast, reductions
        }
    }

    /// What is trained.
    public let network: CompiledNetwork
    /// How it is trained.
    public let settings: TrainingSettings
    /// What it is trained and tested on.
    public let dataset: Dataset
    /// Pictures that are neither trained nor tested on, perhaps none.
    public let validation: LabelledPictures?

    /// The name of the network and the data set, so that a checkpoint is not continued with others.
    var subject: String { "\(network.graph.network.name) on \(dataset.name)" }

    /// What tells the pictures to learn from apart from others, so that a checkpoint is not continued with those.
    let pictures: String

    /// What the run was asked for beside its settings, which its states keep.
    public var options = RunOptions()

    var optimizer: Optimizer
    var masks: PruningMasks
    var progress = Progress()
    private var batches: BatchSource
    private let pool: WorkerPool
    /// The ranks that train together.
    public let communicator: any Communicator
    private let rankedBatch: RankedBatch?
    /// What this rank's steps have spent on exchanging numbers with the others; nil for a process by itself.
    public private(set) var exchangeCost: ExchangeCost?

    /// The epochs so far.
    public var history: TrainingHistory { progress.history }
    /// The number of steps so far.
    public var steps: Int { optimizer.steps }
    /// The number of steps that this trainer made itself, after the checkpoint that it began with.
    public private(set) var stepsHere = 0
    /// The mean loss, accuracy and pace over the epoch under way, or nil at its beginning.
    public var runningFigures: (loss: Double, accuracy: Double, picturesPerSecond: Double)? {
        let done = steps % settings.stepsPerEpoch
        guard done > 0 else { return nil }
        return (
            progress.loss / Double(done), Double(progress.correct) / Double(done * labelsPerBatch),
            Double(done * settings.batch) / max(progress.seconds, 1e-9)
        )
    }

    /// How many weights may be other than zero, how many are zeroed, and how many could have been.
    public var weightCounts: (kept: Int, zeroed: Int, prunable: Int) {
        masks.count(in: network.graph, settings.twoTaps == nil ? settings.pruning : nil)
    }

    /// What pruning has come to so far; nil where nothing is pruned.
    public var pruningOutcome: PruningOutcome? {
        guard settings.twoTaps == nil, let pruning = settings.pruning else { return nil }
        let (kept, zeroed, prunable) = weightCounts
        return PruningOutcome(
            asked: pruning.sparsity, kept: kept, zeroed: zeroed, prunable: prunable,
            leftAlone: pruning.leftAlone(in: network.graph))
    }

    private var labelsPerBatch: Int { settings.batch * dataset.training.labelsPerPicture }

    /// A trainer before the first step, or one that goes on from a checkpoint.
    ///
    /// - Throws: `TrainingError` where the pictures do not fit the network, the checkpoint belongs to another network, data set or settings, or the run
    ///   would not come to the share of zeros that is asked for.
    public init(
        _ network: NetworkDescription, on dataset: Dataset, validation: LabelledPictures? = nil,
        settings: TrainingSettings, from checkpoint: Checkpoint? = nil,
        on communicator: any Communicator = SingleProcess(),
        pool: WorkerPool = .shared
    ) throws(TrainingError) {
        let graph = try NetworkGraph(network, for: dataset.training)
        let share = communicator.share(of: settings.batch)
        guard settings.batch >= communicator.count else {
            throw .ranks(communicator.count, batch: settings.batch)
        }
        self.communicator = communicator
        rankedBatch = communicator.count > 1 ? RankedBatch(count: settings.batch, communicator) : nil
        exchangeCost = rankedBatch.map { _ in ExchangeCost() }
        self.settings = settings
        self.pool = pool
        self.dataset = dataset
        self.validation = validation
        pictures = dataset.training.digest
        if let fault = settings.pruning?.fault(in: graph, steps: settings.steps) { throw .pruning(fault) }
        guard settings.pruning == nil || settings.twoTaps == nil else {
            throw .pruning("weights are pruned and kernels have two taps, but one of them says which weights are kept")
        }
        try graph.checkMemory(batch: share.count)
        // A checkpoint has rank 0's algorithms. A rank with fewer pictures chose others at the beginning, and chooses the same again: estimates
        // depend on the shape and the direction alone.
        let isLikeLeader = share.count == communicator.share(of: settings.batch, rank: 0).count
        let planner = ConvolutionPlanner(policy: .estimate, pool: pool)
        let weights = try checkpoint?.weights(of: graph) ?? NetworkWeights(graph, seed: settings.seed)
        self.network = CompiledNetwork(
            graph, weights: weights, batch: share.count, sharedBatch: rankedBatch, planner: planner,
            algorithms: isLikeLeader ? checkpoint?.algorithms ?? [:] : [:], pool: pool)
        optimizer = Optimizer(settings.optimizer, for: graph)
        masks = settings.twoTaps?.masks(for: graph) ?? PruningMasks(for: graph)
        let maker = BatchMaker(
            dataset.training, augmentation: settings.augments ? dataset.augmentation : .none, size: settings.batch,
            share: share,
            // Its own family of numbers beside those of the weights.
            seed: settings.seed &+ 0x5EED)
        batches = BatchSource(maker, isAhead: pool.threadCount > 1)
        if let checkpoint { try restore(checkpoint) }
        if steps == 0 { prune() } else { masks.apply(to: self.network) }
    }

    /// Makes one step.
    /// - Returns: The loss of its batch before the step.
    /// - Throws: `TrainingError.diverged` where that is not a number; what is trained is then as it was before the step, but running averages
    ///   have taken the batch in.
    @discardableResult
    public func step() throws(TrainingError) -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        let number = steps
        let costBefore = rankedBatch?.cost
        let batch = batches.batch(number)
        network.forward(batch.pictures, isTraining: true)
        let own = network.backward {
            SoftmaxCrossEntropy.evaluate(
                scores: $0, labels: batch.labels, gradient: &$1, of: labelsPerBatch, pool: pool)
        }
        let result = total(own)
        guard result.loss.isFinite else { throw .diverged(step: number + 1, checkpoint: nil) }
        optimizer.step(network, rate: rate(atStep: number), l2: settings.l2)
        prune()
        stepsHere += 1
        progress.loss += result.loss
        progress.correct += result.correct
        progress.seconds += (clock.now - start).seconds
        if let costBefore, let cost = rankedBatch?.cost { exchangeCost?.add(cost, since: costBefore) }
        return result.loss
    }

    /// The loss of the whole batch, and its correct labels.
    private func total(_ own: SoftmaxCrossEntropy.Result) -> SoftmaxCrossEntropy.Result {
        guard let rankedBatch else { return own }
        var figures = [own.loss, Double(own.correct)]
        rankedBatch.sum(&figures)
        var all = own
        (all.loss, all.correct) = (figures[0], Int(figures[1]))
        return all
    }

    private func rate(atStep step: Int) -> Double {
        settings.learningRate * settings.schedule.factor(step: step, reductions: progress.reductions)
    }

    private func prune() {
        if settings.twoTaps == nil, let pruning = settings.pruning, let share = pruning.share(afterStep: steps) {
            masks.choose(share, of: network.weights, in: network.graph, pruning)
        }
        masks.apply(to: network)
    }

    /// Whether an epoch's steps are made, so that `finishEpoch` is next.
    public var isAtEpochEnd: Bool { steps > 0 && steps / settings.stepsPerEpoch > history.epochs.count }

    /// Tests the network and writes the epoch into the history.
    ///
    /// - Throws: `TrainingError.diverged` where the loss on the test pictures is not a number; the history is then as it was.
    @discardableResult
    public func finishEpoch() throws(TrainingError) -> EpochRecord {
        let epoch = history.epochs.count + 1
        let test = Evaluation(network, on: dataset.test, communicator)
        let held = validation.map { Evaluation(network, on: $0, communicator) }
        guard test.loss.isFinite else { throw .diverged(step: steps, checkpoint: nil) }
        var (reestimated, reestimatedHeld): (Double?, Double?)
        let weightOfBeginning = pow(Double(network.normalizationMomentum), Double(steps))
        if epoch > settings.epochs - TrainingHistory.primaryEpochs || weightOfBeginning > 0.01 {
            let weights = network.weights
            network.reestimateNormalization(on: dataset.training, batches: 100, communicator)
            reestimated = Evaluation(network, on: dataset.test, communicator).accuracy
            reestimatedHeld = validation.map { Evaluation(network, on: $0, communicator).accuracy }
            network.weights = weights
        }
        let record = EpochRecord(
            epoch: epoch, step: steps, learningRate: rate(atStep: steps - 1),
            trainingLoss: progress.loss / Double(settings.stepsPerEpoch),
            trainingAccuracy: Double(progress.correct) / Double(settings.stepsPerEpoch * labelsPerBatch),
            testLoss: test.loss, testAccuracy: test.accuracy, reestimatedAccuracy: reestimated,
            validationAccuracy: held?.accuracy, reestimatedValidationAccuracy: reestimatedHeld,
            keptWeights: masks.count(in: network.graph).kept,
            seconds: progress.seconds)
        progress.history.epochs.append(record)
        (progress.loss, progress.correct, progress.seconds) = (0, 0, 0)
        watchPlateau((held ?? test).loss)
        return record
    }

    private func watchPlateau(_ loss: Double) {
        guard case .plateau(let patience, _) = settings.schedule else { return }
        if loss < progress.leastLoss {
            (progress.leastLoss, progress.epochsSinceLeast) = (loss, 0)
        } else {
            progress.epochsSinceLeast += 1
            if progress.epochsSinceLeast >= patience {
                progress.reductions += 1
                progress.epochsSinceLeast = 0
            }
        }
    }
}

extension Duration {
    /// The length in seconds.
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}

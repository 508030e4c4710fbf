import Datasets
import Foundation
import NeuralNetworks
import Parallelism
import TensorConvolution
import Tensors

/// Trains a detector on composed pictures, step by step; every step has pictures that no step had before.
public final class DetectionTrainer {
    /// What is trained.
    public let network: CompiledNetwork
    /// What the channels of its output mean.
    public let layout: DetectionLayout
    /// The number of steps so far.
    public var steps: Int { optimizer.steps }

    /// What the run was asked for beside its settings, which its states keep.
    public var options = RunOptions()

    /// How it is trained.
    public let settings: TrainingSettings

    private let pictures: ComposedDigits
    private let digest: String
    private var subject: String { "\(network.graph.network.name) on digits" }
    private var optimizer: Optimizer

    /// A trainer before the first step, or one that goes on from a checkpoint; of the settings, batch, steps, seed, optimiser, rate, schedule and penalty count.
    /// - Throws: `TrainingError` where the network does not take the pictures or its output has other channels than the layout, or the
    ///   checkpoint belongs to another run.
    public init(
        _ description: NetworkDescription, on pictures: ComposedDigits, layout: DetectionLayout,
        settings: TrainingSettings, from checkpoint: Checkpoint? = nil, pool: WorkerPool = .shared
    ) throws(TrainingError) {
        let graph: NetworkGraph
        do {
            graph = try NetworkGraph(description, height: pictures.side, width: pictures.side)
        } catch {
            throw .pictures(
                found: "pictures of \(pictures.side)×\(pictures.side) pixels", wanted: "others (\(error))")
        }
        let output = graph.output
        guard output.height == pictures.side, output.width == pictures.side, output.channels == layout.channels,
            graph.input.channels == 1
        else {
            throw .pictures(
                found:
                    "objects that need \(layout.channels) channels at each of \(pictures.side)×\(pictures.side) grey pixels",
                wanted: "those for an output of \(output)")
        }
        let weights = try checkpoint?.weights(of: graph) ?? NetworkWeights(graph, seed: settings.seed)
        network = CompiledNetwork(
            graph, weights: weights, batch: settings.batch, planner: ConvolutionPlanner(pool: pool),
            algorithms: checkpoint?.algorithms ?? [:], pool: pool)
        optimizer = Optimizer(settings.optimizer, for: graph)
        self.pictures = pictures
        digest = pictures.digest
        self.layout = layout
        self.settings = settings
        if let checkpoint {
            try checkpoint.check(
                subject: subject, settings: settings, pictures: digest, mayBeLonger: false, lengthOption: "--steps")
            try checkpoint.restore(&optimizer, of: graph)
        }
    }

    /// Writes the state to a file, from which another trainer goes on to the same bits.
    ///
    /// - Throws: `TrainingError.diverged` where a weight is no longer a number, `TrainingError.file` where the file cannot be written; the old
    ///   file is untouched then.
    public func save(to url: URL) throws(TrainingError) {
        try Checkpoint.write(
            network, optimizer, subject: subject, settings: settings, pictures: digest, options: options, to: url)
    }

    /// Makes one step.
    /// - Returns: The loss of its batch before the step.
    /// - Throws: `TrainingError.diverged` where that is not a number; what is trained is then as it was before the step, but running averages
    ///   have taken the batch in.
    @discardableResult
    public func step() throws(TrainingError) -> Double {
        let first = steps * settings.batch
        let (batch, objects) = pictures.batch(first..<first + settings.batch)
        network.forward(batch, isTraining: true)
        let loss = network.backward {
            DetectionLoss.evaluate(output: $0, objects: objects, layout: layout, gradient: &$1)
        }
        guard loss.isFinite else { throw .diverged(step: steps + 1, checkpoint: nil) }
        let rate = settings.learningRate * settings.schedule.factor(step: steps)
        optimizer.step(network, rate: rate, l2: settings.l2)
        return loss
    }

    /// What the network finds in the pictures at `places` of a set, and what is there.
    public func detections(
        in set: ComposedDigits, at places: Range<Int>
    ) -> (found: [[Detection]], objects: [[PictureObject]]) {
        var found: [[Detection]] = []
        var objects: [[PictureObject]] = []
        for first in stride(from: places.lowerBound, to: places.upperBound, by: settings.batch) {
            let (batch, own) = set.batch(first..<first + settings.batch)
            network.forward(batch, isTraining: false)
            let kept = min(settings.batch, places.upperBound - first)
            found += Detection.read(network.output, layout: layout).prefix(kept)
            objects += own.prefix(kept)
        }
        return (found, objects)
    }

    /// How many batches of training pictures normalisation statistics are re-estimated on.
    public static let reestimationBatches = 20

    /// What `body` returns while normalisations use the plain average of their statistics over batches of training pictures under the present weights,
    /// which the running averages of a short run have not come to; those are put back.
    public func withReestimatedStatistics<Result>(_ body: () -> Result) -> Result {
        let (weights, momentum) = (network.weights, network.normalizationMomentum)
        for number in 0..<Self.reestimationBatches {
            network.normalizationMomentum = Float(number) / Float(number + 1)
            let first = number * settings.batch
            network.forward(pictures.batch(first..<first + settings.batch).0, isTraining: true)
        }
        network.normalizationMomentum = momentum
        let result = body()
        network.weights = weights
        return result
    }

    /// The average precision in the pictures at `places` of a set.
    public func averagePrecision(in set: ComposedDigits, at places: Range<Int>) -> AveragePrecision {
        let (found, objects) = detections(in: set, at: places)
        return AveragePrecision(found, objects: objects, sides: layout.sides)
    }
}

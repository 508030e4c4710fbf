import Datasets
import NeuralNetworks
import Training

/// Further training of a network whose weights are led back into a set after every step: a span, or those with given zeros.
public enum ConstrainedFineTuning {
    /// Trains `network` for `steps` batches of 32 with Adam at a third of the recipe's rate.
    ///
    /// - Parameters:
    ///   - network: The network to begin with; it is not changed.
    ///   - dataset: The pictures to learn from.
    ///   - steps: The number of batches.
    ///   - seed: The seed of the pictures' order and variation.
    ///   - context: Told of progress, and asked whether to stop.
    ///   - constrain: Leads weights back; called before the first step and after every one.
    /// - Throws: `ExperimentError.stopped` where the context asks to stop.
    public static func run(
        _ network: LearnedNetwork, on dataset: Dataset, steps: Int, seed: UInt64, _ context: ExperimentContext,
        constrain: (inout NetworkWeights) -> Void
    ) throws -> LearnedNetwork {
        let compiled = network.compiled(batch: 32, computesGradients: true)
        func lead() {
            var weights = compiled.weights
            constrain(&weights)
            compiled.weights = weights
        }
        lead()
        var optimizer = Optimizer(.adam(epsilon: 1e-7), for: network.graph)
        var maker = BatchMaker(
            dataset.training, augmentation: dataset.augmentation, size: 32, seed: seed &+ 0xF17E)
        var batch = Batch(of: dataset.training, count: 32)
        for step in 0..<steps {
            try context.progress(Double(step) / Double(max(steps, 1)), "fine-tunes \(network.graph.network.name)")
            maker.fill(&batch, number: step)
            compiled.forward(batch.pictures, isTraining: true)
            _ = compiled.backward {
                SoftmaxCrossEntropy.evaluate(scores: $0, labels: batch.labels, gradient: &$1)
            }
            optimizer.step(compiled, rate: 3e-4)
            lead()
        }
        var result = network
        result.weights = compiled.weights
        return result
    }
}

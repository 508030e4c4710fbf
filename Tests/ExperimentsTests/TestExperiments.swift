import Datasets
import Experiments
import NeuralNetworks
import Randomness
import Tensors
import Training

/// Small pictures of two classes, dark and bright, that a network of identities tells apart.
enum BrightPictures {
    static func dataset(side: Int = 12, training: Int = 64, test: Int = 40) -> Dataset {
        Dataset(
            name: "bright", training: pictures(training, side, seed: 1), test: pictures(test, side, seed: 2))
    }

    private static func pictures(_ count: Int, _ side: Int, seed: UInt64) -> LabelledPictures {
        var random = SeededGenerator(seed: seed)
        var (pixels, labels) = ([UInt8](), [UInt8]())
        for place in 0..<count {
            labels.append(UInt8(place % 2))
            let level = place % 2 == 0 ? 40.0 : 200.0
            pixels += (0..<side * side * 3).map { _ in UInt8(level + 30 * random.uniform()) }
        }
        return LabelledPictures(
            height: side, width: side, channels: 3, classNames: ["dark", "bright"], pixels: pixels, labels: labels)
    }
}

extension ExperimentContext {
    /// A context for tests: few seeds, small pictures, no file.
    static func forTests(
        seedCount: Int = 3, pictures: Dataset = BrightPictures.dataset(),
        ranks: ExperimentRanks = ExperimentRanks(), shouldStop: @escaping () -> Bool = { false }
    ) throws -> ExperimentContext {
        ExperimentContext(
            effort: .quick, seedCount: seedCount,
            data: ExperimentData(pictures: pictures, segmentation: ScatteredShapes.dataset(training: 4, test: 4)),
            networks: try NetworkLibrary(), ranks: ranks, shouldStop: shouldStop)
    }
}

/// Networks whose kernels a test makes.
enum MadeNetworks {
    /// The network of a description with kernels [height, width, in, out] by `taps`, identities in all else, and a classifier that calls a
    /// picture bright where the first channel's mean is above 0.3.
    static func source(
        _ taps:
            @escaping @Sendable (_ side: Int, _ input: Int, _ output: Int, _ random: inout SeededGenerator) -> [Float]
    ) -> NetworkSource {
        { network, seed, context in
            let graph = try NetworkGraph(network)
            var random = SeededGenerator(seed: seed)
            var weights = NetworkWeights(graph, seed: seed)
            for (place, parameter) in graph.parameters.enumerated() {
                let shape = parameter.shape
                if parameter.role == .kernel {
                    var tensor = Tensor(shape)
                    for i in 0..<shape[2] {
                        for o in 0..<shape[3] {
                            let kernel = taps(shape[0], i, o, &random)
                            for t in 0..<shape[0] * shape[1] { tensor[t / shape[1], t % shape[1], i, o] = kernel[t] }
                        }
                    }
                    weights.tensors[place] = tensor
                } else if parameter.role == .dense {
                    var tensor = Tensor(shape)
                    tensor[0, 0, 0, 1] = 1
                    weights.tensors[place] = tensor
                } else if parameter.role == .bias, place == graph.parameters.count - 1 {
                    weights.tensors[place] = Tensor(shape, (0..<shape.count).map { $0 == 1 ? -0.3 : 0 })
                }
            }
            var settings = TrainingSettings()
            settings.seed = seed
            return LearnedNetwork(
                graph: graph, weights: weights, settings: settings, history: TrainingHistory(),
                dataset: context.data.pictures.name)
        }
    }

    /// Identities along the first channel with small noise in all other taps.
    static let identities = source { side, input, output, random in
        (0..<side * side).map { tap in
            let isMiddle = tap == side * side / 2
            return isMiddle && input == 0 && output == 0 ? 1 : 0.001 * Float(random.normal())
        }
    }
}

/// Scores that a test makes: the accuracy of each network by its label, with a little noise of the seed and the label.
func madeScores(_ accuracies: [String: Double], noise: Double = 0.001) -> ScoreSource {
    { contestant, seed, _, _ in
        // FNV-1a: labels of one length differ in it, and Swift's own hashes differ from run to run.
        let hash = contestant.label.utf8.reduce(0x811C_9DC5 as UInt32) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
        var random = SeededGenerator(seed: seed, index: Int(hash))
        var score = NetworkScore(accuracy: (accuracies[contestant.label] ?? 0.7) + noise * random.normal())
        score.foregroundAccuracy = score.accuracy
        score.foregroundOverUnion = score.accuracy
        return score
    }
}

/// The verdict of a claim, as the runner gives it.
func verdict(of claim: some Claim, _ context: ExperimentContext) throws -> Verdict {
    let results = try ClaimRunner([claim]) { _ in context }.run()
    return results[0].verdict
}

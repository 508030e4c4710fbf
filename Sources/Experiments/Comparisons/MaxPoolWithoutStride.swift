import Datasets
import NeuralNetworks
import Randomness
import TensorConvolution
import Tensors

/// *max-pool-without-stride*: max pooling suppresses noise like a median filter and needs no stride.
public struct MaxPoolWithoutStride: Claim {
    /// What is claimed, what is done, and what decides.
    public let text = ClaimText(
        id: "max-pool-without-stride", group: .networks,
        statement: "Max pooling suppresses noise as a median filter does, and needs no stride.",
        source: "Zheng Ankun 2019",
        method: """
            Denoising: 3×3 maximum, median and mean of pictures with Gaussian noise (σ = 0.1) and with 5 % of pixels replaced by black or white; the mean square error against the \
            clean picture, relative to that of the noisy one. Noise that is black alone is shown beside them. Accuracy: a \
            dilated network with 3×3 max pooling at stride 1 after its first two layers against the same layers with stride 2 and undilated kernels after it.
            """,
        criteria: [
            "the maximum removes noise: it leaves less than half of the error of either noisy picture",
            "it leaves at most 1.5 times as much as the median, for both kinds of noise",
            "the network that pools with stride 1 is not worse than the one with stride 2 by 1 point (90 % interval)",
        ])

    /// Networks are shared out over ranks.
    public let isForAllRanks = true

    private let reduction: WindowReduction.Kind
    private let scores: ScoreSource

    /// The claim about pooling by `reduction` and `scores`.
    public init(reduction: WindowReduction.Kind = .maximum, scores: @escaping ScoreSource = trainedScores) {
        self.reduction = reduction
        self.scores = scores
    }

    private enum Noise: String, CaseIterable {
        case gaussian = "Gaussian"
        case saltAndPepper = "salt and pepper"
        case pepper = "pepper alone"
    }

    /// Runs the experiment.
    /// - Throws: What training a network or reading a stored one throws, and `ExperimentError.stopped` where somebody asked to stop.
    public func evidence(_ context: ExperimentContext) throws -> Evidence {
        let kinds: [WindowReduction.Kind] = [reduction, .median, .average]
        let errors = try Noise.allCases.map { noise in try kinds.map { try denoised($0, noise, context) } }
        let contest = try Contest(Self.contestants(context), from: scores, context)
        let difference = contest.difference("max pool, stride 1", "max pool, stride 2")
        let both = errors.prefix(2)
        let removes = both.allSatisfy { $0[0] < 0.5 }
        let likeMedian = both.allSatisfy { $0[0] <= 1.5 * $0[1] }
        let left = zip(Noise.allCases, errors).map { noise, left in
            "\(noise.rawValue): \(words(left[0])) by the maximum, \(words(left[1])) by the median"
        }.joined(separator: "; ")
        var evidence = contest.evidence(
            [],
            summary: "What is left of the noise's error: \(left). Stride 1 less stride 2: \(points(difference)).")
        evidence.findings = [
            Finding(Outcome(removes), both.map { words($0[0]) }.joined(separator: " and ") + " of the error is left"),
            Finding(
                Outcome(likeMedian), both.map { "\(words($0[0])) against \(words($0[1]))" }.joined(separator: ", ")),
            Finding(contest.judged(difference.isNotWorse(than: 0.01)), points(difference, confidence: 0.9)),
        ]
        evidence.measured += zip(Noise.allCases, errors).flatMap { noise, left in
            zip(kinds, left).map { Quantity("error left by the \($0.rawValue), \(noise.rawValue) noise", $1) }
        }
        evidence.measured.append(Quantity("stride 1 less stride 2", of: difference.values, unit: "%"))
        evidence.figures.insert(
            ClaimFigure(
                "Error left by a 3×3 window", x: .init("", categories: Noise.allCases.map(\.rawValue)),
                y: .init("relative to the noisy picture", isLogarithmic: true),
                kinds.enumerated().map { place, kind in
                    .init(kind.rawValue, x: [0, 1, 2], y: errors.map { $0[place] }, isLine: false)
                },
                caption:
                    "Above one a window makes it worse. The maximum spreads white pixels and raises the mean of Gaussian noise."
            ),
            at: 0)
        return evidence
    }

    private static func contestants(_ context: ExperimentContext) -> [Contestant] {
        func network(_ name: String, stride: Int, _ dilations: [Int]) -> Contestant {
            let pool = Layer.window(WindowLayer(.maximum, size: 3, stride: stride))
            let layers: [Layer] =
                .block(3, channels: 16) + [pool] + .block(3, dilation: dilations[0], channels: 24) + [pool]
                + .block(3, dilation: dilations[1], channels: 32) + .block(3, dilation: dilations[2], channels: 48)
            return Contestant(name, context.network(name.replacing(", ", with: "-"), layers), on: context.data.pictures)
        }
        return [
            network("max pool, stride 1", stride: 1, [2, 4, 4]), network("max pool, stride 2", stride: 2, [1, 1, 1]),
        ]
    }

    /// The mean square error after a window, relative to that before it.
    private func denoised(_ kind: WindowReduction.Kind, _ noise: Noise, _ context: ExperimentContext) throws -> Double {
        let set = context.data.pictures.test
        let count = min(context.effort.choose(40, 200, 500), set.count)
        var batch = Batch(of: set, count: count)
        set.fill(&batch, from: 0)
        var random = SeededGenerator(seed: context.seed)
        let clean = batch.pictures
        let noisy = clean.map { value in
            let drawn = random.uniform()
            switch noise {
            case .gaussian: return value + 0.1 * Float(random.normal())
            case .saltAndPepper: return drawn < 0.025 ? 0 : drawn < 0.05 ? 1 : value
            case .pepper: return drawn < 0.05 ? 0 : value
            }
        }
        let graph = try NetworkGraph(
            NetworkDescription(
                name: "window", height: set.height, width: set.width, channels: set.channels,
                layers: [.window(WindowLayer(kind, size: 3))]))
        let network = CompiledNetwork(
            graph, weights: NetworkWeights(graph, seed: 0), batch: count, computesGradients: false)
        network.forward(noisy, isTraining: false)
        func error(_ tensor: Tensor) -> Double {
            zip(tensor.elements, clean.elements).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
        }
        return error(network.output) / error(noisy)
    }
}

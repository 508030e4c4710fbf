import Datasets
import Foundation
import NeuralNetworks
import Tensors

/// *spatial-correlation*: shallow layers encode short-range, deep ones long-range correlation, and averaging loses nothing.
public struct SpatialCorrelation: Claim {
    /// What is claimed, what is done, and what decides.
    public let text = ClaimText(
        id: "spatial-correlation", group: .learnedKernels,
        statement: """
            Shallow layers encode correlation over short ranges, deep ones over long ranges, until none is left and averaging over space loses nothing.
            """,
        source: "Zheng Ankun 2019, “Learned kernels”",
        method: """
            Features of trained dilated networks on test pictures, after each layer's ReLU. The autocorrelation of a channel, its mean over the picture taken away, is averaged over \
            channels and pictures; its length is the lag, along the axes, at which it falls to 1/e. Untrained networks are the control. The pool: the network with its mean over space against \
            one whose classifier reads every pixel.
            """,
        criteria: [
            "the correlation length rises from each layer to the next, on average over seeds",
            "it rises more from the first to the last layer than in untrained networks (paired 95 % interval above 0)",
            "with the mean over space accuracy is not worse by 1 point than without (90 % interval)",
        ])

    /// Networks are shared out over ranks.
    public let isForAllRanks = true

    private let networks: NetworkSource?
    private let scores: ScoreSource

    /// The claim about features of `networks` and about `scores`.
    public init(networks: NetworkSource? = nil, scores: @escaping ScoreSource = trainedScores) {
        self.networks = networks
        self.scores = scores
    }

    /// Correlation lengths by layer.
    private struct Lengths: Codable {
        let trained: [Double]
        let untrained: [Double]
    }

    /// Runs the experiment.
    /// - Throws: What training a network or reading a stored one throws, and `ExperimentError.stopped` where somebody asked to stop.
    public func evidence(_ context: ExperimentContext) throws -> Evidence {
        let runs = context.mostTrainedRuns(of: context.standard("dilated"), atLeast: context.seedCount)
        let found = try context.part(from: 0, to: 0.5).each(runs.seeds) { seed, part in
            let network = try (networks ?? runs.network)(context.standard("dilated"), seed, part)
            let before = network.untrained.reestimated(on: context.data.pictures.training, batches: 4)
            return Lengths(
                trained: try Self.lengths(network, context), untrained: try Self.lengths(before, context))
        }
        let (trained, untrained) = (found.map(\.trained), found.map(\.untrained))
        let contest = try Contest(Self.contestants(context), from: scores, context.part(from: 0.5, to: 1))
        let pool = contest.difference("mean over space", "every pixel")
        let layers = trained[0].indices
        let means = layers.map { layer in SampleMean(trained.map { $0[layer] }) }
        let control = layers.map { layer in SampleMean(untrained.map { $0[layer] }) }
        func rise(_ values: [[Double]]) -> [Double] { values.map { $0[$0.count - 1] - $0[0] } }
        let more = PairedDifference(rise(trained), rise(untrained))
        let rises = zip(means, means.dropFirst()).allSatisfy { $0.mean < $1.mean }
        let lengths = means.map { words($0.mean) }.joined(separator: ", ")
        var evidence = contest.evidence(
            [],
            summary: """
                Correlation lengths by layer: \(lengths) pixels; the rise is \(words(more.mean.mean)) pixels more than without training. Mean over space less every pixel: \
                \(points(pool)).
                """)
        evidence.findings = [
            Finding(Outcome(rises), lengths),
            Finding(more.isPositive, "\(words(more.mean.mean)) pixels more"),
            Finding(contest.judged(pool.isNotWorse(than: 0.01)), points(pool, confidence: 0.9)),
        ]
        for (suffix, lengths) in [("", trained), (", untrained", untrained)] {
            evidence.measured += layers.map { layer in
                Quantity(
                    "correlation length, layer \(layer + 1)\(suffix)", of: lengths.map { $0[layer] }, unit: "pixels")
            }
        }
        evidence.measured.append(Quantity("mean over space less every pixel", of: pool.values, unit: "%"))
        let x = layers.map { Double($0 + 1) }
        func series(_ label: String, _ means: [SampleMean]) -> ClaimFigure.Series {
            .init(label, x: x, y: means.map(\.mean), intervals: means.map { $0.interval ?? $0.mean...$0.mean })
        }
        evidence.remarks.insert("Features are of \(runs.words)", at: 0)
        evidence.figures.insert(
            ClaimFigure(
                "Correlation length of features", x: .init("layer"), y: .init("length (pixels)"),
                [series("trained", means), series("untrained", control)],
                caption: "Means over seeds with 95 % intervals."), at: 0)
        return evidence
    }

    private static func contestants(_ context: ExperimentContext) -> [Contestant] {
        let pictures = context.data.pictures
        var every = context.standard("dilated")
        every.name = "dilated-without-pool"
        every.layers.removeAll { $0 == .meanOverSpace }
        return [
            Contestant("dilated", context, label: "mean over space"), Contestant("every pixel", every, on: pictures),
        ]
    }

    /// The correlation length after each ReLU.
    static func lengths(_ network: LearnedNetwork, _ context: ExperimentContext) throws -> [Double] {
        let ends = network.featureLayers.indices.filter { network.featureLayers[$0] == .activation(.relu) }
        let count = min(context.effort.choose(24, 100, 400), context.data.pictures.test.count)
        return try ends.map { end in
            let part = try network.prefix(end + 1)
            let compiled = part.compiled(batch: count)
            var batch = Batch(of: context.data.pictures.test, count: count)
            context.data.pictures.test.fill(&batch, from: 0)
            compiled.forward(batch.pictures, isTraining: false)
            return length(compiled.output)
        }
    }

    /// The lag at which the autocorrelation falls to 1/e, by linear interpolation.
    static func length(_ features: Tensor) -> Double {
        let (pictures, height, width, channels) = (
            features.shape[0], features.shape[1], features.shape[2], features.shape[3]
        )
        let lags = min(height, width) / 2
        var sums = [Double](repeating: 0, count: lags)
        let values = features.elements
        var line = [Double](repeating: 0, count: height * width)
        for picture in 0..<pictures {
            for channel in 0..<channels {
                for pixel in 0..<height * width {
                    line[pixel] = Double(values[(picture * height * width + pixel) * channels + channel])
                }
                let mean = line.reduce(0, +) / Double(line.count)
                let energy = line.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(line.count)
                guard energy > 1e-12 else { continue }
                for lag in 0..<lags {
                    var (sum, terms) = (0.0, 0)
                    for y in 0..<height {
                        for x in 0..<width - lag {
                            sum += (line[y * width + x] - mean) * (line[y * width + x + lag] - mean)
                            terms += 1
                        }
                    }
                    for y in 0..<height - lag {
                        for x in 0..<width {
                            sum += (line[y * width + x] - mean) * (line[(y + lag) * width + x] - mean)
                            terms += 1
                        }
                    }
                    sums[lag] += sum / Double(terms) / energy
                }
            }
        }
        let correlation = sums.map { $0 / max(sums[0], 1e-300) }
        for lag in 1..<lags where correlation[lag] < exp(-1) {
            let (before, after) = (correlation[lag - 1], correlation[lag])
            return Double(lag - 1) + (before - exp(-1)) / (before - after)
        }
        return Double(lags)
    }
}

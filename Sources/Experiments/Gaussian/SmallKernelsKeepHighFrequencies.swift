import Foundation
import KernelFitting
import NeuralNetworks

/// *small-kernels-keep-high-frequencies*: small kernels pass or amplify high frequencies, large ones smooth.
public struct SmallKernelsKeepHighFrequencies: Claim {
    /// What is claimed, what is done, and what decides.
    public let text = ClaimText(
        id: "small-kernels-keep-high-frequencies", group: .gaussianKernels,
        statement: "Small kernels pass or amplify high frequencies, large ones smooth.",
        source: "Zheng Ankun 2019, “Gaussian kernels”",
        method: """
            Networks that differ only in the size of their first kernels, 3, 5, 7 or 9 taps a side, are trained with the same seeds; after them come two dilated 3×3 \
            layers. The spectral centroid of a layer is the mean |ω| of its kernels' energy over the plane of frequencies |ω_x|, |ω_y| ≤ π. White kernels have \
            the same centroid at every size, and so have untrained ones: these are the control.
            """,
        criteria: [
            "the centroid of trained kernels falls by more from 3 to 9 taps than that of untrained ones (paired by seed, 95 % interval above 0)",
            "the centroid falls from each size to the next, on average over seeds",
            "kernels of 9 taps lie below white noise (95 % interval)",
        ])

    /// Networks are shared out over ranks.
    public let isForAllRanks = true

    private let networks: NetworkSource
    private static let sizes = [3, 5, 7, 9]

    /// The claim about the first kernels of `networks`.
    public init(networks: @escaping NetworkSource = trainedForBudget) {
        self.networks = networks
    }

    private struct Centroids: Codable {
        let trained: Double
        let untrained: Double
    }

    /// Runs the experiment.
    /// - Throws: What training a network or reading a stored one throws, and `ExperimentError.stopped` where somebody asked to stop.
    public func evidence(_ context: ExperimentContext) throws -> Evidence {
        let runs = Self.sizes.flatMap { size in context.seeds.map { (size: size, seed: $0) } }
        let found = try context.each(runs) { run, part in
            let network = try networks(Self.network(run.size, part), run.seed, part)
            return Centroids(
                trained: Self.centroid(network.kernelLayers[0]),
                untrained: Self.centroid(network.untrained.kernelLayers[0]))
        }
        let bySize = Self.sizes.indices.map { found[$0 * context.seedCount..<($0 + 1) * context.seedCount] }
        return evidence(bySize.map { $0.map(\.trained) }, bySize.map { $0.map(\.untrained) }, context)
    }

    private func evidence(_ trained: [[Double]], _ untrained: [[Double]], _ context: ExperimentContext) -> Evidence {
        let last = Self.sizes.count - 1
        func fall(_ values: [[Double]]) -> [Double] { zip(values[0], values[last]).map { $0 - $1 } }
        let difference = PairedDifference(fall(trained), fall(untrained))
        let means = trained.map { SampleMean($0) }
        let falls = zip(means, means.dropFirst()).map { $0.mean > $1.mean }
        let white = Self.whiteCentroid
        let below = Outcome(SampleMean(trained[last].map { white - $0 }).interval, isAbove: 0)
        var evidence = Evidence(
            [
                (
                    difference.isPositive,
                    "it falls by \(words(difference.mean.mean)) more, \(interval(difference.interval))"
                ),
                (Outcome(falls.allSatisfy { $0 }), means.map { words($0.mean) }.joined(separator: ", ")),
                (below, "\(words(means[last].mean)) against \(words(white)), \(interval(means[last].interval))"),
            ],
            summary: """
                Trained first layers have their centroid at \(means.map { words($0.mean) }.joined(separator: ", ")) radians a sample for 3, 5, 7 and 9 taps, white noise at \
                \(words(white)).
                """)
        evidence.measured = zip(Self.sizes, trained).map {
            Quantity("centroid, \($0) taps", of: $1, unit: "rad/sample")
        }
        evidence.measured += zip(Self.sizes, untrained).map {
            Quantity("centroid, \($0) taps, untrained", of: $1, unit: "rad/sample")
        }
        let x = Self.sizes.map(Double.init)
        func series(_ name: String, _ values: [[Double]]) -> ClaimFigure.Series {
            let means = values.map { SampleMean($0) }
            return .init(name, x: x, y: means.map(\.mean), intervals: means.map { $0.interval ?? $0.mean...$0.mean })
        }
        evidence.figures = [
            ClaimFigure(
                "Where the energy of first kernels lies", x: .init("taps a side"),
                y: .init("spectral centroid (radians a sample)"),
                [
                    series("trained", trained), series("untrained", untrained),
                    .init("white noise", x: [3, 9], y: [white, white]),
                ], caption: "Means over seeds with 95 % intervals.")
        ]
        evidence.remarks = [context.budgetWords]
        evidence.seeds = context.seeds
        evidence.data = context.data.pictures.name
        return evidence
    }

    private func interval(_ interval: ClosedRange<Double>?) -> String {
        interval.map { "interval \(words($0.lowerBound)) to \(words($0.upperBound))" } ?? "without an interval"
    }

    /// C(k,1)16, C(3,2)24, C(3,4)32 and a classifier.
    static func network(_ size: Int, _ context: ExperimentContext) -> NetworkDescription {
        context.network(
            "first-\(size)",
            .block(size, channels: 16) + .block(3, dilation: 2, channels: 24) + .block(3, dilation: 4, channels: 32))
    }

    /// The mean of |ω| over the square of frequencies: the centroid of white noise.
    static let whiteCentroid = centroid { _, _ in 1 }

    /// The mean |ω| of a layer's energy.
    static func centroid(_ layer: KernelLayer) -> Double {
        // The energy spectrum of a layer is the transform of its summed autocorrelation.
        let (width, height) = (layer.width, layer.height)
        var autocorrelation: [(x: Double, y: Double, value: Double)] = []
        for dy in -(height - 1)..<height {
            for dx in -(width - 1)..<width {
                var sum = 0.0
                for index in 0..<layer.count {
                    let start = index * layer.tapCount
                    for y in max(0, -dy)..<min(height, height - dy) {
                        for x in max(0, -dx)..<min(width, width - dx) {
                            sum +=
                                layer.taps[start + y * width + x] * layer.taps[start + (y + dy) * width + x + dx]
                        }
                    }
                }
                autocorrelation.append((Double(dx), Double(dy), sum))
            }
        }
        return centroid { ωx, ωy in
            autocorrelation.reduce(0) { $0 + $1.value * cos(ωx * $1.x + ωy * $1.y) }
        }
    }

    /// ∫|ω| P / ∫P over |ω_x|, |ω_y| ≤ π by the midpoint rule, the half plane being enough.
    private static func centroid(_ power: (Double, Double) -> Double) -> Double {
        let n = 32
        var (moment, energy) = (0.0, 0.0)
        for row in 0..<n / 2 {
            for column in 0..<n {
                let ωx = (Double(column) + 0.5) / Double(n) * 2 * Double.pi - Double.pi
                let ωy = (Double(row) + 0.5) / Double(n) * 2 * Double.pi
                let p = power(ωx, ωy)
                moment += p * (ωx * ωx + ωy * ωy).squareRoot()
                energy += p
            }
        }
        return energy > 0 ? moment / energy : 0
    }
}

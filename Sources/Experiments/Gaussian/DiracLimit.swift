import Foundation
import Randomness
import SampledSpaces

/// *dirac-limit*: f * g(σ) → f as σ → 0.
public struct DiracLimit: Claim {
    /// What is claimed, what is done, and what decides.
    public let text = ClaimText(
        id: "dirac-limit", group: .gaussianKernels,
        statement:
            "Convolution with a Gaussian tends to the identity as σ → 0, with an error of order σ² for smooth functions.",
        source: "Zheng Ankun 2019, “Gaussian kernels”",
        method: """
            Random band-limited functions of one variable, known in closed form, smoothed with σ from 1/20 to 1/320 of the period at four samples to σ. By \
            Taylor's formula the difference f * g − f tends to σ²/2 · f″; both the order and that constant are compared, for five discretisations.
            """,
        criteria: [
            "the error falls at an order between 1.9 and 2.1 in σ, for every discretisation",
            "at the smallest σ it is within 10 % of ‖σ²/2 · f″‖, for every discretisation",
        ])

    private let kernels: KernelMaker

    /// The claim about `kernels`, the library's unless others are given.
    public init(kernels: @escaping KernelMaker = libraryKernels) {
        self.kernels = kernels
    }

    /// Runs the experiment.
    /// - Throws: What a convolution or a resampling throws, and `ExperimentError.stopped` where somebody asked to stop.
    public func evidence(_ context: ExperimentContext) throws -> Evidence {
        let counts = [80, 160, 320, 640, 1280]
        let trials = context.effort.choose(2, 8, 32)
        var rows: [(method: KernelMethod, sigmas: [Double], errors: [Double], ratio: Double)] = []
        for method in KernelMethod.allCases {
            var (sigmas, errors, ratio) = ([Double](), [Double](), 0.0)
            for n in counts {
                try context.progress(Double(rows.count) / 5, method.rawValue)
                let sigma = 4 / Double(n)
                guard let taps = kernels(0, 4, method) else { continue }
                var (error, predicted) = (0.0, 0.0)
                for trial in 0..<trials {
                    let (f, samples) = Self.function(seed: context.seed, trial: trial, count: n)
                    let smooth = try samples.convolvedPeriodically(with: taps, order: 0)
                    error += (smooth - samples).l2Norm()
                    let second = SampledFunction<Double>(
                        grid: samples.grid, sampling: f.derivative(x: 2, y: 0).callAsFunction)
                    predicted += sigma * sigma / 2 * second.l2Norm()
                }
                sigmas.append(sigma)
                errors.append(error / Double(trials))
                ratio = error / predicted
            }
            if !sigmas.isEmpty { rows.append((method, sigmas, errors, ratio)) }
        }
        let orders = rows.map { ConvergenceOrder(lengths: $0.sigmas, errors: $0.errors).order }
        let (low, high) = (orders.min() ?? 0, orders.max() ?? 0)
        let worst = rows.map(\.ratio).max { abs($0 - 1) < abs($1 - 1) } ?? 0
        var evidence = Evidence(
            [
                (Outcome(low >= 1.9 && high <= 2.1), "orders from \(words(low)) to \(words(high))"),
                (Outcome(abs(worst - 1) <= 0.1), "the farthest is \(words(worst)) times that"),
            ],
            summary: """
                The error falls at order \(words(low)) to \(words(high)) in σ, and its size is \(words(worst)) times what Taylor's formula says, in the least \
                favourable of five discretisations.
                """)
        evidence.measured = zip(rows, orders).flatMap { row, order in
            [
                Quantity("order, \(row.method.rawValue)", order),
                Quantity("error over σ²/2 ‖f″‖, \(row.method.rawValue)", row.ratio),
            ]
        }
        evidence.figures = [
            ClaimFigure(
                "What smoothing takes away", x: .init("σ, in periods", isLogarithmic: true),
                y: .init("‖f * g − f‖", isLogarithmic: true),
                rows.map { .init($0.method.rawValue, x: $0.sigmas, y: $0.errors) },
                caption:
                    "Four samples to σ at every point. The integrated kernel is wider by a twelfth of a sample squared, and so errs a little more."
            )
        ]
        evidence.seeds = [context.seed]
        return evidence
    }

    /// A random function with up to four periods, and its samples.
    static func function(
        seed: UInt64, trial: Int, count: Int, cutoff: Int = 4
    ) -> (TrigonometricPolynomial, SampledFunction<Double>) {
        var random = SeededGenerator(seed: seed, index: trial)
        let grid = Grid(width: count, height: 1, spacing: [1 / Double(count), 1])
        let waves = (1...cutoff).map { k in
            TrigonometricPolynomial.Wave(k: k, l: 0, cosine: random.normal(), sine: random.normal())
        }
        let f = TrigonometricPolynomial(waves: waves, size: [1, 1])
        return (f, SampledFunction(grid: grid, sampling: f.callAsFunction))
    }
}

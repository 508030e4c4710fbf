import Convolution
import FourierTransforms
import GaussianKernels
import Randomness
import SampledSpaces

/// *translation-equivariance*: T_a(f * k) = (T_a f) * k.
public struct TranslationEquivariance: Claim {
    /// What is claimed, what is done, and what decides.
    public let text = ClaimText(
        id: "translation-equivariance", group: .functional,
        statement: "Moving a function and then convolving it is convolving it and then moving the result.",
        source: "Zheng Ankun 2019, “Convolution as a functional”",
        method: """
            Random periodic functions on 48 × 48 samples, convolved with random 5 × 5 kernels and with Gaussian derivatives by each of the library's \
            algorithms, are moved by whole samples before or after. Moves by fractions of a sample are made by turning the phases of the spectrum, which is exact \
            below the grid's limit; waves beyond it are folded back, and moving them before or after sampling may differ by at most \
            2 ‖k‖₁ Σ|amplitudes beyond the limit|.
            """,
        criteria: [
            "moved by whole samples, the two sides differ by less than 10⁻¹² of the result, by the recursion, which approximates, by less than 10⁻⁵",
            "moved by fractions of a sample, functions below the grid's limit differ by less than 10⁻¹⁰",
            "with waves beyond the limit, the difference stays below the interpolation bound",
        ])

    /// Convolution by a method, nil for the fastest.
    public typealias Rule =
        @Sendable (
            _ function: SampledFunction<Double>, _ kernel: ConvolutionKernel<Double>, _ method: ConvolutionMethod?
        ) throws -> SampledFunction<Double>

    private let convolve: Rule
    private static let side = 48

    /// The claim about `convolve`, the library's convolution with periodic functions unless another is given.
    public init(
        convolve: @escaping Rule = { try Convolution($1, on: $0.grid, boundary: .periodic, method: $2)($0) }
    ) {
        self.convolve = convolve
    }

    /// Runs the experiment.
    /// - Throws: What a convolution or a resampling throws, and `ExperimentError.stopped` where somebody asked to stop.
    public func evidence(_ context: ExperimentContext) throws -> Evidence {
        var random = SeededGenerator(seed: context.seed)
        let whole = try wholeSamples(&random, trials: context.effort.choose(3, 10, 30))
        try context.progress(0.3, "moves by fractions of a sample")
        let beyond = try beyondLimit(&random, trials: context.effort.choose(3, 10, 30))
        let below = beyond.filter { $0.cutoff < Self.side / 2 }
        let worst = whole.filter { $0.method != .recursive }.map(\.error).max() ?? 0
        let recursion = whole.filter { $0.method == .recursive }.map(\.error).max() ?? 0
        let inBand = below.map(\.error).max() ?? 0
        let ratio = beyond.filter { $0.bound > 0 }.map { $0.error / $0.bound }.max() ?? 0
        var evidence = Evidence(
            [
                (
                    Outcome(worst < 1e-12 && recursion < 1e-5),
                    "the largest difference is \(words(worst)), the recursion's \(words(recursion))"
                ),
                (Outcome(inBand < 1e-10), "the largest difference is \(words(inBand))"),
                (Outcome(ratio <= 1 && ratio > 0), "the difference reaches \(percent(ratio)) of the bound"),
            ],
            summary: """
                Whole-sample moves commute with convolution up to rounding (\(words(worst))), fractional ones too while the function stays below the grid's \
                limit (\(words(inBand))); beyond it the difference reaches at most \(percent(ratio)) of the interpolation bound.
                """)
        evidence.measured = [
            Quantity("largest difference, whole samples", worst),
            Quantity("largest difference, whole samples, recursion", recursion),
            Quantity("largest difference, fractions of a sample", inBand),
            Quantity("largest difference beyond the limit, share of the bound", ratio),
        ]
        evidence.figures = [figure(beyond)]
        evidence.tables = [
            ClaimTable(
                "Moves by whole samples, by algorithm",
                columns: ["kernel", "algorithm", "largest relative difference"],
                rows: whole.map { [$0.kernel, $0.method.rawValue, words($0.error)] })
        ]
        evidence.seeds = [context.seed]
        return evidence
    }

    private func wholeSamples(
        _ random: inout SeededGenerator, trials: Int
    ) throws -> [(kernel: String, method: ConvolutionMethod, error: Double)] {
        let grid = Grid(width: Self.side, height: Self.side)
        let cases: [(String, ConvolutionKernel<Double>, [ConvolutionMethod])] = [
            ("random 5 × 5", .random(size: 5, &random), [.direct, .spectral, .tiled]),
            ("∂x g, σ = 2.5", .gaussian(sigma: 2.5, x: 1), ConvolutionMethod.allCases),
        ]
        return try cases.flatMap { name, kernel, methods in
            try methods.map { method in
                var error = 0.0
                for _ in 0..<trials {
                    let f = SampledFunction<Double>.randomBandLimited(on: grid, cutoff: 8, using: &random)
                    let (columns, rows) = (Int(random.uniform() * 47) - 23, Int(random.uniform() * 47) - 23)
                    let after = try convolve(f, kernel, method).shifted(
                        columns: columns, rows: rows, boundary: .periodic)
                    let before = try convolve(
                        f.shifted(columns: columns, rows: rows, boundary: .periodic), kernel, method)
                    error = max(error, before.distance(to: after))
                }
                return (name, method, error)
            }
        }
    }

    /// Differences for functions with waves up to a cutoff, below and beyond the limit of half the number of samples.
    private func beyondLimit(
        _ random: inout SeededGenerator, trials: Int
    ) throws -> [(cutoff: Int, error: Double, bound: Double)] {
        let grid = Grid(width: Self.side, height: 1)
        let values = (0..<7).map { _ in random.normal() }
        let kernel = ConvolutionKernel(x: Taps(values), y: .identity)
        let limit = Self.side / 2
        return try [8, 16, 20, 23, 26, 30, 36, 44].map { cutoff in
            var (error, bound) = (0.0, 0.0)
            for _ in 0..<trials {
                let waves = (1...cutoff).map { k in
                    TrigonometricPolynomial.Wave(
                        k: k, l: 0, cosine: random.normal() / Double(k), sine: random.normal() / Double(k))
                }
                let f = TrigonometricPolynomial(waves: waves, size: grid.size, corner: grid.corner)
                let shift = SIMD2(random.uniform() * 10 - 5, 0)
                let before = try convolve(sampled(f.shifted(by: shift), grid), kernel, nil)
                let after = try convolve(sampled(f, grid), kernel, nil).spectrallyShifted(by: shift)
                let beyond = waves.filter { $0.k >= limit }.reduce(0) {
                    $0 + ($1.cosine * $1.cosine + $1.sine * $1.sine).squareRoot()
                }
                error = max(error, (before - after).maxNorm())
                bound = max(bound, 2 * kernel.l1Norm * beyond)
            }
            return (cutoff, error, bound)
        }
    }

    private func sampled(_ f: TrigonometricPolynomial, _ grid: Grid) -> SampledFunction<Double> {
        SampledFunction(grid: grid, sampling: f.callAsFunction)
    }

    private func figure(_ results: [(cutoff: Int, error: Double, bound: Double)]) -> ClaimFigure {
        let x = results.map { Double($0.cutoff) / Double(Self.side / 2) }
        let beyond = results.filter { $0.bound > 0 }
        return ClaimFigure(
            "Moved by a fraction of a sample, before or after convolution",
            x: .init("highest wave, in units of the grid's limit"),
            y: .init("largest difference", isLogarithmic: true),
            [
                .init("difference", x: x, y: results.map { max($0.error, 1e-17) }),
                .init(
                    "bound", x: beyond.map { Double($0.cutoff) / Double(Self.side / 2) }, y: beyond.map(\.bound)),
            ],
            caption: "Below the limit there is only rounding; beyond it sampling, not convolution, breaks the identity."
        )
    }
}

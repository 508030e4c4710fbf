import Convolution
import Randomness
import SampledSpaces

/// *algebra*: convolution is commutative, associative and linear.
public struct ConvolutionAlgebra: Claim {
    /// What is claimed, what is done, and what decides.
    public let text = ClaimText(
        id: "algebra", group: .functional,
        statement: "Convolution is commutative, associative and linear: f*k = k*f, (f*k)*m = f*(k*m).",
        source: "Zheng Ankun 2019, “Convolution as a functional”",
        method: """
            Random band-limited functions on 24 × 24 samples and random kernels, in two settings where convolution is that of whole functions: periodic, \
            and continued by zeros with the whole result kept. Beside them the setting of networks, zeros outside and only the picture's own \
            samples kept after every convolution, where the identity can be lost near the border.
            """,
        criteria: [
            "periodic functions: all three identities hold up to 10⁻¹¹ of the result",
            "functions continued by zeros, the whole result kept: likewise",
            "zeros outside, the picture's size kept: likewise farther from the border than the kernels reach",
        ])

    /// Convolution with a boundary and an extent.
    public typealias Rule =
        @Sendable (
            _ function: SampledFunction<Double>, _ kernel: ConvolutionKernel<Double>, _ boundary: Boundary,
            _ extent: ConvolutionExtent
        ) throws -> SampledFunction<Double>

    private let convolve: Rule

    /// The claim about `convolve`, the library's convolution unless another is given.
    public init(convolve: @escaping Rule = { try Convolution($1, on: $0.grid, boundary: $2, extent: $3)($0) }) {
        self.convolve = convolve
    }

    private struct Defects {
        var commutative = 0.0
        var associative = 0.0
        var linear = 0.0
        var border = 0.0
        var worst: Double { max(commutative, associative, linear) }
    }

    /// Runs the experiment.
    /// - Throws: What a convolution or a resampling throws, and `ExperimentError.stopped` where somebody asked to stop.
    public func evidence(_ context: ExperimentContext) throws -> Evidence {
        var random = SeededGenerator(seed: context.seed)
        var (periodic, whole, same) = (Defects(), Defects(), Defects())
        let trials = context.effort.choose(3, 10, 50)
        for trial in 0..<trials {
            try context.progress(Double(trial) / Double(trials), "trial \(trial + 1)")
            try measure(.periodic, .same, &periodic, &random)
            try measure(.zero, .full, &whole, &random)
            try measureSame(&same, &random)
        }
        var evidence = Evidence(
            [
                (Outcome(periodic.worst < 1e-11), "the largest defect is \(words(periodic.worst))"),
                (Outcome(whole.worst < 1e-11), "the largest defect is \(words(whole.worst))"),
                (
                    Outcome(same.worst < 1e-11),
                    "\(words(same.worst)) inside, but \(percent(same.border)) of the result at the border"
                ),
            ],
            summary: """
                All three identities hold up to rounding (\(words(max(periodic.worst, whole.worst)))) wherever the convolution is that of whole functions. \
                Cutting to the picture's size after each step costs associativity at the border, up to \(percent(same.border)) of the result there.
                """)
        evidence.measured = [
            Quantity("largest defect, periodic", periodic.worst), Quantity("largest defect, whole result", whole.worst),
            Quantity("largest defect, picture's size, inside", same.worst),
            Quantity("associativity's defect at the border, picture's size", same.border),
        ]
        evidence.tables = [
            ClaimTable(
                "Largest defects, relative to the result",
                columns: ["setting", "f*k = k*f", "(f*k)*m = f*(k*m)", "linear"],
                rows: [("periodic", periodic), ("zeros, whole result", whole), ("zeros, picture's size", same)].map {
                    [$0, words($1.commutative), words($1.associative), words($1.linear)]
                }, footer: "In the last row inside only: farther from the border than the kernels reach.")
        ]
        let names = ["f*k = k*f", "(f*k)*m = f*(k*m)", "linear"]
        func series(_ name: String, _ defects: Defects) -> ClaimFigure.Series {
            let y = [defects.commutative, defects.associative, defects.linear]
            return .init(name, x: [0, 1, 2], y: y.map { max($0, 1e-18) }, isLine: false)
        }
        evidence.figures = [
            ClaimFigure(
                "Defects of the identities", x: .init("", categories: names),
                y: .init("relative to the result", isLogarithmic: true),
                [
                    series("periodic", periodic), series("zeros, whole result", whole),
                    series("zeros, picture's size, inside", same),
                    .init("the same at the border", x: [1], y: [same.border], isLine: false),
                ])
        ]
        evidence.seeds = [context.seed]
        return evidence
    }

    private func kernel(of f: SampledFunction<Double>) -> ConvolutionKernel<Double> {
        ConvolutionKernel(
            PlaneTaps(
                width: f.grid.width, height: f.grid.height, values: f.values, originColumn: 0, originRow: 0))
    }

    private func measure(
        _ boundary: Boundary, _ extent: ConvolutionExtent, _ defects: inout Defects, _ random: inout SeededGenerator
    ) throws {
        let grid = Grid(width: 24, height: 24)
        func draw() -> SampledFunction<Double> {
            .randomBandLimited(on: grid, cutoff: 4, using: &random)
        }
        let (f, g, h) = (draw(), draw(), draw())
        func times(_ a: SampledFunction<Double>, _ b: SampledFunction<Double>) throws -> SampledFunction<Double> {
            try convolve(a, kernel(of: b), boundary, extent)
        }
        let fg = try times(f, g)
        defects.commutative = max(defects.commutative, try times(g, f).distance(to: fg))
        let (left, right) = (try times(fg, h), try times(f, try times(g, h)))
        defects.associative = max(defects.associative, left.distance(to: right.onGrid(left.grid)))
        let (a, b) = (random.normal(), random.normal())
        let sum = try times(a * f + b * h, g)
        defects.linear = max(defects.linear, sum.distance(to: a * fg + b * (try times(h, g))))
    }

    private func measureSame(_ defects: inout Defects, _ random: inout SeededGenerator) throws {
        let grid = Grid(width: 24, height: 24)
        let f = SampledFunction<Double>.randomBandLimited(on: grid, cutoff: 4, using: &random)
        let h = SampledFunction<Double>.randomBandLimited(on: grid, cutoff: 4, using: &random)
        let (k, m) = (
            ConvolutionKernel<Double>.random(size: 5, &random), ConvolutionKernel<Double>.random(size: 5, &random)
        )
        let both = ConvolutionKernel(k.plane.convolved(with: m.plane))
        func same(_ a: SampledFunction<Double>, _ b: ConvolutionKernel<Double>) throws -> SampledFunction<Double> {
            try convolve(a, b, .zero, .same)
        }
        let (left, right) = (try same(try same(f, k), m), try same(f, both))
        let scale = right.maxNorm()
        let inside = 4..<20
        let difference = left - right
        let inner = difference.extended(columns: inside, rows: inside, boundary: .zero).maxNorm() / scale
        defects.associative = max(defects.associative, inner)
        defects.border = max(defects.border, difference.maxNorm() / scale)
        let swapped = try same(try same(f, m), k).extended(columns: inside, rows: inside, boundary: .zero)
        let straight = left.extended(columns: inside, rows: inside, boundary: .zero)
        defects.commutative = max(defects.commutative, swapped.distance(to: straight))
        let (a, b) = (random.normal(), random.normal())
        let sum = try same(a * f + b * h, k)
        defects.linear = max(defects.linear, sum.distance(to: a * (try same(f, k)) + b * (try same(h, k))))
    }
}

import Convolution
import FourierTransforms
import Foundation
import Randomness
import SampledSpaces

/// *activation-breaks-scale*: a pointwise non-linearity after convolution breaks scale and amplitude covariance, a smooth one less so.
public struct ActivationBreaksScale: Claim {
    /// What is claimed, what is done, and what decides.
    public let text = ClaimText(
        id: "activation-breaks-scale", group: .functional,
        statement: """
            A pointwise non-linearity after a convolution breaks its covariance with scale and amplitude; a smooth one (softplus, GELU) breaks it less.
            """,
        source: "Zheng Ankun 2019, “Convolution as a functional”",
        method: """
            A layer φ(f * k) of random band-limited functions. Amplitude: ‖φ(λg) − λφ(g)‖ relative to ‖λφ(g)‖, the root of the mean square over λ = ½, 2 and −1. Scale: \
            the layer is followed by a second convolution and computed on a grid and on one four times as fine; kinks that φ makes hold frequencies that \
            the coarse grid cannot, and its result differs. The sharpness β makes softplus(βx)/β a family from smooth to ReLU; amplitudes change \
            its sharpness relative to the signal.
            """,
        criteria: [
            "ReLU changes a result when the amplitude does: its defect is above 0.1",
            "ReLU changes a result when the grid does: its defect is at least ten times that of no activation, and above 10⁻⁴",
            "softplus and GELU each have less than half of ReLU's defect between grids",
            "softplus and GELU each have less of a defect of amplitude than ReLU",
        ])

    /// A function of one number.
    public typealias Function = @Sendable (Double) -> Double

    private let relu: Function
    private let smooth: [(name: String, function: Function)]

    /// The claim about ReLU, softplus and GELU unless others are given.
    public init(
        relu: @escaping Function = { max($0, 0) },
        smooth: [(name: String, function: Function)] = [
            ("softplus", { Self.softplus($0, sharpness: 1) }), ("GELU", { $0 * (1 + erf($0 / 2.0.squareRoot())) / 2 }),
        ]
    ) {
        self.relu = relu
        self.smooth = smooth
    }

    /// log(1 + e^{βx})/β, which tends to ReLU as β grows.
    public static func softplus(_ x: Double, sharpness β: Double) -> Double {
        (max(β * x, 0) + log1p(exp(-abs(β * x)))) / β
    }

    /// Runs the experiment.
    /// - Throws: What a convolution or a resampling throws, and `ExperimentError.stopped` where somebody asked to stop.
    public func evidence(_ context: ExperimentContext) throws -> Evidence {
        let trials = context.effort.choose(4, 16, 64)
        let signals = (0..<trials).map { Signal(seed: context.seed, trial: $0) }
        func amplitude(_ φ: Function) -> Double { rms(signals.map { $0.amplitudeDefect(φ) }) }
        func grid(_ φ: Function) throws -> Double { try rms(signals.map { try $0.gridDefect(φ) }) }

        let (ofRelu, none) = (amplitude(relu), try grid { $0 })
        let reluBetweenGrids = try grid(relu)
        let ofSmooth = try smooth.map { ($0.name, amplitude: amplitude($0.function), grid: try grid($0.function)) }
        try context.progress(0.4, "sharpness")
        let sharpnesses = [0.25, 0.5, 1, 2, 4, 8, 16, 32]
        let bySharpness = try sharpnesses.map { β in try grid { Self.softplus($0, sharpness: β) } }
        try context.progress(0.7, "amplitudes")
        let amplitudes = [0.1, 0.25, 0.5, 2, 4, 10]
        let byAmplitude = ([("ReLU", relu)] + smooth).map { name, φ in
            (name, amplitudes.map { λ in rms(signals.map { $0.amplitudeDefect(φ, at: λ) }) })
        }

        let gridWords = ofSmooth.map { "\($0.0) \(words($0.grid))" }.joined(separator: ", ")
        let amplitudeWords = ofSmooth.map { "\($0.0) \(words($0.amplitude))" }.joined(separator: ", ")
        var evidence = Evidence(
            [
                (Outcome(ofRelu > 0.1), "it is \(words(ofRelu))"),
                (
                    Outcome(reluBetweenGrids > 10 * none && reluBetweenGrids > 1e-4),
                    "it is \(words(reluBetweenGrids)), without activation \(words(none))"
                ),
                (
                    Outcome(ofSmooth.allSatisfy { $0.grid < reluBetweenGrids / 2 }),
                    "\(gridWords), ReLU \(words(reluBetweenGrids))"
                ),
                (
                    Outcome(ofSmooth.allSatisfy { $0.amplitude < ofRelu }),
                    "\(amplitudeWords), ReLU \(words(ofRelu))"
                ),
            ],
            summary: """
                Between grids ReLU leaves a defect of \(words(reluBetweenGrids)), smooth ones far less (\(gridWords)). For positive factors of the amplitude it is the other \
                way round: ReLU is exactly homogeneous, and smooth ones are not. Over λ = ½, 2 and −1 together the defect is \(words(ofRelu)) of ReLU, \(amplitudeWords).
                """)
        evidence.measured =
            [
                Quantity("amplitude defect, ReLU", ofRelu), Quantity("grid defect, ReLU", reluBetweenGrids),
                Quantity("grid defect, no activation", none),
            ]
            + ofSmooth.flatMap {
                [Quantity("amplitude defect, \($0.0)", $0.amplitude), Quantity("grid defect, \($0.0)", $0.grid)]
            }
        evidence.figures = [
            ClaimFigure(
                "Difference between a grid and one four times as fine",
                x: .init("sharpness β", isLogarithmic: true), y: .init("relative defect", isLogarithmic: true),
                [
                    .init("softplus(βx)/β", x: sharpnesses, y: bySharpness.map { max($0, 1e-17) }),
                    .init("ReLU", x: [0.25, 32], y: [reluBetweenGrids, reluBetweenGrids]),
                ], caption: "The sharper the bend, the more of the result lies beyond the coarse grid's limit."),
            ClaimFigure(
                "Defect of amplitude", x: .init("factor λ", isLogarithmic: true), y: .init("relative defect"),
                byAmplitude.map { .init($0.0, x: amplitudes, y: $0.1) },
                caption: "Positive factors only: there ReLU has no defect at all."),
        ]
        evidence.seeds = [context.seed]
        return evidence
    }

    private func rms(_ values: [Double]) -> Double {
        (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
    }
}

/// One random input of the layer, of unit variance after its convolution.
private struct Signal {
    let response: TrigonometricPolynomial
    static let count = 64

    init(seed: UInt64, trial: Int) {
        var random = SeededGenerator(seed: seed, index: trial)
        let grid = Grid(width: Self.count, height: 1)
        let waves = (1...8).map { k in
            TrigonometricPolynomial.Wave(
                k: k, l: 0, cosine: random.normal() / 8.0.squareRoot(), sine: random.normal() / 8.0.squareRoot())
        }
        response = TrigonometricPolynomial(waves: waves, size: grid.size, corner: grid.corner)
    }

    func samples(_ refinement: Int) -> SampledFunction<Double> {
        let grid = Grid(width: Self.count, height: 1)
        let fine = Grid(
            width: Self.count * refinement, height: 1, spacing: [1 / Double(refinement), 1], origin: grid.origin)
        return SampledFunction(grid: fine, sampling: response.callAsFunction)
    }

    func amplitudeDefect(_ φ: (Double) -> Double) -> Double {
        let defects = [0.5, 2, -1].map { amplitudeDefect(φ, at: $0) }
        return (defects.reduce(0) { $0 + $1 * $1 } / 3).squareRoot()
    }

    /// ‖φ(λg) − λφ(g)‖/‖λφ(g)‖.
    func amplitudeDefect(_ φ: (Double) -> Double, at λ: Double) -> Double {
        let g = samples(1)
        let wanted = λ * g.map(φ)
        return ((λ * g).map(φ) - wanted).l2Norm() / wanted.l2Norm()
    }

    /// The difference that a grid four times as fine makes at the coarse grid's points after the second convolution, the quadrature of its
    /// Gaussian being exact to rounding.
    func gridDefect(_ φ: (Double) -> Double) throws -> Double {
        func result(_ refinement: Int) throws -> [Double] {
            let layer = samples(refinement).map(φ)
            let kernel = ConvolutionKernel<Double>.gaussian(sigma: 1.5, x: 1, on: layer.grid)
            let out = try periodicConvolution(layer, kernel)
            return stride(from: 0, to: out.values.count, by: refinement).map { out.values[$0] }
        }
        let (coarse, fine) = (try result(1), try result(4))
        let difference = zip(coarse, fine).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        return (difference / fine.reduce(0) { $0 + $1 * $1 }).squareRoot()
    }
}

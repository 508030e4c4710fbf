import Foundation
import GaussianKernels

/// *effective-radius*: the Gaussian and its first seven derivatives have "remarkably consistent" effective radii.
public struct EffectiveRadius: Claim {
    /// What is claimed, what is done, and what decides.
    public let text = ClaimText(
        id: "effective-radius", group: .gaussianKernels,
        statement: "The Gaussian and its first seven derivatives have remarkably consistent effective radii.",
        source: "Zheng Ankun 2019, “Gaussian kernels”; spreads as in Lindeberg 1998, doi:10.1023/A:1008045108935",
        method: """
            The effective radius is √V/σ, V the variance of |g⁽ⁿ⁾| as a density. It is computed in closed form, and again from taps at 1 to 16 samples to σ, \
            whose spread must converge to it. Consistent means that the largest and the smallest differ by at most 10 % of their mean.
            """,
        criteria: [
            "the spread of sampled taps converges to the closed form, to 0.5 % at 16 samples to σ for every n = 0 … 7",
            "the radii of the first to the seventh derivative differ by at most 10 %",
            "so do those of the Gaussian and its first seven derivatives",
        ])

    private let radius: @Sendable (Int) -> Double

    /// The claim about the effective radius by `radius`, the closed form unless another is given.
    public init(
        radius: @escaping @Sendable (_ order: Int) -> Double = {
            GaussianDerivative(order: $0, sigma: 1).effectiveRadius
        }
    ) {
        self.radius = radius
    }

    /// Runs the experiment.
    /// - Throws: Nothing, as it is computed at once.
    public func evidence(_ context: ExperimentContext) throws -> Evidence {
        let orders = Array(0...7)
        let radii = orders.map(radius)
        let sigmas = [1.0, 2, 4, 8, 16]
        let errors = orders.map { n in sigmas.map { abs(Self.spread(ofTaps: n, sigma: $0) / radii[n] - 1) } }
        let finest = errors.compactMap(\.last).max() ?? .infinity
        let (derivatives, all) = (Self.range(Array(radii.dropFirst())), Self.range(radii))
        var evidence = Evidence(
            [
                (Outcome(finest < 0.005), "the largest difference is \(percent(finest, decimals: 3))"),
                (Outcome(derivatives <= 0.1), "they differ by \(percent(derivatives))"),
                (Outcome(all <= 0.1), "they differ by \(percent(all))"),
            ],
            summary: """
                The first seven derivatives reach equally far, from \(words(radii[1...].min() ?? 0, digits: 4)) to \
                \(words(radii[1...].max() ?? 0, digits: 4)) σ; the Gaussian itself, with \(words(radii[0])) σ, does not belong to them.
                """)
        evidence.measured =
            [Quantity("range, n = 1 … 7", derivatives, unit: "%"), Quantity("range, n = 0 … 7", all, unit: "%")]
            + orders.map { Quantity("radius, n = \($0)", radii[$0], unit: "σ") }
        let x = orders.map(Double.init)
        evidence.figures = [
            ClaimFigure(
                "Effective radius by order", x: .init("order n"), y: .init("radius (σ)"),
                [
                    .init("spread of |g⁽ⁿ⁾|", x: x, y: radii),
                    .init(
                        "spread of (g⁽ⁿ⁾)²", x: x,
                        y: orders.map { GaussianDerivative(order: $0, sigma: 1).energyRadius }),
                ],
                caption:
                    "Neither is monotone. By energy the derivatives agree even better, and the Gaussian again does not."
            ),
            ClaimFigure(
                "Spread of taps against the closed form", x: .init("samples to σ", isLogarithmic: true),
                y: .init("relative difference", isLogarithmic: true),
                [0, 1, 2, 4, 7].map { n in
                    .init("n = \(n)", x: sigmas, y: errors[n].map { max($0, 1e-16) })
                }),
        ]
        evidence.tables = [
            ClaimTable(
                "Convergence of the taps' spread", columns: ["n", "radius (σ)", "order of convergence"],
                rows: orders.map { n in
                    let order = ConvergenceOrder(lengths: sigmas.map { 1 / $0 }, errors: errors[n], floor: 1e-12)
                    return ["\(n)", String(format: "%.6f", radii[n]), order.line.map { words($0.slope) } ?? "–"]
                },
                footer:
                    "For derivatives the kinks of |g⁽ⁿ⁾| fall between samples: the order is about two. For the Gaussian it is spectral."
            )
        ]
        evidence.data = "closed forms and taps"
        return evidence
    }

    /// (largest − smallest)/mean.
    private static func range(_ values: [Double]) -> Double {
        ((values.max() ?? 0) - (values.min() ?? 0)) / (values.reduce(0, +) / Double(values.count))
    }

    /// √V of |taps|, in units of σ.
    private static func spread(ofTaps order: Int, sigma: Double) -> Double {
        guard let taps = KernelMethod.sampled.taps(order: order, sigma: sigma) else { return .nan }
        let middle = taps.count / 2
        let (mass, second) = taps.enumerated().reduce((0.0, 0.0)) { sums, tap in
            let u = Double(tap.offset - middle)
            return (sums.0 + abs(tap.element), sums.1 + u * u * abs(tap.element))
        }
        return (second / mass).squareRoot() / sigma
    }
}

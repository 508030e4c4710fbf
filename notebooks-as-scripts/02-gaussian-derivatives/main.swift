import Foundation
import GaussianKernels
import NotebookSupport
import Reports

let arguments = NotebookArguments.parseOrExit()
let notebook = Notebook("02-gaussian-derivatives", "The Gaussian and its derivatives", arguments)
notebook.say(
    """
    A derivative of a smoothed picture is the picture convolved with a derivative of the Gaussian, f * g⁽ⁿ⁾ = ∂ⁿ(f * g). So these functions \
    are the operators that everything here is made of. This notebook looks at them as functions on the line, before any grid.
    """)
// MARK: - What they look like

notebook.section("Polynomials under a Gaussian")
notebook.say(
    """
    The n-th derivative is g⁽ⁿ⁾(x; σ) = (−1/σ)ⁿ Heₙ(x/σ) g(x; σ), Heₙ Hermite's polynomial: n zeros, n + 1 lobes of alternating sign. At σ = 1:
    """)
let units = (0...8).map { GaussianDerivative(order: $0, sigma: 1) }
notebook.show(
    Table(
        columns: [.init("n", .right), .init("Heₙ(1)", .right)]
            + [0, 0.5, 1, 2, 4].map { .init("g⁽ⁿ⁾(\(Format.brief($0)))", .decimal) },
        rows: units.map { derivative in
            let polynomial = HermitePolynomials.value(degree: derivative.order, at: 1)
            return [.init("\(derivative.order)"), .init(Format.brief(polynomial, digits: 4))]
                + [0, 0.5, 1, 2, 4].map { .init(Format.fixed(derivative.value(at: $0), decimals: 5)) }
        }))

let points = arguments.quick ? 60 : 300
let places = (0...points).map { -5 + 10 * Double($0) / Double(points) }
notebook.show(
    (
        "gaussian-derivatives",
        Figure(
            "The Gaussian and its first four derivatives", x: .init("x", unit: "σ", range: -5...5),
            y: .init("value over the largest"),
            units.prefix(5).map { derivative in
                let values = places.map { derivative.value(at: $0) }
                let largest = values.reduce(0) { max($0, abs($1)) }
                return .line(.init("n = \(derivative.order)", x: places, y: values.map { $0 / largest }))
            },
            caption:
                "Each is divided by its largest value. Lobes become narrower with the order, the function hardly wider."
        )
    ))

// MARK: - Zeros

notebook.section("Zeros")
let zeros = (1...20).map { HermitePolynomials.zeros(degree: $0) }
let interlaced = zip(zeros, zeros.dropFirst()).allSatisfy { lower, upper in
    lower.indices.allSatisfy { upper[$0] < lower[$0] && lower[$0] < upper[$0 + 1] }
}
notebook.say(
    """
    All zeros are real, and those of one order \(interlaced ? "separate" : "do not separate") those of the next (checked up to order 20). The \
    outermost lies at \(Format.significant(zeros[3].last ?? 0)) σ for n = 4 and at \(Format.significant(zeros[19].last ?? 0)) σ for n = 20, within \
    2√n: what an observer of the kernel takes for its extent grows like the root of the order.
    """)
notebook.show(
    (
        "hermite-zeros",
        Figure(
            "Zeros of the derivatives", x: .init("order n"), y: .init("x", unit: "σ", range: -8...8),
            [
                .points(
                    .init(
                        "zeros", x: (1...12).flatMap { n in zeros[n - 1].map { _ in Double(n) } },
                        y: zeros.prefix(12).flatMap { $0 })),
                .line(.init("±2√n", x: (1...12).map(Double.init), y: (1...12).map { 2 * Double($0).squareRoot() })),
            ],
            caption:
                "Between two zeros the function keeps its sign, so that norms and moments of |g⁽ⁿ⁾| have closed forms.")
    ))

// MARK: - Size

notebook.section("How large, and how wide")
let (first, second) = (units[1].l1Norm, units[2].l1Norm)
notebook.say(
    """
    The L1 norm says how much a function of magnitude one can be amplified. Between zeros g⁽ⁿ⁾ has the antiderivative g⁽ⁿ⁻¹⁾: for n = 1 the norm \
    is 2g(0) = \(Format.fixed(first, decimals: 6)), for n = 2 it is 4g(1) = \(Format.fixed(second, decimals: 6)). Scale-normalised derivatives, \
    σⁿ∂ⁿ, have these norms at every σ.
    """)
let radii = (0...20).map { GaussianDerivative(order: $0, sigma: 1) }
notebook.show(
    Table(
        columns: [
            .init("n", .right), .init("L1 norm", .decimal), .init("radius of |g⁽ⁿ⁾|", .decimal),
            .init("radius of (g⁽ⁿ⁾)²", .decimal),
        ],
        rows: radii.prefix(9).map {
            [
                .init("\($0.order)"), .init(Format.fixed($0.l1Norm, decimals: 6)),
                .init(Format.fixed($0.effectiveRadius, decimals: 6)), .init(Format.fixed($0.energyRadius, decimals: 6)),
            ]
        },
        footer: "Radii in σ: the root of the variance of |g⁽ⁿ⁾|, or of its square, as a density."))
let widest = radii.max { $0.effectiveRadius < $1.effectiveRadius } ?? units[0]
let derivatives = units[1...7].map(\.effectiveRadius)
let (least, most) = (derivatives.min() ?? 0, derivatives.max() ?? 0)
notebook.say(
    """
    Two definitions of an effective radius disagree. Weighed by magnitude the radius jumps from 1 for the Gaussian to √2 for its first derivative, is \
    largest for n = \(widest.order) and falls back towards √2: it is \(strong: "not monotone"). The first seven derivatives lie between \
    \(Format.fixed(least, decimals: 3)) and \(Format.fixed(most, decimals: 3)), within \(Format.percent((most - least) / (most + least))) of their middle, but the \
    Gaussian itself is a third smaller. Weighed by energy it is √½ for the Gaussian, √(3/2) for n = 1 and falls to 1.
    """)
let orders = radii.map { Double($0.order) }
notebook.show(
    (
        "effective-radius",
        Figure(
            "Effective radius by two definitions", x: .init("order n"),
            y: .init("radius", unit: "σ", range: 0.5...1.75),
            [
                .line(.init("by magnitude", x: orders, y: radii.map(\.effectiveRadius))),
                .line(.init("by energy", x: orders, y: radii.map(\.energyRadius))),
                .horizontal(2.0.squareRoot(), "√2"),
            ],
            caption:
                "The spread of |g⁽ⁿ⁾| and of its square. High orders are waves under a Gaussian, whose spread both tend to: √2 for |g|, 1 for g²."
        )
    ))

// MARK: - Frequency

notebook.section("Bands of frequency")
notebook.say(
    """
    The Fourier transform is (iω)ⁿ exp(−σ²ω²/2), largest at ω = √n/σ: an order is a band. A grid of spacing one holds frequencies up to π. At σ = 1 the \
    eighth derivative's band has its middle at \(Format.fixed(8.0.squareRoot(), decimals: 2)), hardly below that limit, and \
    \(Format.percent(GaussianKernel1D(order: 8, sigma: 1).discretizationError.aliasing)) of its energy is beyond, against \
    \(Format.percent(GaussianKernel1D(order: 2, sigma: 1).discretizationError.aliasing, decimals: 2)) of the second's. How the rest is put on a \
    grid is the subject of the next notebook.
    """)
let frequencies = (0...points).map { 6 * Double($0) / Double(points) }
notebook.show(
    (
        "gaussian-bands",
        Figure(
            "Fourier transforms at σ = 1", x: .init("ω", unit: "radians a sample", range: 0...6),
            y: .init("magnitude over the largest"),
            [0, 1, 2, 4, 8].map { n in
                let peak = pow(Double(n).squareRoot(), Double(n)) * exp(-Double(n) / 2)
                return .line(
                    .init(
                        "n = \(n)", x: frequencies, y: frequencies.map { pow($0, Double(n)) * exp(-$0 * $0 / 2) / peak }
                    ))
            } + [.vertical(.pi, "limit π")],
            caption: "Whatever lies right of the limit is folded back by sampling, or cut off, or replaced.")
    ))

// MARK: - Direction

notebook.section("Steering")
let angle = 0.6
let affine = AffineGaussian(major: 1.5, minor: 1.5, angle: 0)
var worst = 0.0
for (x, y) in [(0.0, 0.0), (1, -0.5), (2.2, 1.7), (-3, 0.4)] {
    let along = x * cos(angle) + y * sin(angle)
    let across = y * cos(angle) - x * sin(angle)
    let direct =
        GaussianDerivative(order: 3, sigma: 1.5).value(at: along)
        * GaussianDerivative(order: 0, sigma: 1.5).value(at: across)
    worst = max(worst, abs(direct - affine.directionalDerivative(order: 3, angle: angle, x: x, y: y)))
}
let terms = GaussianJet.directionalDerivative(order: 3, angle: angle)
notebook.say(
    """
    In the plane a derivative along any direction is a fixed combination of n + 1 partial ones. The third along 0.6 radians is \
    \(terms.map { "\(Format.fixed($0.factor, decimals: 3)) \($0.term.name)" }.joined(separator: " + ")); it differs from the rotated function \
    by \(Format.significant(worst, digits: 1)) at most, which is rounding.
    """)
let size = 9
notebook.show(
    KernelGallery(
        "The second derivative steered",
        rows: [
            KernelRow(
                "∂² along",
                panels: [0, 30, 60, 90].map { degrees in
                    let kernel = GaussianKernel2D.directional(
                        order: 2, angle: Double(degrees) * .pi / 180, sigma: 1.2, radius: size / 2)
                    return ("\(degrees)°", KernelImage(width: size, height: size, values: kernel.taps))
                })
        ],
        caption:
            "σ = 1.2 samples, taps to a radius of \(size / 2). x points right and y down, so angles turn clockwise."))

notebook.say(
    """
    What holds for functions holds for taps only as far as the grid lets it. The response to a wave of one radian a σ along the direction differs \
    between the diagonal and the axis, at σ = 0.7, 1 and 3, for sampled kernels by \(anisotropies(.sampled)), for the discrete analogue by \
    \(anisotropies(.discrete)): its differences are the grid's, and become isotropic only as σ grows.
    """)
notebook.finish()

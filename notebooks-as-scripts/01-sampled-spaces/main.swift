import Convolution
import Foundation
import NotebookSupport
import Randomness
import Reports
import SampledSpaces

let arguments = NotebookArguments.parseOrExit()
let notebook = Notebook("01-sampled-spaces", "Functions on a rectangle, known by their samples", arguments)
notebook.say(
    """
    A picture is a function on a rectangle of the plane; pixels are how we come to know it. Everything in this library is said of the function and computed \
    from the samples, so the first question is how much the samples know: of integrals, of inner products, of convolutions.
    """)

let sizes = arguments.quick ? [16, 32, 64] : [16, 32, 64, 128, 256, 512]
let finest = sizes[sizes.count - 1]
/// A grid over the square from −1 to 1 with n samples along each side.
func grid(_ n: Int) -> Grid { Grid(width: n, height: n, tiling: [2, 2], corner: [-1, -1]) }
let counts = sizes.map(Double.init)

// MARK: - Integrals

notebook.section("What the samples know of an integral")
/// Three functions on the square, and their integrals: a smooth one that repeats, a smooth one that does not, and one with an edge.
let functions: [(name: String, integral: Double, value: @Sendable (Double, Double) -> Double)] = [
    ("exp(cos πx + cos πy)", 4 * pow(besselI0(1), 2), { x, y in exp(cos(.pi * x) + cos(.pi * y)) }),
    ("exp(x + y)", pow(exp(1) - exp(-1), 2), { x, y in exp(x + y) }),
    ("a disc of radius 0.7", .pi * 0.49, { x, y in x * x + y * y < 0.49 ? 1 : 0 }),
]
/// I₀(x) by its series Σ (x/2)²ᵏ/k!².
func besselI0(_ x: Double) -> Double {
    var (sum, term) = (1.0, 1.0)
    for k in 1...30 {
        term *= x * x / 4 / Double(k * k)
        sum += term
    }
    return sum
}
let quadratureErrors = functions.map { function in
    sizes.map { n in
        let sampled = SampledFunction<Double>(grid: grid(n), sampling: function.value)
        return max(abs(sampled.integral() - function.integral) / function.integral, 1e-16)
    }
}
notebook.say(
    """
    The integral over the rectangle is h² times the sum of the samples, which sit in the middles of their cells: the midpoint rule. Its error tells what kind of function it \
    was. For a smooth periodic function the rule is exact up to what aliases, and falls faster than any power of h; for a smooth function on a rectangle it falls as h²; \
    across an edge it only wanders down, like the number of cells that the edge cuts.
    """)
notebook.show(
    (
        "quadrature",
        Figure(
            "Error of the midpoint rule", x: .init("samples along an axis", scale: .logarithmic),
            y: .init("relative error", scale: .logarithmic, range: 1e-16...1),
            zip(functions, quadratureErrors).map { .line(.init($0.name, x: counts, y: $1)) }
                + [.line(.init("h²", x: counts, y: sizes.map { grid($0).cellArea }))],
            caption: "A smooth periodic function is known to rounding from 16 × 16 samples.")
    ))
let smoothOrder = log2(quadratureErrors[1][sizes.count - 2] / quadratureErrors[1][sizes.count - 1])
notebook.say(
    "Between the two finest grids the error for exp(x + y) fell with the order \(Format.fixed(smoothOrder, decimals: 3))."
)

// MARK: - Band limits

notebook.section("Below the Nyquist frequency nothing is lost")
var generator = SeededGenerator(seed: 1)
let polynomial = TrigonometricPolynomial(random: &generator, cutoff: 6, over: grid(16))
let coarse = SampledFunction<Double>(grid: grid(16), sampling: polynomial.callAsFunction)
let reconstructions = [3, 5, 8].map { factor in
    let fine = coarse.bandLimitedResampled(width: 16 * factor, height: 16 * factor)
    let truth = SampledFunction<Double>(grid: fine.grid, sampling: polynomial.callAsFunction)
    return (factor, (fine - truth).maxNorm() / truth.maxNorm())
}
notebook.say(
    """
    A random function with frequencies up to 6 waves a side, sampled 16 × 16 times, is that function: interpolated onto grids \
    \(reconstructions.map { "\($0.0)" }.joined(separator: ", ")) times finer it is off by \(reconstructions.map { Format.significant($0.1, digits: 1) }.joined(separator: ", ")) of \
    its largest value. Its inner products are exact too, as long as the product stays below the sampling frequency.
    """)

// MARK: - Convolution

notebook.section("A convolution is one functional, on every grid")
notebook.say(
    """
    A convolutional layer takes a function to a function. Its kernel is a function as well, with a size in units of the domain: on a finer grid it has more taps, each smaller by the area of a \
    cell, and the result approaches the same function. Kept as taps, it would be another kernel on every grid.
    """)
let sigma = 0.15
/// Where results of all grids can be compared: the function that the convolution converges to, in closed form.
let wave = 2 * Double.pi
let gain = exp(-sigma * sigma * wave * wave / 2)
let convolutionErrors = sizes.map { n in
    let lattice = grid(n)
    let f = SampledFunction<Double>(grid: lattice) { x, y in cos(wave * x) * cos(wave * y) }
    let smooth = try? Convolution<Double>(
        .gaussian(sigma: sigma, on: lattice, discretization: .sampled), on: lattice, boundary: .periodic)(f)
    let expected = SampledFunction<Double>(grid: lattice) { x, y in gain * gain * cos(wave * x) * cos(wave * y) }
    return smooth.map { max(($0 - expected).maxNorm() / expected.maxNorm(), 1e-16) } ?? .nan
}
let keptTaps = ConvolutionKernel<Double>.gaussian(sigma: sigma, on: grid(64))
let tapErrors = sizes.map { n in
    let lattice = grid(n)
    let f = SampledFunction<Double>(grid: lattice) { x, y in cos(wave * x) * cos(wave * y) }
    let result = try? Convolution<Double>(keptTaps, on: lattice, boundary: .periodic)(f)
    let expected = SampledFunction<Double>(grid: lattice) { x, y in gain * gain * cos(wave * x) * cos(wave * y) }
    return result.map { max(($0 - expected).maxNorm() / expected.maxNorm(), 1e-16) } ?? .nan
}
notebook.show(
    (
        "one-functional",
        Figure(
            "Error of a convolution on different grids", x: .init("samples along an axis", scale: .logarithmic),
            y: .init("relative error", scale: .logarithmic, range: 1e-10...100),
            [
                .line(.init("the kernel is a function (σ = 0.15)", x: counts, y: convolutionErrors)),
                .line(.init("the kernel is the taps of 64 samples", x: counts, y: tapErrors)),
            ],
            caption:
                "Taps are right on the grid they were made for, and on no other. The kernel as a function ends at 5σ, whence the floor."
        )
    ))

// MARK: - Adjoint

notebook.section("Inner products, and the adjoint")
let place = grid(48)
let f = SampledFunction<Double>.randomBandLimited(on: place, cutoff: 10, using: &generator)
let g = SampledFunction<Double>.randomBandLimited(on: place, cutoff: 10, using: &generator)
let defects: [(String, Double)] = [Boundary.zero, .periodic, .mirrorHalfSample, .replicate].compactMap { boundary in
    guard
        let slope = try? Convolution<Double>(
            .gaussian(sigma: 0.1, x: 1, on: place), on: place, boundary: boundary)
    else { return nil }
    let (left, right) = (slope(f).inner(g), f.inner(slope.adjoint(g)))
    return ("\(boundary)", abs(left - right) / max(abs(left), 1e-300))
}
notebook.say(
    """
    Training moves kernels along gradients, and a gradient is the adjoint of the forward map: ⟨Kf, g⟩ = ⟨f, K*g⟩. Every operator here has one that is exact on the samples, whatever happens \
    at the border:
    """)
notebook.show(
    Table(
        columns: [.init("boundary"), .init("|⟨Kf, g⟩ − ⟨f, K*g⟩| / |⟨Kf, g⟩|", .decimal)],
        rows: defects.map { [.init($0.0), .init(Format.significant($0.1, digits: 2))] },
        footer: "K is ∂x of a Gaussian with σ = 0.1, f and g are random, on \(place.width) × \(place.height) samples."))
notebook.finish()

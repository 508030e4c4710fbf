import Foundation
import GaussianKernels
import NotebookSupport
import Reports

let arguments = NotebookArguments.parseOrExit()
let notebook = Notebook(
    "03-discretisations", "Five ways to put a Gaussian derivative on a grid, and their errors", arguments)
notebook.say(
    """
    A derivative of the Gaussian becomes a kernel of taps in one of five ways: its values at the samples, made to differentiate polynomials exactly \
    (\(strong: "sampled")); its integrals over pixels (\(strong: "integrated")); differences of Lindeberg's analogue (\(strong: "discrete")); its \
    band-limited part (\(strong: "spectral")); and a recursion that follows the samples (\(strong: "recursive")). Each way has errors of its own. They are measured here \
    against the continuous kernel, for σ from 0.3 to 50 samples and orders from 0 to 8.
    """)

let measured = arguments.quick ? Measurements(count: 12, largestSigma: 5) : Measurements(count: 90, largestSigma: 50)

// MARK: - The whole kernel

notebook.section("Distance from the continuous kernel")
notebook.say(
    """
    The distance between the spectra on |ω| ≤ π, relative to the continuous one, is the relative error of the result for white noise. Sampling \
    folds back what lies beyond π, so a sampled kernel's distance is the root of its aliased energy, and drops steeply with σ. The discrete \
    analogue and the integrated kernel are smoother than they should be, by a variance that does not depend on σ: their distance falls only as 1/σ².
    """)
notebook.show(
    Table(
        columns: [.init("n", .right), .init("σ", .decimal)] + Measurements.ways.map { .init($0, .right) }
            + [.init("aliasing", .right)],
        rows: [0, 1, 2, 4, 8].flatMap { order in
            [0.3, 0.5, 0.7, 1, 1.5, 2, 5].map { sigma in
                let errors = Measurements.ways.indices.map { Measurements.report($0, order, sigma) }
                return [.init("\(order)"), .init(Format.brief(sigma))]
                    + errors.map { .init($0.map { Format.significant($0.spectrum, digits: 2) } ?? Format.missing) }
                    + [.init(Format.significant(errors[0]?.aliasing ?? 0, digits: 2))]
            }
        },
        footer: "Distances relative to the continuous kernel. Aliasing: the part of its energy beyond |ω| = π."))
notebook.show(
    (
        "distance-order-0",
        measured.figure(
            "Spectral distance, n = 0", 0, \.spectrum,
            "Below σ = 0.7 all but the band-limited kernel are several per cent away.")
    ),
    (
        "distance-order-1",
        measured.figure(
            "Spectral distance, n = 1", 1, \.spectrum, "Odd orders: sampled is nearer than discrete at every σ.")
    ),
    (
        "distance-order-2",
        measured.figure(
            "Spectral distance, n = 2", 2, \.spectrum,
            "Near σ = 0.6 the sampled kernel overshoots, and discrete is nearer.")
    ),
    (
        "distance-order-4",
        measured.figure(
            "Spectral distance, n = 4", 4, \.spectrum, "The steep fall comes at larger σ the higher the order.")
    ),
    (
        "distance-order-8",
        measured.figure(
            "Spectral distance, n = 8", 8, \.spectrum,
            "Below σ = 1.4 only the band-limited kernel is near.")
    ))

// MARK: - Its parts

notebook.section("Sum, moment, spread")
notebook.say(
    """
    Three numbers say more about what a kernel does to smooth functions: its sum (what a derivative makes of a constant), its n-th moment (whether \
    xⁿ becomes n!) and its spread (how far it reaches). Sampled and recursive kernels have exact sums and moments because they were made so, the discrete \
    analogue by nature, up to the taps its radius leaves out. Values below 10⁻¹⁶ are drawn there.
    """)
notebook.show(
    (
        "sum-order-0",
        measured.figure(
            "Error of the sum, n = 0", 0, \.sum, from: 1e-16,
            "The radius of 5σ leaves out 6·10⁻⁷ of a Gaussian that is not normalised.")
    ),
    (
        "sum-order-2",
        measured.figure(
            "Response to a constant, n = 2", 2, \.sum, from: 1e-16,
            "In units of Σ|h|. Only the spectral kernel, cut off, answers a constant at small σ.")
    ),
    (
        "moment-order-2",
        measured.figure(
            "Error of the second moment, n = 2", 2, \.moment, from: 1e-16,
            "The relative error of ∂²x². Integrated pixels alias below σ = 1.")
    ),
    (
        "moment-order-4",
        measured.figure(
            "Error of the fourth moment, n = 4", 4, \.moment, from: 1e-16,
            "The relative error of ∂⁴x⁴. The spectral kernel's is beyond the scale at small σ.")
    ),
    (
        "spread-order-0",
        measured.figure(
            "Error of the spread, n = 0", 0, \.spread,
            "The discrete analogue has the variance σ² at every σ, the integrated kernel 1/12 more.")
    ),
    (
        "spread-order-1",
        measured.figure(
            "Error of the spread, n = 1", 1, \.spread,
            "Of |h|. All fall as 1/σ²: the kink of |h| at 0 is a sample wide.")
    ))
let surplus = [(1, 2), (2, 2), (4, 4)].map { order, sigma in
    let kernel = GaussianKernel1D(order: order, sigma: Double(sigma), discretization: .discrete, radius: 20 * sigma)
    let variance = kernel.moment(order + 2) / kernel.moment(order) * 2 / Double((order + 1) * (order + 2))
    return Format.fixed(variance - Double(sigma * sigma), decimals: 4)
}
notebook.say(
    """
    The spread of |h| hides a difference that the moments beyond the n-th show. The discrete analogue's differences smooth on their own: relative to a \
    variance of σ² its first, second and fourth derivative smooth by \(surplus.joined(separator: ", ")) samples² more, that is (n + 3)/12 for odd and n/12 for even orders, at \
    every σ. Integration smooths by 1/12, sampling and the recursion by nothing.
    """)

// MARK: - The choice

notebook.section("The automatic choice")
notebook.say(
    """
    Between the two kernels whose sum and n-th moment are exact for every order, \(code: "Discretization.automatic") takes the one with the smaller spectral distance. It chooses \
    the discrete analogue in these intervals, and samples elsewhere:
    """)
let grid = (0...(arguments.quick ? 150 : 700)).map { 0.2 * pow(10, Double($0) / (arguments.quick ? 150 : 700)) }
notebook.show(
    Table(
        columns: [
            .init("n", .right), .init("discrete for σ", .left), .init("sampled there", .right),
            .init("discrete there", .right),
        ],
        rows: (0...8).map { order in
            let chosen = grid.filter { Discretization.automatic(order: order, sigma: $0) == .discrete }
            guard let first = chosen.first, let last = chosen.last else { return [.init("\(order)"), "never", "", ""] }
            let middle = (first * last).squareRoot()
            let interval =
                first == grid[0]
                ? "below \(Format.fixed(last, decimals: 2))"
                : "\(Format.fixed(first, decimals: 2)) to \(Format.fixed(last, decimals: 2))"
            let distances = [0, 2].map {
                Format.significant(Measurements.report($0, order, middle)?.spectrum ?? 0, digits: 2)
            }
            return [.init("\(order)"), .init(interval), .init(distances[0]), .init(distances[1])]
        },
        footer: "The distances are those in the middle of the interval."))

// MARK: - Documented errors

notebook.section("Recursive and spectral against their documented errors")
let worst = measured.recursiveErrors.joined().compactMap { $0 }.max() ?? 0
let starts = [0, 8].map { order in zip(measured.sigmas, measured.recursiveErrors[order]).first { $0.1 != nil }?.0 ?? 0 }
notebook.say(
    """
    The recursion is documented to stay within 5·10⁻⁷ of the largest value of the kernel it follows. The largest error found is \
    \(Format.significant(worst, digits: 2)). It exists where a kernel has at least 10 taps a side (12 from order 5 on): here from σ = \
    \(Format.fixed(starts[0], decimals: 1)) for n = 0 and \(Format.fixed(starts[1], decimals: 1)) for n = 8; below, the taps themselves are cheaper.
    """)
notebook.show(("recursive-orders-0-4", measured.recursive(0...4)), ("recursive-orders-5-8", measured.recursive(5...8)))

notebook.say(
    """
    On a circle of samples, by Fourier transforms, the spectral kernel has no error but rounding. Cut off at a radius it loses what rings beyond: about \
    πⁿ⁻¹ exp(−σ²π²/2)/|x| for odd orders and πⁿ⁻² |n − σ²π²| exp(−σ²π²/2)/x² for even ones. Above σ ≈ 2 that is nothing, and what remains is the Gaussian's own \
    truncation, at most 1.3·10⁻⁶ at the default radius.
    """)
notebook.show(
    ("spectral-even", measured.spectral([0, 2, 4, 6, 8])), ("spectral-odd", measured.spectral([1, 3, 5, 7])))

notebook.say("Every number of this notebook, for every order, way and σ, is in errors.csv beside the page.")
notebook.write(measured.table, to: "errors.csv")
notebook.finish()

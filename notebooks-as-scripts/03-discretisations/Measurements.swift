import Foundation
import GaussianKernels

/// The error reports of every way, order and σ.
struct Measurements {
    /// The ways to make a kernel, the four of `Discretization` and the recursion.
    static let ways = Discretization.allCases.map(\.rawValue) + ["recursive"]

    /// The σ that were measured, from 0.3, equally far apart on a logarithmic scale.
    let sigmas: [Double]
    /// The reports by order, way and σ; nil where a way has no kernel.
    let reports: [[[DiscretizationError?]]]
    /// The largest error of the recursion against the sampled kernel without a radius, relative to the largest value, by order and σ.
    let recursiveErrors: [[Double?]]

    init(count: Int, largestSigma: Double) {
        let sigmas = (0...count).map { 0.3 * pow(largestSigma / 0.3, Double($0) / Double(count)) }
        self.sigmas = sigmas
        reports = (0...8).map { order in
            Self.ways.indices.map { way in sigmas.map { Self.report(way, order, $0) } }
        }
        recursiveErrors = (0...8).map { order in sigmas.map { Self.recursiveError(order, $0) } }
    }

    /// The report of one kernel, of the default radius.
    static func report(_ way: Int, _ order: Int, _ sigma: Double) -> DiscretizationError? {
        guard way < Discretization.allCases.count else {
            return RecursiveGaussian(GaussianKernel1D(order: order, sigma: sigma))?.discretizationError
        }
        let discretization = Discretization.allCases[way]
        return GaussianKernel1D(order: order, sigma: sigma, discretization: discretization).discretizationError
    }

    private static func recursiveError(_ order: Int, _ sigma: Double) -> Double? {
        guard let filter = RecursiveGaussian(GaussianKernel1D(order: order, sigma: sigma)) else { return nil }
        let radius = Int(14 * sigma) + 14
        let taps = GaussianKernel1D(order: order, sigma: sigma, radius: radius).taps
        let errors = zip(filter.impulseResponse(radius: radius), taps).map { abs($0 - $1) }
        return errors.reduce(0, max) / taps.reduce(0) { max($0, abs($1)) }
    }

    /// What the taps beyond the default radius hold of a spectral kernel, relative to all, by the first term of their asymptotic series:
    /// for odd n |h| is πⁿ⁻¹ e^{−σ²π²/2} / |x|, for even n πⁿ⁻² |n − σ²π²| e^{−σ²π²/2} / x².
    static func ringing(_ order: Int, _ sigma: Double) -> Double {
        let radius = Double(GaussianKernel1D.defaultRadius(order: order, sigma: sigma)) + 0.5
        let n = Double(order)
        let odd = pow(Double.pi, n - 1) * exp(-pow(sigma * .pi, 2) / 2)
        let even = odd * abs(n - pow(sigma * .pi, 2)) / .pi
        // Σ 1/x² and Σ 1/x⁴ over x beyond the radius, on both sides.
        let tail = order.isMultiple(of: 2) ? 2 * even * even / (3 * pow(radius, 3)) : 2 * odd * odd / radius
        let aliasing = GaussianKernel1D(order: order, sigma: sigma).discretizationError.aliasing
        let energy = tgamma(n + 0.5) / pow(sigma, 2 * n + 1) / (2 * .pi) * (1 - aliasing)
        return (tail / energy).squareRoot()
    }

    /// All reports as comma-separated values.
    var table: String {
        var text = "order,way,sigma,sum,moment,spread,aliasing,spectrum\n"
        for (order, ofOrder) in reports.enumerated() {
            for (way, ofWay) in ofOrder.enumerated() {
                for (sigma, report) in zip(sigmas, ofWay) {
                    guard let e = report else { continue }
                    text +=
                        "\(order),\(Self.ways[way]),\(sigma),\(e.sum),\(e.moment),\(e.spread),\(e.aliasing),\(e.spectrum)\n"
                }
            }
        }
        return text
    }
}

import Foundation
import LeastSquares

/// A derivative of the Gaussian as the impulse response of a recursive filter, whose cost does not depend on σ: a sum of damped
/// oscillations on either side of the centre,
///
///     h(u) = Re Σ_k c_k z_k^{|u|−1} for u > 0,    z_k = exp(−(α_k + iβ_k)/σ),
///
/// even or odd in u as the order n is, and the kernel's tap at u = 0. For the discrete analogue the poles are moved to where its
/// transform has them.
///
/// The exponents α + iβ are universal: five serve the derivatives of orders 0 to 4, six those of orders 5 to 8. The coefficients are those
/// that bring h closest to the kernel's taps among those for which the moments of degrees 0 to n are exactly the continuous derivative's: a
/// constant stays what it is, xⁿ becomes n!.
///
/// A recursion has no end, so h follows the kernel as it would be without its radius. Relative to the largest value it is within 5·10⁻⁷ of
/// that everywhere, for σ up to 50 (10⁻⁶ for σ up to 1000) from the smallest σ on that has a filter for `sampled` and `discrete`, from 1.2 for
/// `integrated`, and from 2.5 for `spectral`, which rings below as no such sum can. `largestError` and `totalError` compare with the
/// kernel's taps as they are, and so also count what its radius leaves out: 3.7·10⁻⁶ of the largest for a Gaussian of the default radius.
/// Idea: Deriche, "Recursively implementing the Gaussian and its derivatives", INRIA RR-1893, 1993.
public struct RecursiveGaussian: Sendable, Hashable {
    /// One damped oscillation: a pole of the filter and its coefficient. Its conjugate is understood, as the real part is taken.
    public struct Section: Sendable, Hashable {
        /// The real and imaginary part of the pole z, inside the unit circle.
        public let pole: SIMD2<Double>
        /// The real and imaginary part of the coefficient c, in the unit of the kernel's taps.
        public let coefficient: SIMD2<Double>
    }

    /// The highest order of derivative that has exponents.
    public static let highestOrder = 8

    /// The kernel that is approximated.
    public let kernel: GaussianKernel1D
    /// The response at the centre.
    public let center: Double
    /// The oscillations, which apply for u > 0; for u < 0 they have the sign of `parity`.
    public let sections: [Section]
    /// The largest |h − taps| over all offsets, relative to the largest tap.
    public let largestError: Double
    /// Σ|h − taps| over all offsets: by how much filtering a function of magnitude one with h in place of the taps can differ, at most.
    public let totalError: Double

    /// 1 for even orders and −1 for odd ones: h(−u) = parity · h(u).
    public var parity: Double { kernel.order.isMultiple(of: 2) ? 1 : -1 }

    /// The exponents α + iβ, in units of 1/σ, by nonlinear least squares from the poles of the best rational approximations of the
    /// exponential function; `Tests/Fixtures/recursive/make.py` finds them.
    private static let exponentsUpToOrder4: [SIMD2<Double>] = [
        [2.287245763746311, 0.4356085212262028],
        [2.285091440806023, 1.31462241359422],
        [2.2767548296687274, 2.2209901875815015],
        [2.2540216973140588, 3.191502141223738],
        [2.2032306821255676, 4.320233332079156],
    ]
    private static let exponentsUpToOrder8: [SIMD2<Double>] = [
        [1.9674986073788665, 0.44194126202580397],
        [2.005942261674198, 1.3134328304700604],
        [2.0537557258158765, 2.1691182685525776],
        [2.08800222605545, 3.037098610456242],
        [2.098580669155665, 3.96377715153318],
        [2.0756359001241957, 5.045349255668734],
    ]

    /// The recursive filter for a kernel, or nil where its order is above `highestOrder` or its radius is below 10 taps, from order 5 on 12: then
    /// the taps are the cheaper way, and fewer than the unknowns of the fit.
    ///
    /// - Complexity: O(`kernel.sigma` + `kernel.radius`).
    public init?(_ kernel: GaussianKernel1D) {
        guard kernel.order <= Self.highestOrder else { return nil }
        let exponents = kernel.order <= 4 ? Self.exponentsUpToOrder4 : Self.exponentsUpToOrder8
        guard kernel.radius >= 2 * exponents.count else { return nil }
        // A recursion does not end at a radius: what it follows is the kernel as it would be without one.
        let endless = GaussianKernel1D(
            order: kernel.order, sigma: kernel.sigma, discretization: kernel.discretization,
            radius: max(kernel.radius, Int(((9 + Double(kernel.order) / 2) * kernel.sigma).rounded(.up))),
            gamma: kernel.gamma)
        let rates = exponents.map { Self.rate($0, of: kernel) }
        // Fails only where taps are not finite.
        guard let coefficients = try? Self.coefficients(of: rates, following: endless) else { return nil }
        self.kernel = kernel
        center = endless.taps[endless.radius]
        sections = zip(rates, coefficients).map { rate, coefficient in
            let magnitude = exp(-rate.x)
            return Section(
                pole: [magnitude * cos(rate.y), -magnitude * sin(rate.y)], coefficient: coefficient)
        }
        let right = kernel.taps[(kernel.radius + 1)...]
        let slowest = rates.reduce(.infinity) { min($0, $1.x) }
        let response = Self.response(of: sections, count: max(kernel.radius, Self.lifetime(ofRate: slowest)))
        var errors = response.enumerated().map { abs($1 - ($0 < right.count ? right[right.startIndex + $0] : 0)) }
        totalError = 2 * errors.reduce(0, +) + abs(center - kernel.taps[kernel.radius])
        errors.append(abs(center - kernel.taps[kernel.radius]))
        largestError = errors.reduce(0, max) / kernel.taps.reduce(0) { max($0, abs($1)) }
    }

    /// The rate α + iβ, in 1/samples, at which the oscillation of an exponent μ decays and turns.
    ///
    /// The exponents belong to an approximation of exp(−σ²ω²/2) with poles at ω = ±iμ/σ. The discrete analogue's transform has 2 sin(ω/2)
    /// for ω, so that its rates λ are those with 2 sinh(λ/2) = μ/σ.
    private static func rate(_ exponent: SIMD2<Double>, of kernel: GaussianKernel1D) -> SIMD2<Double> {
        let rate = exponent / kernel.sigma
        guard kernel.discretization == .discrete else { return rate }
        // asinh(p + iq) = a + ib with p = sinh a cos b and q = cosh a sin b.
        let (p, q) = (rate.x / 2, rate.y / 2)
        let b = asin(2 * q / (hypot(p, 1 + q) + hypot(p, 1 - q)))
        return [2 * asinh(p / cos(b)), 2 * b]
    }

    /// The samples after which an oscillation of this rate is below rounding, also times a power.
    private static func lifetime(ofRate rate: Double) -> Int { Int((60 / rate).rounded(.up)) }

    /// The coefficients a + ib of the oscillations Re (a + ib) e^{−λ(u−1)} whose sum is closest to the taps of `kernel` at u = 1, …, radius,
    /// among those with the continuous derivative's moments of degrees 0 to n.
    private static func coefficients(
        of rates: [SIMD2<Double>], following kernel: GaussianKernel1D
    ) throws(LeastSquaresError) -> [SIMD2<Double>] {
        let (n, sigma, radius) = (kernel.order, kernel.sigma, kernel.radius)
        let count = max(radius, lifetime(ofRate: rates.reduce(.infinity) { min($0, $1.x) }))
        let oscillations = rates.flatMap { rate -> [[Double]] in
            let decay = (0..<count).map { exp(-rate.x * Double($0)) }
            let phase = (0..<count).map { rate.y * Double($0) }
            return [zip(decay, phase).map { $0 * cos($1) }, zip(decay, phase).map { $0 * sin($1) }]
        }
        // The moments of the other parity vanish by symmetry; offsets are in units of σ.
        let degrees = Array(stride(from: n % 2, through: n, by: 2))
        let powers = degrees.map { p in (1...count).map { pow(Double($0) / sigma, Double(p)) } }
        let moments = oscillations.map { oscillation in
            powers.map { power in zip(power, oscillation).reduce(0) { $0 + $1.0 * $1.1 } }
        }
        // Half of what both sides have together; for p = 0 without the centre.
        var wanted = [Double](repeating: 0, count: degrees.count)
        if n.isMultiple(of: 2) { wanted[0] = -kernel.taps[radius] / 2 }
        let scale = GaussianDerivative(order: n, sigma: sigma).scaleNormalization(gamma: kernel.gamma)
        wanted[degrees.count - 1] += (1...max(n, 1)).reduce(scale / 2) { n == 0 ? $0 : -$0 * Double($1) / sigma }
        let unknowns = try Matrix(columns: oscillations.map { Array($0.prefix(radius)) }).leastSquaresSolution(
            for: Array(kernel.taps[(radius + 1)...]), where: Matrix(columns: moments), equals: wanted)
        return rates.indices.map { [unknowns[2 * $0], unknowns[2 * $0 + 1]] }
    }

    /// How the impulse response differs from the continuous kernel, before any scale normalisation. Sum and n-th moment are exact.
    ///
    /// - Complexity: O(`kernel.sigma`²).
    public var discretizationError: DiscretizationError {
        let continuous = GaussianDerivative(order: kernel.order, sigma: kernel.sigma)
        let scale = continuous.scaleNormalization(gamma: kernel.gamma)
        // The slowest pole has the largest magnitude.
        let slowest = sections.reduce(0) { max($0, ($1.pole * $1.pole).sum()) }.squareRoot()
        let radius = max(kernel.radius, Self.lifetime(ofRate: -log(slowest)))
        return DiscretizationError(
            of: impulseResponse(radius: radius).map { $0 / scale }, radius: radius, from: continuous)
    }

    /// The filter's impulse response at the offsets −`radius`, …, `radius`.
    ///
    /// - Complexity: O(`radius`).
    public func impulseResponse(radius: Int) -> [Double] {
        let right = Self.response(of: sections, count: radius)
        return right.reversed().map { parity * $0 } + [center] + right
    }

    /// Σ Re c z^{u−1} for u = 1, …, `count`.
    private static func response(of sections: [Section], count: Int) -> [Double] {
        var response = [Double](repeating: 0, count: count)
        for section in sections {
            var power = section.coefficient
            for offset in 0..<count {
                response[offset] += power.x
                power = [
                    power.x * section.pole.x - power.y * section.pole.y,
                    power.x * section.pole.y + power.y * section.pole.x,
                ]
            }
        }
        return response
    }
}

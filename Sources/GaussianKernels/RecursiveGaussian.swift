import Foundation
import LeastSquares

/// A derivative of the Gaussian as the impulse response of a recursive filter, whose cost does not depend on σ: a sum of damped
/// oscillations on either side of the centre,
///
///     h(u) ≈ Re Σ_k c_k z_k^{|u|−1} for u ≠ 0,    z_k = exp(−(α_k + iβ_k)/σ),
///
/// even or odd in u as the order is, and the tap itself at u = 0.
///
/// The exponents are universal: those with which sums of five oscillations come closest to the continuous derivatives of orders 0 to 4,
/// and of six to those of orders 5 to 8, in the sense of least squares on the half line. The coefficients are fitted to the very taps that
/// they replace, so that every discretisation of them is followed. On the continuous kernels the largest error is below 6·10⁻⁷ of
/// the largest value for orders up to 4 and below 6·10⁻⁷ for orders 5 to 8; `largestError` states it for these taps.
/// Idea: Deriche, "Recursively implementing the Gaussian and its derivatives", INRIA RR-1893, 1993.
public struct RecursiveGaussian: Sendable, Hashable {
    /// One damped oscillation: a pole of the filter and its coefficient.
    public struct Section: Sendable, Hashable {
        /// The pole z, inside the unit circle.
        public let pole: SIMD2<Double>
        /// The coefficient c.
        public let coefficient: SIMD2<Double>
    }

    /// The highest order of derivative that has exponents.
    public static let highestOrder = 8

    /// The kernel that is approximated.
    public let kernel: GaussianKernel1D
    /// The tap at the centre.
    public let center: Double
    /// The oscillations, which apply for u > 0; for u < 0 they have the sign of `parity`.
    public let sections: [Section]
    /// The largest |h − taps| over all offsets, relative to the largest tap.
    public let largestError: Double
    /// Σ|h − taps| over all offsets: by how much a filtered function of magnitude one can be off, at most.
    public let totalError: Double

    /// 1 for even orders and −1 for odd ones: h(−u) = parity · h(u).
    public var parity: Double { kernel.order.isMultiple(of: 2) ? 1 : -1 }

    /// The exponents (α, β), in units of 1/σ, by least squares over all of them; found offline from the best rational approximations
    /// of the exponential function (Carathéodory and Fejér's method, Trefethen, Weideman and Schmelzer 2006,
    /// doi:10.1007/s10543-006-0077-9), whose poles are the exponents for the Gaussian itself in the uniform norm.
    private static let exponentsUpToOrder4: [SIMD2<Double>] = [
        [2.2800164179333815, 0.437297103151005], [2.280011064164884, 1.3183188322728914],
        [2.2737615510504368, 2.224857328271561], [2.2522063959939784, 3.19481858577155],
        [2.2022066176273443, 4.322901112568685],
    ]
    private static let exponentsUpToOrder8: [SIMD2<Double>] = [
        [1.837078316881151, 0.483322277496217], [1.9294904886836841, 1.3833259123583288],
        [2.0107330522894866, 2.23313207351478], [2.0622862704605858, 3.0909719205016977],
        [2.066010173394088, 5.082357118116709], [2.082664180878136, 4.00861775337408],
    ]

    /// The recursive filter for a kernel, or nil where its order is above `highestOrder` or it has fewer taps on a side than the fit has
    /// unknowns, when its taps are the cheaper way anyhow.
    ///
    /// - Complexity: O(radius).
    public init?(_ kernel: GaussianKernel1D) {
        guard kernel.order <= Self.highestOrder else { return nil }
        let exponents = kernel.order <= 4 ? Self.exponentsUpToOrder4 : Self.exponentsUpToOrder8
        let tail = Array(kernel.taps[(kernel.radius + 1)...])
        guard tail.count >= 2 * exponents.count else { return nil }
        // Beyond the last tap the kernel counts as zero, so that the oscillations are held down there as well.
        let count = 2 * tail.count
        let columns = exponents.flatMap { exponent in
            let decay = (0..<count).map { exp(-exponent.x * Double($0) / kernel.sigma) }
            let phase = (0..<count).map { exponent.y * Double($0) / kernel.sigma }
            return [zip(decay, phase).map { $0 * cos($1) }, zip(decay, phase).map { $0 * sin($1) }]
        }
        let target = tail + Array(repeating: 0, count: count - tail.count)
        guard let factorization = try? TruncatedFactorization(Matrix(columns: columns), tolerance: 1e-14) else {
            return nil
        }
        let solution = factorization.solve(target)
        self.kernel = kernel
        center = kernel.taps[kernel.radius]
        sections = exponents.enumerated().map { index, exponent in
            let (magnitude, angle) = (exp(-exponent.x / kernel.sigma), exponent.y / kernel.sigma)
            // Re(c z^u) with z = |z| e^{−iβ/σ} and c = a + ib is |z|^u (a cos + b sin).
            return Section(
                pole: [magnitude * cos(angle), -magnitude * sin(angle)],
                coefficient: [solution.unknowns[2 * index], solution.unknowns[2 * index + 1]])
        }
        let largest = kernel.taps.reduce(0) { max($0, abs($1)) }
        largestError = solution.residual.reduce(0) { max($0, abs($1)) } / largest
        totalError = 2 * solution.residual.reduce(0) { $0 + abs($1) }
    }

    /// The filter's impulse response at the offsets −`radius`, …, `radius`.
    ///
    /// - Complexity: O(`radius`).
    public func impulseResponse(radius: Int) -> [Double] {
        var right = [Double](repeating: 0, count: radius)
        for section in sections {
            var power = section.coefficient
            for offset in 0..<radius {
                right[offset] += power.x
                power = [
                    power.x * section.pole.x - power.y * section.pole.y,
                    power.x * section.pole.y + power.y * section.pole.x,
                ]
            }
        }
        return right.reversed().map { parity * $0 } + [center] + right
    }
}

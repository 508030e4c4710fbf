import Foundation

/// How a derivative of the Gaussian, a function on the line, becomes numbers on a grid.
///
/// `Docs/Kernels.md` compares them by measurement. A fifth way, a recursion, is `RecursiveGaussian`.
public enum Discretization: String, CaseIterable, Sendable, Codable {
    /// The continuous kernel's values at the samples. What of it lies beyond the grid's limit is folded back, at σ = 0.5 it is 2.6 % of a
    /// Gaussian's energy and 84 % of a fourth derivative's; and the sums of even derivatives are not 0, which `GaussianKernel1D`
    /// corrects by adding lower derivatives.
    case sampled
    /// The continuous kernel integrated over each pixel, g⁽ⁿ⁻¹⁾(x + ½) − g⁽ⁿ⁻¹⁾(x − ½): what a sensor with square pixels would see. The sum
    /// is exact, and at σ above 1 the variance 1/12 larger. As σ falls to 0 the derivatives at the integers vanish.
    case integrated
    /// Lindeberg's discrete analogue of the Gaussian, T(k; s) = e^{−s} I_k(s), and its central differences: sum, variance and
    /// semigroup are exact at every σ. Its derivatives are smoother than the continuous ones, by a variance of n/12 for even
    /// and (n + 3)/12 for odd orders, in samples².
    case discrete
    /// The band-limited part of the continuous kernel: its transform (iω)ⁿ exp(−σ²ω²/2) cut off at the grid's limit, |ω| ≤ π. It is
    /// exact for band-limited functions, and rings where πⁿ exp(−σ²π²/2) is not small.
    case spectral

    /// The values of the derivatives of orders 0 to `order` at the `count` points `first`, `first` + 1, …, in units of the
    /// grid's spacing, before any normalisation. The points need not be integers: those of an even-sized kernel are not.
    ///
    /// The error is a few units of rounding relative to a kernel's largest value, for `integrated` σ times as large, at every σ from 10⁻³ to
    /// 10³ and order up to 30; for σ ≤ 2 on the integers, `discrete` is as accurate in its tails.
    /// - Parameters:
    ///   - order: The highest order of derivative, not negative.
    ///   - sigma: The Gaussian's standard deviation in samples, positive.
    ///   - first: The first point, in samples from the kernel's centre.
    ///   - count: The number of points, at least one.
    /// - Returns: `order` + 1 arrays of `count` values; the n-th holds ∂ⁿg in 1/samplesⁿ⁺¹.
    /// - Complexity: O(`order` · `count`) for `sampled` and `integrated`, and for `discrete` on the integers if σ ≤ 2 or `order` is 0.
    ///   Else O(`order` · `count` · q), and q² beyond q = 256, q about 40 + `order` + min(2, 6/σ) times the largest |x|: some 100 for a kernel a few σ long.
    public func derivatives(through order: Int, sigma: Double, first: Double, count: Int) -> [[Double]] {
        precondition(order >= 0 && count >= 1, "at least one function at one point is asked for")
        precondition(sigma > 0 && sigma.isFinite, "a Gaussian's standard deviation is positive and finite")
        switch self {
        case .sampled:
            return ContinuousDerivatives.sampled(through: order, sigma: sigma, first: first, count: count)
        case .integrated:
            return ContinuousDerivatives.integrated(through: order, sigma: sigma, first: first, count: count)
        case .spectral:
            return BandLimitedDerivatives.derivatives(
                through: order, sigma: sigma, first: first, count: count, by: .continuous)
        case .discrete:
            return DiscreteAnalogue.derivatives(through: order, sigma: sigma, first: first, count: count)
        }
    }

    /// Whether a kernel of this discretisation rings: whether it is cut off at the grid's limit while there is more than a thousandth left of its
    /// spectrum's largest value. Only `spectral` does, the Gaussian below σ = 1.18, its derivatives below somewhat more.
    ///
    /// The spectrum ωⁿ exp(−σ²ω²/2) is largest at ω = √n/σ, or at π where that lies beyond.
    ///
    /// - Parameters:
    ///   - order: The order n of the derivative, not negative.
    ///   - sigma: The standard deviation in samples, positive.
    public func rings(order: Int, sigma: Double) -> Bool {
        guard self == .spectral else { return false }
        func logarithm(_ omega: Double) -> Double {
            (order == 0 ? 0 : Double(order) * log(omega)) - sigma * sigma * omega * omega / 2
        }
        let largest = min(Double(order).squareRoot() / sigma, Double.pi)
        return logarithm(Double.pi) - logarithm(largest) > log(1e-3)
    }

    /// The derivatives, along the line, of the functions that `derivatives` samples: how fast each value changes as the points move to
    /// the right.
    ///
    /// For all discretisations but `discrete` that is the derivative of the next order; there it is the slope of the band-limited function
    /// through the values.
    /// - Returns: `order` + 1 arrays of `count` values.
    /// - Complexity: that of `derivatives` through the next order, between the integers.
    public func slopes(through order: Int, sigma: Double, first: Double, count: Int) -> [[Double]] {
        guard self == .discrete else {
            return Array(derivatives(through: order + 1, sigma: sigma, first: first, count: count).dropFirst())
        }
        precondition(order >= 0 && count >= 1, "at least one function at one point is asked for")
        precondition(sigma > 0 && sigma.isFinite, "a Gaussian's standard deviation is positive and finite")
        return DiscreteAnalogue.slopes(through: order, sigma: sigma, first: first, count: count)
    }
}

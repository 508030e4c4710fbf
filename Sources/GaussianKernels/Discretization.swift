import Foundation

/// How a derivative of the Gaussian, a function on the line, becomes numbers on a grid.
public enum Discretization: String, CaseIterable, Sendable, Codable {
    /// The continuous kernel's values at the samples. Aliased below σ ≈ 0.8, and with a DC error in even derivatives, which
    /// `GaussianKernel1D` removes by corrections that stay inside the jet.
    case sampled
    /// The continuous kernel integrated over each pixel, g⁽ⁿ⁻¹⁾(x + ½) − g⁽ⁿ⁻¹⁾(x − ½): what a sensor with square pixels would
    /// see. The sum is exact, and the variance 1/12 larger at large σ.
    case integrated
    /// Lindeberg's discrete analogue of the Gaussian, T(k; s) = e^{−s} I_k(s), and its central differences: sum, variance and
    /// semigroup are exact at every σ.
    case discrete
    /// The band-limited part of the continuous kernel: its transform (iω)ⁿ exp(−σ²ω²/2) cut off at the grid's limit, |ω| ≤ π. It is
    /// exact for band-limited functions, and rings where exp(−σ²π²/2) is not small.
    case spectral

    /// The values of the derivatives of orders 0 to `order` at the `count` points `first`, `first` + 1, …, in units of the
    /// grid's spacing, before any normalisation. The points need not be integers: those of an even-sized kernel are not.
    ///
    /// - Parameters:
    ///   - order: The highest order of derivative, not negative.
    ///   - sigma: The Gaussian's standard deviation in samples, positive.
    ///   - first: The first point, in samples from the kernel's centre.
    ///   - count: The number of points, at least one.
    /// - Returns: `order` + 1 arrays of `count` values; the n-th holds ∂ⁿg in 1/samplesⁿ⁺¹.
    /// - Complexity: O(`order` · `count`) for `sampled` and `integrated`, O(`order` · (`count` + `sigma`)) for `discrete`, and for
    ///   `spectral` O(`order` · `count`²), as for `discrete` between the integers.
    public func derivatives(through order: Int, sigma: Double, first: Double, count: Int) -> [[Double]] {
        precondition(order >= 0 && count >= 1, "at least one function at one point is asked for")
        precondition(sigma > 0 && sigma.isFinite, "a Gaussian's standard deviation is positive and finite")
        switch self {
        case .sampled:
            return ContinuousDerivatives.sampled(through: order, sigma: sigma, first: first, count: count)
        case .integrated:
            return ContinuousDerivatives.integrated(through: order, sigma: sigma, first: first, count: count)
        case .spectral:
            return BandLimitedDerivatives.derivatives(through: order, sigma: sigma, first: first, count: count)
        case .discrete:
            return DiscreteAnalogue.derivatives(through: order, sigma: sigma, first: first, count: count)
        }
    }

    /// The derivatives, along the line, of the functions that `derivatives` samples: how fast each value changes as the points move to
    /// the right.
    ///
    /// For all discretisations but `discrete` that is the derivative of the next order; there it is the slope of the band-limited function
    /// through the values.
    /// - Returns: `order` + 1 arrays of `count` values.
    /// - Complexity: that of `derivatives` through the next order.
    public func slopes(through order: Int, sigma: Double, first: Double, count: Int) -> [[Double]] {
        guard self == .discrete else {
            return Array(derivatives(through: order + 1, sigma: sigma, first: first, count: count).dropFirst())
        }
        return DiscreteAnalogue.slopes(through: order, sigma: sigma, first: first, count: count)
    }
}

import Foundation

/// How a derivative of the Gaussian, a function on the line, becomes numbers on a grid.
public enum Discretization: String, CaseIterable, Sendable, Codable {
    /// The continuous kernel's values at the samples. Aliased below σ ≈ 0.8, and with a DC error in even derivatives, which
    /// `GaussianKernel1D` removes by corrections that stay inside the jet.
    case sampled
    /// Lindeberg's discrete analogue of the Gaussian, T(k; s) = e^{−s} I_k(s), and its central differences: sum, variance and
    /// semigroup are exact at every σ.
    case discrete

    /// The values of the derivatives of orders 0 to `order` at the `count` points `first`, `first` + 1, …, in units of the
    /// grid's spacing, before any normalisation. The points need not be integers: those of an even-sized kernel are not.
    ///
    /// - Parameters:
    ///   - order: The highest order of derivative, not negative.
    ///   - sigma: The Gaussian's standard deviation in samples, positive.
    ///   - first: The first point, in samples from the kernel's centre.
    ///   - count: The number of points, at least one.
    /// - Returns: `order` + 1 arrays of `count` values; the n-th holds ∂ⁿg in 1/samplesⁿ⁺¹.
    /// - Complexity: O(`order` · `count`) for `sampled`, O(`order` · (`count` + `sigma`)) for `discrete`.
    public func derivatives(through order: Int, sigma: Double, first: Double, count: Int) -> [[Double]] {
        precondition(order >= 0 && count >= 1, "at least one function at one point is asked for")
        precondition(sigma > 0 && sigma.isFinite, "a Gaussian's standard deviation is positive and finite")
        switch self {
        case .sampled:
            return sampledDerivatives(through: order, sigma: sigma, first: first, count: count)
        case .discrete:
            return DiscreteAnalogue.derivatives(through: order, sigma: sigma, first: first, count: count)
        }
    }

    private func sampledDerivatives(through order: Int, sigma: Double, first: Double, count: Int) -> [[Double]] {
        var derivatives = [[Double]](repeating: [Double](repeating: 0, count: count), count: order + 1)
        let scale = 1 / ((2 * Double.pi).squareRoot() * sigma)
        for index in 0..<count {
            let t = (first + Double(index)) / sigma
            var (previous, current) = (0.0, scale * exp(-t * t / 2))
            // The recurrence of Heₙ with the factor (−1/σ)ⁿ taken along: g⁽ⁿ⁺¹⁾ = −(t g⁽ⁿ⁾ + (n/σ) g⁽ⁿ⁻¹⁾)/σ.
            for n in 0...order {
                derivatives[n][index] = current
                (previous, current) = (current, -(t * current + Double(n) / sigma * previous) / sigma)
            }
        }
        return derivatives
    }
}

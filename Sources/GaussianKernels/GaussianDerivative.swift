import Foundation

/// The n-th derivative of the Gaussian of one variable, as a continuous function:
///
///     g⁽ⁿ⁾(x; σ) = (−1/σ)ⁿ Heₙ(x/σ) g(x; σ),    g(x; σ) = exp(−x²/2σ²) / (√(2π) σ).
///
/// Lengths are in the unit of `sigma`; the values have the unit 1/lengthⁿ⁺¹. Convolution of a function with this kernel is the
/// n-th derivative of the function smoothed by g: f * g⁽ⁿ⁾ = ∂ⁿ(f * g).
/// Source: Lindeberg, *Scale-Space Theory in Computer Vision*, Kluwer 1994, doi:10.1007/978-1-4757-6465-9.
public struct GaussianDerivative: Sendable, Hashable {
    /// The order n ≥ 0 of the derivative.
    public let order: Int
    /// The standard deviation σ > 0 of the Gaussian.
    public let sigma: Double

    /// The derivative of the given order of the Gaussian with standard deviation `sigma`.
    public init(order: Int, sigma: Double) {
        precondition(order >= 0, "the order of a derivative is not negative")
        precondition(sigma > 0 && sigma.isFinite, "a Gaussian's standard deviation is positive and finite")
        self.order = order
        self.sigma = sigma
    }

    /// The value g⁽ⁿ⁾(x; σ), with an error of a few units of rounding relative to the function's largest value; 0 beyond about 38 σ,
    /// where the Gaussian is below the least number.
    ///
    /// - Complexity: O(`order`).
    public func value(at x: Double) -> Double {
        let t = x / sigma
        let gaussian = exp(-t * t / 2) / ((2 * Double.pi).squareRoot() * sigma)
        // Out there the polynomial may be infinite.
        guard gaussian > 0 else { return 0 }
        let polynomial = HermitePolynomials.value(degree: order, at: t)
        // A zero stays one where the power of σ is infinite.
        return polynomial == 0 ? 0 : pow(-1 / sigma, Double(order)) * polynomial * gaussian
    }

    /// The Fourier transform ∫ g⁽ⁿ⁾(x) e^{−iωx} dx = (iω)ⁿ exp(−σ²ω²/2), at ω in radians per unit of length; in 1/lengthⁿ.
    public func fourierTransform(at omega: Double) -> (real: Double, imaginary: Double) {
        let smoothing = exp(-sigma * sigma * omega * omega / 2)
        let magnitude = smoothing > 0 ? pow(omega, Double(order)) * smoothing : 0
        switch order % 4 {
        case 0: return (magnitude, 0)
        case 1: return (0, magnitude)
        case 2: return (-magnitude, 0)
        default: return (0, -magnitude)
        }
    }

    /// The factor σ^{γn}, in length^{γn}, that turns this derivative into the γ-normalised one, ∂_ξⁿ = σ^{γn} ∂ₓⁿ, whose response at γ = 1 does
    /// not depend on the unit of length.
    ///
    /// Source: Lindeberg, "Feature detection with automatic scale selection", IJCV 30(2), 1998, doi:10.1023/A:1008045108935.
    public func scaleNormalization(gamma: Double) -> Double {
        pow(sigma, gamma * Double(order))
    }
}

import Foundation

/// How far a derivative of the Gaussian reaches, by two definitions, and how large it is.
///
/// All integrals are exact up to rounding, for orders up to 200: between its zeros the function keeps its sign, and there x^m g⁽ⁿ⁾ has a closed
/// antiderivative.
extension GaussianDerivative {
    /// The L1 norm ∫|g⁽ⁿ⁾|, in 1/lengthⁿ.
    ///
    /// Source: Lindeberg 1998 (doi:10.1023/A:1008045108935), whose γ-normalised norms at γ = 1 are these times σⁿ.
    /// - Complexity: O(`order`³), from the zeros of Heₙ.
    public var l1Norm: Double {
        unit.absoluteMoments().zeroth / pow(sigma, Double(order))
    }

    /// The spread of |g⁽ⁿ⁾| as a density in units of σ: √V/σ, V its variance. It is 1 for the Gaussian and √2 for its first
    /// derivative; it is not monotone in the order, and does not depend on σ.
    ///
    /// - Complexity: O(`order`³).
    public var effectiveRadius: Double {
        let moments = unit.absoluteMoments()
        return (moments.second / moments.zeroth).squareRoot()
    }

    /// The spread of (g⁽ⁿ⁾)² as a density in units of σ: √((4n − 1)/(4n − 2)), and √½ for the Gaussian itself.
    ///
    /// By Parseval and integration by parts, ∫x²(g⁽ⁿ⁾)² / ∫(g⁽ⁿ⁾)² = σ²(4n − 1)/(4n − 2), also at n = 0.
    public var energyRadius: Double {
        (Double(4 * order - 1) / Double(4 * order - 2)).squareRoot()
    }

    private var unit: GaussianDerivative { GaussianDerivative(order: order, sigma: 1) }

    /// ∫|g⁽ⁿ⁾| and ∫x²|g⁽ⁿ⁾| at σ = 1, as sums over the intervals on which g⁽ⁿ⁾ keeps its sign.
    private func absoluteMoments() -> (zeroth: Double, second: Double) {
        let limits = [-Double.infinity] + HermitePolynomials.zeros(degree: order) + [Double.infinity]
        var (zeroth, second) = (0.0, 0.0)
        for (low, high) in zip(limits, limits.dropFirst()) {
            zeroth += abs(integral(1, to: high) - integral(1, to: low))
            second += abs(secondMoment(to: high) - secondMoment(to: low))
        }
        return (zeroth, second)
    }

    /// The m-fold repeated integral of g⁽ⁿ⁾ at σ = 1, which is g⁽ⁿ⁻ᵐ⁾: for n − m = −1 the distribution function Φ.
    private func integral(_ m: Int, to x: Double) -> Double {
        let distribution = erfc(-x / 2.0.squareRoot()) / 2
        switch order - m {
        case 0...:
            return GaussianDerivative(order: order - m, sigma: 1).value(at: x)
        case -1: return distribution
        default: preconditionFailure("integrals beyond the distribution function are not needed")
        }
    }

    /// An antiderivative of x² g⁽ⁿ⁾ at σ = 1: by parts x² g⁽ⁿ⁻¹⁾ − 2x g⁽ⁿ⁻²⁾ + 2 g⁽ⁿ⁻³⁾, where for n ≤ 1 the identities
    /// x g = −g′ and x² g = g″ + g stand in for the integrals that would leave the family.
    private func secondMoment(to x: Double) -> Double {
        switch order {
        case 0:
            return x.isInfinite ? integral(1, to: x) : integral(1, to: x) - x * value(at: x)
        case 1:
            return x.isInfinite ? 0 : (x * x + 2) * integral(1, to: x)
        default:
            let last = 2 * integral(3, to: x)
            return x.isInfinite ? last : x * x * integral(1, to: x) - 2 * x * integral(2, to: x) + last
        }
    }
}

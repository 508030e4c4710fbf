import Foundation

extension GaussianJet {
    /// The n-th derivative along a direction as a combination of the n + 1 partial derivatives of that order:
    ///
    ///     (cos θ ∂x + sin θ ∂y)ⁿ = Σ_i C(n, i) cosⁱθ sinⁿ⁻ⁱθ ∂xⁱ ∂yⁿ⁻ⁱ.
    ///
    /// So n + 1 convolutions give the derivative in every direction: exactly for the continuous Gaussian, and for taps as far as theirs are
    /// derivatives of one isotropic kernel. Source: Freeman and Adelson, "The design and use of steerable
    /// filters", IEEE PAMI 13(9), 1991, doi:10.1109/34.93808.
    /// - Parameters:
    ///   - n: The order, not negative.
    ///   - angle: The direction θ in radians, from the x axis towards the y axis, which points down.
    /// - Returns: The derivatives and their factors, in the order of the jet's terms.
    /// - Complexity: O(n).
    public static func directionalDerivative(order n: Int, angle: Double) -> [(term: JetTerm, factor: Double)] {
        precondition(n >= 0, "the order of a derivative is not negative")
        var binomial = 1.0
        return stride(from: n, through: 0, by: -1).map { i in
            let factor = binomial * pow(cos(angle), Double(i)) * pow(sin(angle), Double(n - i))
            binomial = binomial * Double(i) / Double(n - i + 1)
            return (JetTerm(dx: i, dy: n - i), factor)
        }
    }
}

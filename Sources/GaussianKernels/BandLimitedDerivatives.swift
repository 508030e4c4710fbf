import Foundation

/// Derivatives of the Gaussian that are given by their Fourier transform on the grid's frequencies:
///
///     (1/π) ∫₀^π dₙ(ω) exp(−σ²h²/2) cos(ωx + nπ/2) dω,
///
/// with h(ω) what stands for the frequency, dₙ = hⁿ for even n and hⁿ⁻¹ times what a central difference makes of a wave for odd n.
/// Convolution of samples with these values multiplies their spectrum by iⁿ dₙ exp(−σ²h²/2), exactly.
///
/// Each value is known to a few units of rounding relative to the largest; far in the tails that is no digit at all.
enum BandLimitedDerivatives {
    /// What a derivative is on the grid.
    enum Differentiation {
        /// The derivative itself: h = ω and dₙ = ωⁿ. Above σ ≈ 3 the values agree with the continuous kernel's samples to double
        /// precision; below they decay as slowly as a sinc.
        case continuous
        /// Differences: h = 2 sin(ω/2), so that −h² is the second difference, and sin ω = h cos(ω/2) for the central one.
        case differences
    }

    /// The values at `first`, `first` + 1, … for n = 0, …, `order`; with `slopes` those of their derivatives by x.
    ///
    /// - Complexity: O(`order` · `count` · nodes + nodes²), the number of nodes at most 40 + `order` + 2 times the largest |x|, and
    ///   independent of σ where that is as many σ as a kernel is long.
    static func derivatives(
        through order: Int, sigma: Double, first: Double, count: Int, by differentiation: Differentiation,
        slopes: Bool = false
    ) -> [[Double]] {
        // Beyond √n + 9 in units of 1/σ the integrand is below rounding, relative to its largest value at √n.
        let highest = (Double(order).squareRoot() + 9) / sigma
        let limit: Double =
            switch differentiation {
            case .continuous: min(Double.pi, highest)
            case .differences: 2 * asin(min(1, highest / 2))
            }
        let reach = max(abs(first), abs(first + Double(count - 1)))
        // Gauss' rule converges once it has more than two nodes for each period of the cosine.
        let rule = GaussLegendre(count: 40 + order + Int(0.6 * limit * reach))
        var derivatives = [[Double]](repeating: [Double](repeating: 0, count: count), count: order + 1)
        for (node, weight) in zip(rule.nodes, rule.weights) {
            let omega = limit * (node + 1) / 2
            let (h, central) =
                switch differentiation {
                case .continuous: (omega, 1.0)
                case .differences: (2 * sin(omega / 2), cos(omega / 2))
                }
            let factor = weight * limit / 2 / Double.pi * exp(-sigma * sigma * h * h / 2)
            for index in 0..<count {
                let phase = omega * (first + Double(index))
                var (even, odd) = (factor * cos(phase), -factor * sin(phase))
                if slopes { (even, odd) = (omega * odd, -omega * even) }
                for n in 0...order {
                    derivatives[n][index] += n.isMultiple(of: 2) ? even : central * even
                    // A quarter turn and a power of h for each order.
                    (even, odd) = (h * odd, -h * even)
                }
            }
        }
        return derivatives
    }
}

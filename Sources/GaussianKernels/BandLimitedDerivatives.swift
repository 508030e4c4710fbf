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
    /// - Complexity: O(`order` · `count` · nodes), and nodes² beyond 256 of them. There are at most 40 + `order` + 2 times the largest |x|,
    ///   rounded up to a multiple of 32; some 100, whatever σ, where the points reach a few σ.
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
        let rule = GaussLegendre.rule(ofAtLeast: 40 + order + Int(0.6 * limit * reach))
        // The values of one point after those of another.
        var values = [Double](repeating: 0, count: count * (order + 1))
        for (node, weight) in zip(rule.nodes, rule.weights) {
            let omega = limit * (node + 1) / 2
            let (h, central) =
                switch differentiation {
                case .continuous: (omega, 1.0)
                case .differences: (2 * sin(omega / 2), cos(omega / 2))
                }
            let factor = weight * limit / 2 / Double.pi * exp(-sigma * sigma * h * h / 2)
            let (turnCosine, turnSine) = (cos(omega), sin(omega))
            var (cosine, sine) = (0.0, 0.0)
            var place = 0
            for index in 0..<count {
                // A turn from the point before; a few of them keep the rounding of the angle, and cost a tenth.
                if index.isMultiple(of: 8) {
                    let phase = omega * (first + Double(index))
                    (cosine, sine) = (factor * cos(phase), factor * sin(phase))
                } else {
                    (cosine, sine) = (
                        cosine * turnCosine - sine * turnSine, sine * turnCosine + cosine * turnSine
                    )
                }
                var (even, odd) = slopes ? (-omega * sine, -omega * cosine) : (cosine, -sine)
                for n in 0...order {
                    values[place + n] += n.isMultiple(of: 2) ? even : central * even
                    // A quarter turn and a power of h for each order.
                    (even, odd) = (h * odd, -h * even)
                }
                place += order + 1
            }
        }
        return (0...order).map { n in (0..<count).map { values[$0 * (order + 1) + n] } }
    }
}

import Foundation

/// The band-limited parts of the Gaussian's derivatives,
///
///     (1/π) ∫₀^π ωⁿ exp(−σ²ω²/2) cos(ωx + nπ/2) dω.
///
/// Convolution of samples with these values multiplies their spectrum by (iω)ⁿ exp(−σ²ω²/2), exactly. Above σ ≈ 3 they agree with the
/// continuous kernel's samples to double precision; below they decay as slowly as a sinc.
enum BandLimitedDerivatives {
    /// The values at `first`, `first` + 1, … for n = 0, …, `order`.
    static func derivatives(through order: Int, sigma: Double, first: Double, count: Int) -> [[Double]] {
        // Beyond √n + 9 in units of 1/σ the integrand is below rounding, relative to its largest value at √n.
        let limit = min(Double.pi, (Double(order).squareRoot() + 9) / sigma)
        let reach = max(abs(first), abs(first + Double(count - 1)))
        // Gauss' rule converges once it has more than two nodes for each period of the cosine.
        let rule = GaussLegendre(count: 40 + order + Int(0.6 * limit * reach))
        var derivatives = [[Double]](repeating: [Double](repeating: 0, count: count), count: order + 1)
        for (node, weight) in zip(rule.nodes, rule.weights) {
            let omega = limit * (node + 1) / 2
            let factor = weight * limit / 2 / Double.pi * exp(-sigma * sigma * omega * omega / 2)
            for index in 0..<count {
                let phase = omega * (first + Double(index))
                var (even, odd) = (factor * cos(phase), -factor * sin(phase))
                for n in 0...order {
                    derivatives[n][index] += even
                    // A quarter turn and a power of ω for each order.
                    (even, odd) = (omega * odd, -omega * even)
                }
            }
        }
        return derivatives
    }
}

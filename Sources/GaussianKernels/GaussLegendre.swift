import Foundation

/// Gauss' quadrature rule on [−1, 1]: exact for polynomials of degree 2·count − 1.
///
/// The nodes are the zeros of the Legendre polynomial, found by Newton's method from their asymptotic places.
/// Source: NIST Digital Library of Mathematical Functions, 3.5(v).
struct GaussLegendre {
    let nodes: [Double]
    let weights: [Double]

    init(count: Int) {
        var nodes: [Double] = []
        var weights: [Double] = []
        for k in 0..<count {
            var x = cos(Double.pi * (Double(k) + 0.75) / (Double(count) + 0.5))
            var derivative = 1.0
            // Newton's method squares the error, about 1/count² at first, so five steps end below rounding.
            for _ in 0..<5 {
                var (previous, current) = (1.0, x)
                for n in 1..<max(count, 1) {
                    (previous, current) = (
                        current, (Double(2 * n + 1) * x * current - Double(n) * previous) / Double(n + 1)
                    )
                }
                derivative = Double(count) * (x * current - previous) / (x * x - 1)
                x -= current / derivative
            }
            nodes.append(x)
            weights.append(2 / ((1 - x * x) * derivative * derivative))
        }
        self.nodes = nodes
        self.weights = weights
    }
}

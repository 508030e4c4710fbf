import Foundation

/// The continuous derivatives of the Gaussian at the points of a grid, and their integrals over its pixels.
enum ContinuousDerivatives {
    /// The values g⁽ⁿ⁾ at `first`, `first` + 1, …, for n = 0, …, `order`.
    static func sampled(through order: Int, sigma: Double, first: Double, count: Int) -> [[Double]] {
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

    /// The integrals of g⁽ⁿ⁾ from x − ½ to x + ½ at x = `first`, `first` + 1, …: for n = 0 a difference of the distribution function,
    /// above of g⁽ⁿ⁻¹⁾.
    static func integrated(through order: Int, sigma: Double, first: Double, count: Int) -> [[Double]] {
        let smooth = (0..<count).map { index -> Double in
            // The distribution function of −|x|, which is small and exact, in place of that of |x|, which is close to 1.
            let x = -abs(first + Double(index))
            let scale = 1 / (2.0.squareRoot() * sigma)
            if x > -0.5 { return (erf((x + 0.5) * scale) - erf((x - 0.5) * scale)) / 2 }
            return (erfc(-(x + 0.5) * scale) - erfc(-(x - 0.5) * scale)) / 2
        }
        guard order > 0 else { return [smooth] }
        let edges = sampled(through: order - 1, sigma: sigma, first: first - 0.5, count: count + 1)
        return [smooth] + edges.map { edge in zip(edge.dropFirst(), edge).map { $0 - $1 } }
    }
}

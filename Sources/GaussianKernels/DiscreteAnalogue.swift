import Foundation

/// The discrete analogue of the Gaussian, T(k; s) = e^{−s} I_k(s) with s = σ², and its central differences.
///
/// On the integers its sum is 1 and its variance σ², exactly, and T(·; s₁) * T(·; s₂) = T(·; s₁ + s₂): it is the only symmetric
/// kernel whose family has this semigroup property and creates no new extrema. Between the integers (the taps of a kernel of even
/// size lie there) it is continued by its band-limited interpolation,
///
///     T(x; s) = (1/π) ∫₀^π exp(s(cos θ − 1)) cos(xθ) dθ,
///
/// which decays only as fast as a sinc where e^{−2s} is not small.
/// Source: Lindeberg, "Scale-space for discrete signals", IEEE PAMI 12(3), 1990, doi:10.1109/34.49051.
enum DiscreteAnalogue {
    /// The values at `first`, `first` + 1, … of T and its differences of orders 0 to `order`: for even n the second difference
    /// f(x+1) − 2f(x) + f(x−1) applied n/2 times, for odd n the central difference (f(x+1) − f(x−1))/2 on top.
    ///
    /// - Returns: `order` + 1 arrays of `count` values.
    static func derivatives(through order: Int, sigma: Double, first: Double, count: Int) -> [[Double]] {
        differences(through: order, count: count) { margin in
            values(variance: sigma * sigma, first: first - Double(margin), count: count + 2 * margin)
        }
    }

    /// The slopes of the band-limited functions through the values that `derivatives` returns.
    static func slopes(through order: Int, sigma: Double, first: Double, count: Int) -> [[Double]] {
        differences(through: order, count: count) { margin in
            integrals(
                variance: sigma * sigma, first: first - Double(margin), count: count + 2 * margin,
                of: { theta, x in -theta * sin(x * theta) })
        }
    }

    /// The differences of orders 0 to `order` of a function that is given with a margin on either side.
    private static func differences(
        through order: Int, count: Int, of function: (_ margin: Int) -> [Double]
    ) -> [[Double]] {
        var smooth = function((order + 1) / 2)
        var derivatives: [[Double]] = []
        for n in 0...order {
            if n > 0, n.isMultiple(of: 2) { smooth = secondDifference(smooth) }
            let derivative = n.isMultiple(of: 2) ? smooth : centralDifference(smooth)
            let surplus = (derivative.count - count) / 2
            derivatives.append(Array(derivative[surplus..<(surplus + count)]))
        }
        return derivatives
    }

    private static func values(variance s: Double, first: Double, count: Int) -> [Double] {
        if first == first.rounded() {
            let last = first + Double(count - 1)
            let table = BesselFunctions.scaledI(through: Int(max(abs(first), abs(last))), at: s)
            return (0..<count).map { table[Int(abs(first + Double($0)))] }
        }
        return integrals(variance: s, first: first, count: count, of: { theta, x in cos(x * theta) })
    }

    /// (1/π) ∫₀^π exp(s(cos θ − 1)) wave(θ, x) dθ at x = `first`, `first` + 1, …
    ///
    /// Between the integers the integrand still is analytic, so Gauss' rule converges once it resolves the wave and the peak.
    private static func integrals(
        variance s: Double, first: Double, count: Int, of wave: (_ theta: Double, _ x: Double) -> Double
    ) -> [Double] {
        let reach = max(abs(first), abs(first + Double(count)))
        let rule = GaussLegendre(count: 40 + Int(1.2 * reach) + Int(4 * s.squareRoot()))
        let angles = rule.nodes.map { Double.pi * ($0 + 1) / 2 }
        let factors = zip(angles, rule.weights).map { angle, weight in weight / 2 * exp(s * (cos(angle) - 1)) }
        return (0..<count).map { index in
            let x = first + Double(index)
            var sum = 0.0
            for (angle, factor) in zip(angles, factors) { sum += factor * wave(angle, x) }
            return sum
        }
    }

    private static func secondDifference(_ f: [Double]) -> [Double] {
        (1..<(f.count - 1)).map { index -> Double in f[index + 1] - 2 * f[index] + f[index - 1] }
    }

    private static func centralDifference(_ f: [Double]) -> [Double] {
        (1..<(f.count - 1)).map { index -> Double in (f[index + 1] - f[index - 1]) / 2 }
    }
}

import Foundation

/// The discrete analogue of the Gaussian, T(k; s) = e^{−s} I_k(s) with s = σ², and its central differences.
///
/// On the integers its sum is 1 and its variance σ², exactly, and T(·; s₁) * T(·; s₂) = T(·; s₁ + s₂): it is the only symmetric
/// kernel whose family has this semigroup property and creates no new extrema. Between the integers (the taps of a kernel of even
/// size lie there) it is continued by its band-limited interpolation,
///
///     T(x; s) = (1/π) ∫₀^π exp(s(cos ω − 1)) cos(ωx) dω,
///
/// which decays only as fast as a sinc where e^{−2s} is not small.
/// Source: Lindeberg, "Scale-space for discrete signals", IEEE PAMI 12(3), 1990, doi:10.1109/34.49051.
enum DiscreteAnalogue {
    /// The largest σ at which differences of values are taken. They have small relative errors in the tails, but lose a factor of
    /// about (2σ)ⁿ/(n − 1)!! of accuracy where the kernel is large: at σ = 2 that is 400 at most, for n = 14; at σ = 50 and n = 8 it
    /// would be 3 · 10¹³. Beyond, the differences are taken as factors in the integral, with an error relative to the largest value.
    private static let largestDifferenced = 2.0

    /// The values at `first`, `first` + 1, … of T and its differences of orders 0 to `order`: for even n the second difference
    /// f(x+1) − 2f(x) + f(x−1) applied n/2 times, for odd n the central difference (f(x+1) − f(x−1))/2 on top.
    ///
    /// - Returns: `order` + 1 arrays of `count` values.
    static func derivatives(through order: Int, sigma: Double, first: Double, count: Int) -> [[Double]] {
        let isOnIntegers = first == first.rounded()
        if isOnIntegers, order == 0 || sigma <= largestDifferenced {
            return differences(through: order, sigma: sigma, first: Int(first), count: count)
        }
        var derivatives = BandLimitedDerivatives.derivatives(
            through: order, sigma: sigma, first: first, count: count, by: .differences)
        if isOnIntegers { derivatives[0] = values(sigma: sigma, first: Int(first), count: count) }
        return derivatives
    }

    /// The slopes of the band-limited functions through the values that `derivatives` returns.
    static func slopes(through order: Int, sigma: Double, first: Double, count: Int) -> [[Double]] {
        BandLimitedDerivatives.derivatives(
            through: order, sigma: sigma, first: first, count: count, by: .differences, slopes: true)
    }

    private static func values(sigma: Double, first: Int, count: Int) -> [Double] {
        let table = BesselFunctions.scaledI(through: max(abs(first), abs(first + count - 1)), at: sigma * sigma)
        return (0..<count).map { table[abs(first + $0)] }
    }

    private static func differences(through order: Int, sigma: Double, first: Int, count: Int) -> [[Double]] {
        let margin = (order + 1) / 2
        var smooth = values(sigma: sigma, first: first - margin, count: count + 2 * margin)
        return (0...order).map { n in
            if n > 0, n.isMultiple(of: 2) { smooth = secondDifference(smooth) }
            let derivative = n.isMultiple(of: 2) ? smooth : centralDifference(smooth)
            let surplus = (derivative.count - count) / 2
            return Array(derivative[surplus..<(surplus + count)])
        }
    }

    private static func secondDifference(_ f: [Double]) -> [Double] {
        (1..<(f.count - 1)).map { index -> Double in f[index + 1] - 2 * f[index] + f[index - 1] }
    }

    private static func centralDifference(_ f: [Double]) -> [Double] {
        (1..<(f.count - 1)).map { index -> Double in (f[index + 1] - f[index - 1]) / 2 }
    }
}

import Foundation

/// Corrections that make a sampled derivative of the Gaussian differentiate polynomials exactly.
enum MomentNormalization {
    /// The kernel d = Σ_{m ≤ n} c_m g⁽ᵐ⁾ at the integers −radius, …, radius whose moments up to the n-th are those of the continuous
    /// derivative: Σ xᵖ d = 0 for p < n and (−1)ⁿ n! for p = n. Convolution with it takes xⁿ to n! and polynomials of lower degree to 0.
    ///
    /// Only lower derivatives are added, so the span of the kernels of orders 0…n is that of the raw samples, and in two
    /// dimensions products of these kernels stay inside the jet.
    /// - Complexity: O(n³ · radius).
    static func kernel(order: Int, sigma: Double, radius: Int) -> [Double] {
        precondition(2 * radius >= order, "2·radius + 1 taps carry derivatives up to the order 2·radius")
        // Where the tap beyond the smallest stencil, of radius r, is below rounding relative to that stencil's last, the kernel has
        // reached its limit for small σ, the central difference. Going further would only underflow.
        let r = Double((order + 1) / 2)
        let sigma = order == 0 ? sigma : max(sigma, ((2 * r + 1) / 78).squareRoot())
        let raw = Discretization.sampled.derivatives(
            through: order, sigma: sigma, first: -Double(radius), count: 2 * radius + 1)
        let powers = (0...order).map { p in (-radius...radius).map { pow(Double($0) / sigma, Double(p)) } }
        var family: [[Double]] = []
        var target = 1.0
        for n in 0...order {
            if n > 0 { target *= -Double(n) / sigma }
            var kernel = raw[n]
            // Kernel p has no moments below p, so clearing moments in ascending order leaves the cleared ones clear. At small σ
            // what remains may be many orders of magnitude smaller than the raw samples; clearing again removes their rounding.
            for _ in 0..<4 {
                for p in 0..<n {
                    let ratio = dot(powers[p], kernel) / dot(powers[p], family[p])
                    for index in kernel.indices { kernel[index] -= ratio * family[p][index] }
                }
            }
            let scale = target / dot(powers[n], kernel)
            family.append(kernel.map { scale * $0 })
        }
        return family[order]
    }

    private static func dot(_ a: [Double], _ b: [Double]) -> Double {
        var sum = 0.0
        for index in a.indices { sum += a[index] * b[index] }
        return sum
    }
}

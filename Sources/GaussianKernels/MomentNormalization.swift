import Foundation

/// Corrections that make a sampled derivative of the Gaussian differentiate polynomials exactly.
enum MomentNormalization {
    /// The kernel d = Σ_{m ≤ n} c_m g⁽ᵐ⁾ at the integers −radius, …, radius whose moments up to the n-th are those of the continuous
    /// derivative: Σ xᵖ d = 0 for p < n and (−1)ⁿ n! for p = n. Convolution with it takes xⁿ to n! and polynomials of lower degree to 0.
    ///
    /// Only lower derivatives are added, so the span of the kernels of orders 0…n is that of the raw samples, and in two
    /// dimensions products of these kernels stay inside the jet. Such a kernel is a polynomial of degree n times the sampled Gaussian:
    /// the n-th of the polynomials that are orthogonal with it as their weight, and x times its predecessor up to lower ones.
    /// - Complexity: O(n² · radius).
    static func kernel(order: Int, sigma: Double, radius: Int) -> [Double] {
        precondition(2 * radius >= order, "2·radius + 1 taps carry derivatives up to the order 2·radius")
        // Where the tap beyond the smallest stencil, of radius r, is below rounding relative to that stencil's last, the kernel has
        // reached its limit for small σ, the central difference. Going further would only underflow.
        let r = Double((order + 1) / 2)
        let sigma = order == 0 ? sigma : max(sigma, ((2 * r + 1) / 78).squareRoot())
        let powers = (0...order).map { p in (-radius...radius).map { pow(Double($0) / sigma, Double(p)) } }
        var family: [[Double]] = []
        var target = 1.0
        for n in 0...order {
            var kernel = (0...(2 * radius)).map { index -> Double in
                n == 0 ? exp(-pow(Double(index - radius) / sigma, 2) / 2) : powers[1][index] * family[n - 1][index]
            }
            if n > 0 { target *= -Double(n) / sigma }
            // Kernel p has no moments below p, so clearing moments in ascending order leaves the cleared ones clear. At small σ what
            // remains at the inner taps may be 10⁻¹⁷ of what was there; clearing again removes the rounding of that.
            for _ in 0..<3 {
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

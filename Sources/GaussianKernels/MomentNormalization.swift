import Foundation

/// Corrections that make a family of sampled derivatives differentiate polynomials exactly.
enum MomentNormalization {
    /// From raw samples of g, g′, …, g⁽ᴺ⁾ at `positions`, kernels dₙ = Σ_{m ≤ n} cₙₘ g⁽ᵐ⁾ whose moments up to the n-th are those of
    /// the continuous derivative: Σ xᵖ dₙ = 0 for p < n and (−1)ⁿ n! for p = n. Convolution with dₙ then takes xⁿ to n! and
    /// polynomials of lower degree to 0.
    ///
    /// Only lower orders are added, so the span of the first n + 1 kernels is unchanged, and in two dimensions products of these
    /// kernels stay inside the jet. Returns nil where the samples are too few to tell the moments apart.
    /// - Complexity: O(N² · positions).
    static func normalized(_ raw: [[Double]], at positions: [Double], sigma: Double) -> [[Double]]? {
        guard positions.count >= raw.count else { return nil }
        // Moments are taken in x/σ, so that they are numbers of order one.
        let unitPositions = positions.map { $0 / sigma }
        func moment(_ p: Int, of kernel: [Double]) -> Double {
            zip(unitPositions, kernel).reduce(0) { $0 + pow($1.0, Double(p)) * $1.1 }
        }
        var normalized: [[Double]] = []
        var target = 1.0
        for (n, derivative) in raw.enumerated() {
            if n > 0 { target *= -Double(n) / sigma }
            var kernel = derivative
            // Kernel p has no moments below p, so clearing the p-th in ascending order leaves the cleared ones clear.
            for p in 0..<n {
                let ratio = moment(p, of: kernel) / moment(p, of: normalized[p])
                for index in kernel.indices { kernel[index] -= ratio * normalized[p][index] }
            }
            let last = moment(n, of: kernel)
            guard abs(last) > 1e-12 * abs(target) else { return nil }
            normalized.append(kernel.map { $0 * (target / last) })
        }
        return normalized
    }
}

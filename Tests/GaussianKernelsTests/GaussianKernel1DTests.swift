import Foundation
import GaussianKernels
import Testing

@Suite struct GaussianKernel1DTests {
    /// Convolution with the n-th kernel takes xᵖ to 0 for p < n and xⁿ to n!: moments 0 and (−1)ⁿ n!, relative to the sum of
    /// the magnitudes that are added, whose rounding is the only error.
    @Test(arguments: [0.3, 0.5, 1, 2, 8], 0...8) func momentsOfSampledKernels(sigma: Double, order: Int) {
        let kernel = GaussianKernel1D(order: order, sigma: sigma)
        for p in 0...order {
            let target = p == order ? (1...max(order, 1)).reduce(1) { $0 * -Double($1) } : 0
            let expected = order == 0 ? 1 : target
            let magnitude = zip(-kernel.radius...kernel.radius, kernel.taps).reduce(0) {
                $0 + pow(abs(Double($1.0)), Double(p)) * abs($1.1)
            }
            #expect(abs(kernel.moment(p) - expected) < 1e-12 * max(magnitude, 1))
        }
    }

    @Test(arguments: 0...8) func momentsOfTheDiscreteAnalogue(order: Int) {
        let kernel = GaussianKernel1D(order: order, sigma: 0.7, discretization: .discrete, radius: 25)
        for p in 0..<order { #expect(abs(kernel.moment(p)) < 1e-9) }
        let factorial = (1...max(order, 1)).reduce(1.0) { $0 * Double($1) }
        #expect(abs(kernel.moment(order) / factorial - (order.isMultiple(of: 2) ? 1 : -1)) < 1e-12)
    }

    /// The corrections stay inside the jet: each normalised kernel is a combination of raw ones of its order and below.
    @Test func normalisationKeepsTheSpan() {
        let raw = Discretization.sampled.derivatives(through: 6, sigma: 1.1, first: -6, count: 13)
        for order in 0...6 {
            var remainder = GaussianKernel1D(order: order, sigma: 1.1, radius: 6).taps
            let norm = remainder.reduce(0) { $0 + $1 * $1 }.squareRoot()
            var orthonormal: [[Double]] = []
            for function in raw.prefix(order + 1) {
                var q = function
                for _ in 0..<2 {
                    for e in orthonormal {
                        let product = zip(q, e).reduce(0) { $0 + $1.0 * $1.1 }
                        q = zip(q, e).map { $0 - product * $1 }
                    }
                }
                let length = q.reduce(0) { $0 + $1 * $1 }.squareRoot()
                orthonormal.append(q.map { $0 / length })
            }
            for e in orthonormal {
                let product = zip(remainder, e).reduce(0) { $0 + $1.0 * $1.1 }
                remainder = zip(remainder, e).map { $0 - product * $1 }
            }
            #expect(remainder.reduce(0) { $0 + $1 * $1 }.squareRoot() < 1e-13 * norm)
        }
    }

    /// As σ falls, the n-th kernel becomes the central difference of n-th order on the fewest taps.
    @Test(arguments: [(1, [0.5, 0, -0.5]), (2, [1, -2, 1]), (3, [0.5, -1, 0, 1, -0.5]), (4, [1, -4, 6, -4, 1])])
    func smallSigmaGivesCentralDifferences(order: Int, stencil: [Double]) {
        for sigma in [1e-3, 0.05, 0.15] {
            let kernel = GaussianKernel1D(order: order, sigma: sigma, radius: 6)
            let surplus = (13 - stencil.count) / 2
            let expected = Array(repeating: 0, count: surplus) + stencil + Array(repeating: 0, count: surplus)
            for (tap, difference) in zip(kernel.taps, expected) { #expect(abs(tap - difference) < 1e-13) }
        }
    }

    @Test func gammaNormalisationScalesByAPowerOfSigma() {
        let plain = GaussianKernel1D(order: 3, sigma: 2)
        let half = GaussianKernel1D(order: 3, sigma: 2, gamma: 0.5)
        for (a, b) in zip(plain.taps, half.taps) { #expect(abs(b - a * pow(2, 1.5)) <= 1e-15 * abs(b)) }
    }

    @Test func floatTapsAreTheRoundedDoubles() {
        let kernel = GaussianKernel1D(order: 1, sigma: 1.5)
        #expect(kernel.taps(as: Float.self) == kernel.taps.map { Float($0) })
    }

    /// What the documentation says the default radius leaves out, relative to the largest tap and to Σ|h|.
    @Test(arguments: [Discretization.sampled, .integrated, .discrete], [0.02, 0.3, 0.5, 1, 3, 20, 60])
    func whatTheDefaultRadiusLeavesOut(discretization: Discretization, sigma: Double) {
        for (order, limit) in zip(0...8, [3.7e-6, 2.4e-6, 5.2e-7, 1.2e-7, 1.6e-8, 2e-9, 1.1e-10, 1.1e-11, 1.1e-12]) {
            let radius = GaussianKernel1D.defaultRadius(order: order, sigma: sigma, discretization: discretization)
            let right = discretization.derivatives(
                through: order, sigma: sigma, first: 0, count: radius + 30 + Int(5 * sigma))[order].map(abs)
            let (largest, sum) = (right.reduce(0, max), right.reduce(0, +))
            #expect(right[(radius + 1)...].reduce(0, max) <= limit * largest, "order \(order)")
            #expect(right[(radius + 1)...].reduce(0, +) <= 5.7e-7 * sum, "order \(order)")
        }
    }

    /// At a large σ differences of values would have lost their digits: the eighth at σ = 50 all but three. The discrete analogue is the
    /// continuous derivative times 1 + O(1/σ²).
    @Test(arguments: 0...8) func discreteDerivativesAtLargeSigma(order: Int) {
        let discrete = GaussianKernel1D(order: order, sigma: 50, discretization: .discrete, radius: 500)
        let sampled = GaussianKernel1D(order: order, sigma: 50, radius: 500)
        let largest = sampled.taps.reduce(0) { max($0, abs($1)) }
        for (a, b) in zip(discrete.taps, sampled.taps) { #expect(abs(a - b) < 1e-3 * largest) }
        // Second differences of a quartic are exact for neighbours: taps are as smooth as their sixth difference shows.
        let differences = (3..<998).map { k in
            let t = discrete.taps
            let inner = 15 * (t[k + 1] + t[k - 1]) - 6 * (t[k + 2] + t[k - 2]) + t[k + 3] + t[k - 3]
            return abs(inner - 20 * t[k])
        }
        // The derivative of order n + 6 is at most a few hundred times ((n + 6)/σ²)³ as large, below 1e-5 here; rounding 64 units.
        #expect(differences.reduce(0, max) < 1e-5 * largest)
    }

    /// The variance with which derivatives of the discrete analogue are smoother than the continuous ones: Σ xⁿ⁺² h relative to Σ xⁿ h is
    /// (n + 1)(n + 2)/2 times the variance of the smoothing.
    @Test(arguments: 0...8) func varianceOfTheDiscreteAnalogue(order n: Int) {
        let kernel = GaussianKernel1D(order: n, sigma: 2, discretization: .discrete, radius: 34)
        let variance = kernel.moment(n + 2) / kernel.moment(n) * 2 / Double((n + 1) * (n + 2))
        #expect(abs(variance - 4 - Double(n.isMultiple(of: 2) ? n : n + 3) / 12) < 1e-9)
    }
}

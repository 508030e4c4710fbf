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
}

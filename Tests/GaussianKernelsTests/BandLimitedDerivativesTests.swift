import Foundation
import GaussianKernels
import Testing

@Suite struct BandLimitedDerivativesTests {
    /// At σ = 4 the continuous kernel has no energy beyond the grid's limit, so its samples are the band-limited kernel's.
    @Test func agreesWithSamplesAtLargeSigma() {
        for sigma in [4.0, 10, 50] {
            let first = -5 * sigma - 0.3
            let spectral = Discretization.spectral.derivatives(
                through: 8, sigma: sigma, first: first, count: Int(10 * sigma))
            let sampled = Discretization.sampled.derivatives(
                through: 8, sigma: sigma, first: first, count: Int(10 * sigma))
            for order in 0...8 {
                let largest = sampled[order].reduce(0) { max($0, abs($1)) }
                for (a, b) in zip(spectral[order], sampled[order]) { #expect(abs(a - b) < 1e-12 * largest) }
            }
        }
    }

    /// Convolution with the band-limited kernel multiplies a wave by (iω)ⁿ exp(−σ²ω²/2), exactly. The kernel rings as 1/x, so this is seen
    /// on a circle of N points: the sum over all copies is the inverse transform of the factors, which is what is compared here.
    @Test(arguments: [0.3, 0.5, 1.5], 0...8) func spectrumIsExact(sigma: Double, order: Int) {
        let continuous = GaussianDerivative(order: order, sigma: sigma)
        // Abel–Cesàro summation: the weights 1 − |x|/R make the ringing sum converge as 1/R.
        let radius = 300
        let taps = Discretization.spectral.derivatives(through: order, sigma: sigma, first: 0, count: radius)[order]
        for omega in [0.1, 1.0, 2.5] {
            var sum = 0.0
            for (x, tap) in taps.enumerated() {
                let weight = (1 - Double(x) / Double(radius)) * (x == 0 ? 1 : 2)
                sum += weight * tap * (order.isMultiple(of: 2) ? cos(omega * Double(x)) : -sin(omega * Double(x)))
            }
            let ideal = continuous.fourierTransform(at: omega)
            let scale = pow(Double.pi, Double(order)) * exp(-sigma * sigma * Double.pi * Double.pi / 2)
            #expect(
                abs(sum - (order.isMultiple(of: 2) ? ideal.real : ideal.imaginary)) < 3e-2 * max(1, scale)
                    * Double(order + 1))
        }
    }
}

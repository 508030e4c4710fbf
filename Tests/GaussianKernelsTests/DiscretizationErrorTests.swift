import Foundation
import GaussianKernels
import Testing

@Suite struct DiscretizationErrorTests {
    /// The integrated Gaussian's variance exceeds σ² by the reference values, towards 1/12.
    @Test(arguments: [(0.3, 0.0056), (0.5, 0.0754), (1.0, 0.0833), (5.0, 1.0 / 12)])
    func integratedVariance(sigma: Double, surplus: Double) {
        let kernel = GaussianKernel1D(order: 0, sigma: sigma, discretization: .integrated, radius: Int(9 * sigma) + 4)
        #expect(abs(kernel.moment(0) - 1) < 1e-14)
        #expect(abs(kernel.moment(2) - sigma * sigma - surplus) < 5.1e-5)
    }

    @Test func aReportOfTheReferenceValues() {
        let raw = Discretization.sampled.derivatives(through: 0, sigma: 0.5, first: -8, count: 17)[0]
        let error = DiscretizationError(of: raw, radius: 8, from: GaussianDerivative(order: 0, sigma: 0.5))
        #expect(abs(error.sum - 0.01438) < 5.1e-6)
        #expect(abs(pow(error.spread + 1, 2) - 0.8601) < 5.1e-5)
        #expect(error.moment == error.sum)
        // erfc(σπ): the energy of exp(−σ²ω²) beyond π.
        #expect(abs(error.aliasing - erfc(0.5 * Double.pi)) < 1e-15)
    }

    /// The incomplete gamma function behind the aliasing of derivatives, against Simpson's rule.
    @Test(arguments: 0...8) func aliasingOfDerivatives(order: Int) {
        let sigma = 0.7
        func energy(_ low: Double, _ high: Double) -> Double {
            let steps = 4000
            let width = (high - low) / Double(steps)
            return (0...steps).reduce(0) { sum, k in
                let omega = low + Double(k) * width
                let weight = k == 0 || k == steps ? 1.0 : (k.isMultiple(of: 2) ? 2 : 4)
                return sum + weight * pow(omega, Double(2 * order)) * exp(-sigma * sigma * omega * omega) * width / 3
            }
        }
        let expected = energy(.pi, 30) / energy(0, 30)
        let kernel = GaussianKernel1D(order: order, sigma: sigma)
        #expect(abs(kernel.discretizationError.aliasing - expected) < 1e-10)
    }

    /// Moments of the discrete analogue and of normalised samples are exact; the spectral distance falls to nothing at large σ for all.
    @Test(arguments: Discretization.allCases, 0...8) func errorsVanishWhereTheyShould(
        discretization: Discretization, order: Int
    ) {
        let large = GaussianKernel1D(order: order, sigma: 6, discretization: discretization).discretizationError
        #expect(large.aliasing < 1e-15)
        #expect(abs(large.sum) < 2e-4)
        // What is left of the discrete analogue and the integrated kernel is of second order in 1/σ.
        let isOfSecondOrder = discretization == .discrete || discretization == .integrated
        #expect(large.spectrum < (isOfSecondOrder ? 0.2 : 1e-5))
        if isOfSecondOrder {
            let larger = GaussianKernel1D(order: order, sigma: 12, discretization: discretization).discretizationError
            #expect(abs(large.spectrum / larger.spectrum - 4) < 0.25)
        }
        if discretization == .sampled || discretization == .discrete {
            let small = GaussianKernel1D(order: order, sigma: 0.6, discretization: discretization, radius: 20)
                .discretizationError
            #expect(abs(small.sum) < 1e-12)
            #expect(abs(small.moment) < 1e-9)
        }
    }

    /// The spectrum's error by its definition, an integral over frequency, for a kernel with large error.
    @Test func spectralDistanceByItsDefinition() {
        let kernel = GaussianKernel1D(order: 2, sigma: 0.6, radius: 12)
        let continuous = GaussianDerivative(order: 2, sigma: 0.6)
        let steps = 20_000
        var (distance, energy) = (0.0, 0.0)
        for k in 0..<steps {
            let omega = Double.pi * (Double(k) + 0.5) / Double(steps)
            let ideal = continuous.fourierTransform(at: omega).real
            let actual = zip(-12...12, kernel.taps).reduce(0) { $0 + $1.1 * cos(omega * Double($1.0)) }
            distance += (ideal - actual) * (ideal - actual)
            energy += ideal * ideal
        }
        #expect(abs(kernel.discretizationError.spectrum - (distance / energy).squareRoot()) < 1e-6)
    }

    /// The automatic choice keeps its promise, and changes once as σ grows.
    @Test(arguments: 0...8) func automaticChoice(order: Int) {
        let sigmas = (0..<60).map { 0.3 * pow(10, Double($0) / 40) }
        let choices = sigmas.map { Discretization.automatic(order: order, sigma: $0) }
        #expect(choices.first == .discrete)
        #expect(choices.last == .sampled)
        #expect(zip(choices, choices.dropFirst()).count { $0 != $1 } == 1)
        let change = sigmas[choices.firstIndex(of: .sampled) ?? 0]
        #expect((0.63..<1.45).contains(change))
        let radius = Int(20 * change)
        let raw = Discretization.sampled.derivatives(
            through: order, sigma: change, first: -Double(radius), count: 2 * radius + 1)[order]
        let error = DiscretizationError(of: raw, radius: radius, from: GaussianDerivative(order: order, sigma: change))
        #expect(max(abs(error.sum), abs(error.moment)) < 0.011)
    }
}

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

    /// Errors down to rounding: the distance is not a difference of energies, which would end at the root of the rounding unit.
    @Test func theSpectralDistanceReachesRounding() {
        let kernel = GaussianKernel1D(order: 8, sigma: 5, discretization: .spectral, radius: 60)
        #expect(kernel.discretizationError.spectrum < 1e-13)
    }

    /// Kernels at the ends of what σ can be have finite reports, also where all taps have vanished.
    @Test(arguments: Discretization.allCases, [1e-6, 1e-3, 0.05, 20]) func extremesAreFinite(
        discretization: Discretization, sigma: Double
    ) {
        for order in [0, 1, 2, 5, 8] {
            let error = GaussianKernel1D(order: order, sigma: sigma, discretization: discretization).discretizationError
            for value in [error.sum, error.moment, error.spread, error.aliasing, error.spectrum] {
                #expect(value.isFinite, "order \(order): \(error)")
            }
            #expect((0...1).contains(error.aliasing))
            #expect(error.spectrum >= 0)
        }
        if discretization == .integrated, sigma == 1e-3 {
            let vanished = GaussianKernel1D(order: 1, sigma: sigma, discretization: discretization).discretizationError
            #expect((vanished.sum, vanished.moment, vanished.spread) == (0, -1, -1))
            #expect(abs(vanished.spectrum - 1) < 1e-15)
        }
    }

    /// The automatic choice is the better of the two by the report, and where it does not look there is nothing to find.
    @Test(arguments: 0...8) func automaticChoice(order: Int) {
        for step in 0...60 {
            let sigma = 0.1 * pow(10, Double(step) / 40)
            let choice = Discretization.automatic(order: order, sigma: sigma)
            let distances = [Discretization.sampled, .discrete].map {
                GaussianKernel1D(order: order, sigma: sigma, discretization: $0).discretizationError.spectrum
            }
            #expect(choice == (distances[0] <= distances[1] ? .sampled : .discrete), "σ = \(sigma)")
            // The documented distance of a sampled kernel with little aliasing.
            let aliasing = GaussianKernel1D(order: order, sigma: sigma).discretizationError.aliasing
            if aliasing < 0.005, aliasing > 1e-8 {
                #expect(abs(distances[0] / aliasing.squareRoot() - 1) < 0.03, "σ = \(sigma)")
            }
        }
    }

    /// The documented intervals in which `discrete` is the choice.
    @Test(arguments: [(0, 0.01, 0.49), (2, 0.50, 0.74), (4, 0.72, 0.91), (6, 0.89, 1.03)])
    func whereTheDiscreteAnalogueIsBetter(order: Int, from: Double, to: Double) {
        for sigma in [from, (from + to) / 2, to - 0.01] {
            #expect(Discretization.automatic(order: order, sigma: sigma) == .discrete)
        }
        #expect(Discretization.automatic(order: order, sigma: to + 0.02) == .sampled)
        for sigma in [0.2, 0.6, 1] { #expect(Discretization.automatic(order: order + 1, sigma: sigma) == .sampled) }
    }
}

import GaussianKernels
import Testing

/// Reference values: the spreads agree with Lindeberg's closed forms; both tables were computed once with 30 digits.
@Suite struct EffectiveRadiusTests {
    @Test(arguments: zip(0...8, [1, 1.414214, 1.498330, 1.498145, 1.48122, 1.465683, 1.454468, 1.446784, 1.441462]))
    func spreadOfAbsoluteValue(order: Int, radius: Double) {
        #expect(abs(GaussianDerivative(order: order, sigma: 1).effectiveRadius - radius) < 6e-7 * (order == 4 ? 10 : 1))
    }

    @Test(arguments: zip(1...8, [0.797885, 0.967883, 1.510013, 2.800600, 5.910086, 13.815597, 35.147887, 96.112370]))
    func l1Norm(order: Int, norm: Double) {
        #expect(abs(GaussianDerivative(order: order, sigma: 1).l1Norm - norm) < 5.1e-7)
    }

    @Test func radiusDoesNotDependOnSigmaAndNormScales() {
        for order in 0...8 {
            let (one, three) = (GaussianDerivative(order: order, sigma: 1), GaussianDerivative(order: order, sigma: 3))
            #expect(one.effectiveRadius == three.effectiveRadius)
            #expect(abs(three.l1Norm * three.scaleNormalization(gamma: 1) - one.l1Norm) < 1e-13 * one.l1Norm)
        }
    }

    /// ∫x²(g⁽ⁿ⁾)²/∫(g⁽ⁿ⁾)² by the rectangle rule, which converges faster than any power for a function like this.
    @Test(arguments: 0...8) func energyRadius(order: Int) {
        let kernel = GaussianDerivative(order: order, sigma: 1)
        let points = (-1200...1200).map { Double($0) / 80 }
        let density = points.map { kernel.value(at: $0) * kernel.value(at: $0) }
        let variance = zip(points, density).reduce(0) { $0 + $1.0 * $1.0 * $1.1 } / density.reduce(0, +)
        #expect(abs(variance.squareRoot() - kernel.energyRadius) < 1e-12)
    }

    /// Far out, where the polynomial overflows, the derivative is 0 and not undefined.
    @Test func valuesFarOut() {
        for order in [0, 1, 8, 30] {
            let derivative = GaussianDerivative(order: order, sigma: 1e-3)
            for x in [1, 1e200, .infinity, -.infinity] { #expect(derivative.value(at: x) == 0) }
            let transform = derivative.fourierTransform(at: 1e200)
            #expect(transform.real == 0 && transform.imaginary == 0)
        }
    }

    /// For large n the derivative is a wave under the Gaussian of √2σ, whose spread is what the effective radius tends to; up to order 200.
    @Test func limitOfHighOrders() {
        for order in [40, 100] {
            let derivative = GaussianDerivative(order: order, sigma: 1)
            #expect(abs(derivative.effectiveRadius - 2.0.squareRoot()) < 0.2 / Double(order))
        }
        // The largest value that finding the zeros and moments of that order takes.
        #expect(HermitePolynomials.value(degree: 200, at: 2 * 200.0.squareRoot()).isFinite)
    }
}

import GaussianKernels
import Testing

@Suite struct HermitePolynomialsTests {
    @Test func lowDegreesByTheirFormulae() {
        for x in [-2.5, -1, 0, 0.3, 4] {
            let expected = [1, x, x * x - 1, x * x * x - 3 * x, x * x * x * x - 6 * x * x + 3]
            #expect(
                HermitePolynomials.values(through: 4, at: x)
                    == expected.indices.map { HermitePolynomials.value(degree: $0, at: x) })
            for (n, value) in expected.enumerated() {
                #expect(abs(HermitePolynomials.value(degree: n, at: x) - value) < 1e-13 * max(1, abs(value)))
            }
        }
    }

    /// He₃ = x(x² − 3) and He₄ = x⁴ − 6x² + 3 have zeros in closed form.
    @Test func zerosInClosedForm() {
        let (three, six) = (3.0.squareRoot(), 6.0.squareRoot())
        let fourth = [-(3 + six).squareRoot(), -(3 - six).squareRoot(), (3 - six).squareRoot(), (3 + six).squareRoot()]
        for (found, expected) in zip(HermitePolynomials.zeros(degree: 3), [-three, 0, three]) {
            #expect(abs(found - expected) < 1e-15)
        }
        for (found, expected) in zip(HermitePolynomials.zeros(degree: 4), fourth) {
            #expect(abs(found - expected) < 1e-15)
        }
        #expect(HermitePolynomials.zeros(degree: 0).isEmpty)
    }

    /// The polynomial changes sign at every zero, and there are as many as its degree.
    @Test(arguments: 1...20) func zerosAreSignChanges(degree: Int) {
        let zeros = HermitePolynomials.zeros(degree: degree)
        #expect(zeros.count == degree)
        #expect(zeros == zeros.sorted())
        for zero in zeros {
            let (below, above) = (zero - 1e-9, zero + 1e-9)
            #expect(
                HermitePolynomials.value(degree: degree, at: below)
                    * HermitePolynomials.value(degree: degree, at: above) < 0)
        }
    }

    @Test func oddDerivativesVanishAtTheCentreWhateverTheScale() {
        #expect(GaussianDerivative(order: 29, sigma: 1e-11).value(at: 0) == 0)
    }
}

import Randomness
import RealModule
import SampledSpaces
import Testing

@Suite struct TrigonometricPolynomialTests {
    private let grid = Grid(width: 16, height: 12, tiling: [3, 2], corner: [-1, 0.5])

    private func draw() -> TrigonometricPolynomial {
        var generator = SeededGenerator(seed: 4)
        return TrigonometricPolynomial(random: &generator, cutoff: 3, over: grid)
    }

    @Test func isPeriodic() {
        let f = draw()
        #expect(abs(f(0.3, 1.1) - f(3.3, -0.9)) < 1e-13)
    }

    @Test func shiftMovesTheGraph() {
        let f = draw()
        #expect(abs(f.shifted(by: [0.2, -0.7])(0.3, 1.1) - f(0.1, 1.8)) < 1e-13)
    }

    /// Central differences with step h err by h²/6 of a third derivative, here below (2π·3/2)³ ≈ 840.
    @Test(arguments: [(1, 0), (0, 1)]) func derivativeIsTheLimitOfDifferences(i: Int, j: Int) {
        let f = draw()
        let h = 1e-5
        let difference =
            (f(0.3 + h * Double(i), 1.1 + h * Double(j)) - f(0.3 - h * Double(i), 1.1 - h * Double(j))) / (2 * h)
        #expect(abs(difference - f.derivative(x: i, y: j)(0.3, 1.1)) < 1e-6)
    }

    @Test func derivativesCompose() {
        let f = draw()
        let once = f.derivative(x: 1, y: 0).derivative(x: 2, y: 1).derivative(x: 0, y: 1)
        // Third and second derivatives reach (2π)³·(3π)²·20 waves ≈ 4e5.
        #expect(abs(once(0.3, 1.1) - f.derivative(x: 3, y: 2)(0.3, 1.1)) < 1e-9)
    }

    @Test func filterOfTheLaplacian() {
        let f = draw()
        let filtered = f.filtered { ωx, ωy in -(ωx * ωx + ωy * ωy) }(0.3, 1.1)
        #expect(abs(filtered - f.derivative(x: 2, y: 0)(0.3, 1.1) - f.derivative(x: 0, y: 2)(0.3, 1.1)) < 1e-11)
    }

    @Test func unitVariance() {
        var generator = SeededGenerator(seed: 5)
        let energies = (0..<200).map { _ in
            let f = SampledFunction<Double>.randomBandLimited(on: grid, cutoff: 2, using: &generator)
            return f.inner(f) / 6
        }
        // Mean of 25 squared normals of weight 1/25: variance 2/25; five standard errors over 200 draws.
        let mean: Double = energies.reduce(0, +) / 200
        let standardError: Double = (2.0 / 25 / 200).squareRoot()
        #expect(abs(mean - 1) < 5 * standardError)
    }
}

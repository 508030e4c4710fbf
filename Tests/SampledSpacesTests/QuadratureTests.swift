import Randomness
import RealModule
import SampledSpaces
import Testing

@Suite struct QuadratureTests {
    /// x(1−x)·e^y on the unit square: the error falls fourfold when the spacing halves.
    @Test func midpointRuleIsOfSecondOrder() {
        let exact = (Double.exp(1) - 1) / 6
        let errors = [8, 16, 32, 64].map { n in
            let f = SampledFunction<Double>(grid: Grid(width: n, height: n, tiling: [1, 1])) { x, y in
                x * (1 - x) * Double.exp(y)
            }
            return abs(f.integral() - exact)
        }
        for (coarse, fine) in zip(errors, errors.dropFirst()) {
            #expect(abs(coarse / fine - 4) < 0.05)
        }
    }

    @Test func exactForTrigonometricPolynomialsBelowTheSamplingRate() {
        var generator = SeededGenerator(seed: 1)
        let grid = Grid(width: 9, height: 11, tiling: [2, 3], corner: [-1, 4])
        let f = TrigonometricPolynomial(random: &generator, cutoff: 4, over: grid)
        let sampled = SampledFunction<Double>(grid: grid, sampling: f.callAsFunction)
        let constant = f.waves[0].cosine
        // 45 waves of order one over 99 samples, each phase accurate to a few ulp of 2π·5.
        #expect(abs(sampled.integral() - 6 * constant) < 1e-13)
        // Parseval: the mean square is a₀² + ½ Σ (a² + b²).
        let energy = f.waves.dropFirst().reduce(constant * constant) {
            $0 + ($1.cosine * $1.cosine + $1.sine * $1.sine) / 2
        }
        #expect(abs(sampled.inner(sampled) - 6 * energy) < 1e-13)
    }

    @Test func normsOfKnownValues() {
        let f = SampledFunction<Float>(grid: Grid(width: 3, height: 1, spacing: [0.5, 2]), values: [3, -4, 0])
        #expect(f.l1Norm() == 7)
        #expect(f.l2Norm() == 5)
        #expect(f.maxNorm() == 4)
        #expect(f.integral() == -1)
        #expect(abs(f.mean() + 1.0 / 3) < 1e-15)
    }

    @Test func innerProductIsSymmetricAndBilinear() {
        var generator = SeededGenerator(seed: 2)
        let grid = Grid(width: 37, height: 5)
        let (f, g, h) = (draw(grid, &generator), draw(grid, &generator), draw(grid, &generator))
        #expect(f.inner(g) == g.inner(f))
        // 185 terms of order one: rounding of the sum and of f + 2h stays below 185·2⁻⁵³·10.
        #expect(abs((f + 2 * h).inner(g) - f.inner(g) - 2 * h.inner(g)) < 2e-13)
    }

    /// Sums are kept in double precision: in single precision 2²⁴ + 1 is 2²⁴ again.
    @Test func singlePrecisionSumsDoNotSaturate() {
        let f = SampledFunction<Float>(grid: Grid(width: 1, height: 4), values: [16_777_216, 1, 1, 1])
        #expect(f.integral() == 16_777_219)
    }

    @Test func notANumberIsReported() {
        let f = SampledFunction<Double>(grid: Grid(width: 3, height: 1), values: [1, .nan, 2])
        #expect(f.maxNorm().isNaN && f.l2Norm().isNaN && f.integral().isNaN)
    }

    private func draw(_ grid: Grid, _ generator: inout SeededGenerator) -> SampledFunction<Double> {
        SampledFunction(grid: grid, values: (0..<grid.count).map { _ in generator.normal() })
    }
}

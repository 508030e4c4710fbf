import Randomness
import RealModule
import SampledSpaces
import Testing

@Suite struct FunctionRefinementTests {
    @Test func knownValues() {
        let f = SampledFunction<Double>(grid: Grid(width: 2, height: 2), values: [1, 2, 3, 8])
        #expect(f.refined(by: 2).values == [1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 8, 8, 3, 3, 8, 8])
        #expect(f.coarsened(by: 2).values == [3.5])
        #expect(f.coarsened(by: 2, keeping: .firstSample).values == [1])
        #expect(f.refined(by: 3).coarsened(by: 3, keeping: .firstSample).values == f.values)
    }

    @Test(arguments: [1, 2, 3]) func averagingIsTheAdjointOfRefinementAndKeepsTheIntegral(factor: Int) {
        var generator = SeededGenerator(seed: 1)
        let coarse = Grid(width: 5, height: 3, spacing: [1, 0.25])
        let f = SampledFunction<Double>(grid: coarse, values: (0..<15).map { _ in generator.normal() })
        let fine = f.refined(by: factor)
        let g = SampledFunction<Double>(grid: fine.grid, values: (0..<fine.grid.count).map { _ in generator.normal() })
        // The refined and averaged grids agree with the coarse one up to the rounding of its spacing.
        let averaged = g.coarsened(by: factor).onGrid(coarse)
        #expect(abs(fine.inner(g) - f.inner(averaged)) < 1e-14 * 15)
        #expect(abs(averaged.integral() - g.integral()) < 1e-14 * 15)
        #expect(abs(f.integral() - fine.integral()) < 1e-14 * 15)
    }

    /// The mean over a cell differs from the value at its centre by h²/24 · Δf: fourfold less on half the spacing.
    @Test func averagingIsOfSecondOrder() {
        let errors = [8, 16, 32].map { n in
            let coarse = Grid(width: n, height: n, tiling: [1, 1])
            let f = SampledFunction<Double>(grid: coarse.refined(by: 4)) { x, y in Double.exp(x) * Double.cos(2 * y) }
            let exact = SampledFunction<Double>(grid: coarse) { x, y in Double.exp(x) * Double.cos(2 * y) }
            return (f.coarsened(by: 4).onGrid(coarse) - exact).maxNorm()
        }
        #expect(abs(errors[0] / errors[1] - 4) < 0.3 && abs(errors[1] / errors[2] - 4) < 0.2)
    }
}

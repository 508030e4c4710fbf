import FourierTransforms
import Randomness
import RealModule
import SampledSpaces
import Testing

/// Against trigonometric polynomials, for which every operation is exact: what is left is rounding, of the transforms and, for a derivative,
/// that amplified by the highest frequency π/h.
@Suite struct SpectralCalculusTests {
    private static let shapes = [(9, 9), (16, 12), (7, 20), (12, 11)]

    private func draw(_ width: Int, _ height: Int) -> (TrigonometricPolynomial, SampledFunction<Double>) {
        var generator = SeededGenerator(seed: UInt64(width * height))
        let grid = Grid(width: width, height: height, tiling: [3, 2], corner: [-1, 0.5])
        let f = TrigonometricPolynomial(random: &generator, cutoff: 3, over: grid)
        return (f, SampledFunction(grid: grid, sampling: f.callAsFunction))
    }

    @Test(arguments: shapes) func shiftsByAnyLength(width: Int, height: Int) {
        let (f, samples) = draw(width, height)
        for shift in [SIMD2(0.31, -0.77), [0, 0.2], [1.5, 0], [-7.3, 100.1]] {
            let expected = SampledFunction<Double>(grid: samples.grid, sampling: f.shifted(by: shift).callAsFunction)
            #expect((samples.spectrallyShifted(by: shift) - expected).maxNorm() < 1e-12)
        }
    }

    @Test func wholeSamplesAreShiftedExactly() {
        var generator = SeededGenerator(seed: 1)
        let grid = Grid(width: 8, height: 6, spacing: [0.5, 0.25])
        let f = SampledFunction<Double>(grid: grid, values: (0..<48).map { _ in generator.normal() })
        let shifted = f.spectrallyShifted(by: [1.5, -0.5])
        #expect((shifted - f.shifted(columns: 3, rows: -2, boundary: .periodic)).maxNorm() < 1e-14 * 10)
    }

    @Test(arguments: shapes) func derivatives(width: Int, height: Int) {
        let (f, samples) = draw(width, height)
        for (i, j) in [(1, 0), (0, 1), (2, 0), (1, 1), (3, 2), (0, 4)] {
            let expected = SampledFunction<Double>(
                grid: samples.grid, sampling: f.derivative(x: i, y: j).callAsFunction)
            let highest = Double.pow(Double.pi * Double(width) / 3, i) * Double.pow(Double.pi * Double(height) / 2, j)
            #expect((samples.spectralDerivative(x: i, y: j) - expected).maxNorm() < 1e-13 * highest + 1e-13)
        }
    }

    @Test(arguments: [(18, 18), (9, 27), (8, 7), (10, 40), (16, 9), (64, 7)])
    func resamplingInterpolatesExactly(width: Int, height: Int) {
        for (oldWidth, oldHeight) in Self.shapes {
            let (f, samples) = draw(oldWidth, oldHeight)
            let resampled = samples.bandLimitedResampled(width: width, height: height)
            let expected = SampledFunction<Double>(grid: resampled.grid, sampling: f.callAsFunction)
            #expect((resampled - expected).maxNorm() < 1e-13 * 20)
        }
    }

    /// White noise holds every wave, the pure cosine of an even length too: what a finer grid interpolates, the coarse one takes back.
    @Test(arguments: [(8, 6, 13, 12), (7, 5, 14, 15), (6, 4, 12, 8), (1, 1, 5, 4), (2, 3, 4, 4)])
    func refiningLosesNothing(width: Int, height: Int, newWidth: Int, newHeight: Int) {
        var generator = SeededGenerator(seed: 2)
        let grid = Grid(width: width, height: height)
        let f = SampledFunction<Double>(grid: grid, values: (0..<grid.count).map { _ in generator.normal() })
        let back = f.bandLimitedResampled(width: newWidth, height: newHeight).bandLimitedResampled(
            width: width, height: height)
        #expect((back.onGrid(grid) - f).maxNorm() < 1e-13)
    }

    @Test func coarseningRemovesWhatTheGridCannotHold() {
        let grid = Grid(width: 32, height: 1, tiling: [1, 1])
        let f = SampledFunction<Double>(grid: grid) { x, _ in
            Double.cos(2 * Double.pi * 2 * x) + Double.cos(2 * Double.pi * 9 * x)
        }
        let coarse = f.bandLimitedResampled(width: 16, height: 1)
        let expected = SampledFunction<Double>(grid: coarse.grid) { x, _ in Double.cos(2 * Double.pi * 2 * x) }
        #expect((coarse - expected).maxNorm() < 1e-14)
    }

    @Test func singlePrecision() {
        let (f, samples) = draw(16, 12)
        let derivative = samples.converted(to: Float.self).spectralDerivative(x: 1, y: 0).converted(to: Double.self)
        let expected = SampledFunction<Double>(grid: samples.grid, sampling: f.derivative(x: 1, y: 0).callAsFunction)
        #expect((derivative - expected).maxNorm() < 1e-6 * Double.pi * 16 / 3 * 4)
    }
}

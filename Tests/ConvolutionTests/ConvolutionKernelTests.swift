import Convolution
import GaussianKernels
import Randomness
import RealModule
import SampledSpaces
import Testing

@Suite struct ConvolutionKernelTests {
    @Test func convolvedKernelsDoWhatBothDo() throws {
        var generator = SeededGenerator(seed: 1)
        func plane(_ w: Int, _ h: Int, _ column: Int, _ row: Int) -> ConvolutionKernel<Double> {
            ConvolutionKernel(
                PlaneTaps(
                    width: w, height: h, values: (0..<w * h).map { _ in generator.normal() }, originColumn: column,
                    originRow: row))
        }
        let product = ConvolutionKernel<Double>(x: Taps([1, 2, -1], origin: 0), y: Taps([3, 1]))
        let other = ConvolutionKernel<Double>(x: Taps([2, 5]), y: Taps([1, 0, 1, 1], origin: 3))
        let grid = Grid(width: 13, height: 11)
        let f: SampledFunction<Double> = randomFunction(on: grid, &generator)
        for (a, b) in [(plane(3, 2, 0, 1), plane(2, 4, 1, 1)), (product, other), (product, plane(2, 2, 0, 0))] {
            let both = try Convolution(a.convolved(with: b), on: grid, boundary: .periodic)(f)
            let one = try Convolution(b, on: grid, boundary: .periodic)(
                Convolution(a, on: grid, boundary: .periodic)(f))
            #expect((both - one).maxNorm() < 1e-12)
        }
    }

    @Test func productsAreRectangles() {
        let kernel = ConvolutionKernel<Double>(x: Taps([1, 2, 3], origin: 2), y: Taps([10, 20], origin: 0))
        #expect(kernel.plane.values == [10, 20, 30, 20, 40, 60])
        #expect((kernel.plane.originColumn, kernel.plane.originRow) == (2, 0))
        #expect(kernel.l1Norm == 180)
    }

    /// The Laplacian takes x² + y² to 4 and harmonic functions to 0, by the moments of its taps.
    @Test func laplacianOfQuadratics() throws {
        let grid = Grid(width: 41, height: 41, origin: [-20, -20])
        let kernel = ConvolutionKernel<Double>.laplacian(sigma: 2)
        let laplacian = try Convolution(kernel, on: grid, extent: .valid)
        let square = laplacian(SampledFunction(grid: grid) { x, y in x * x + y * y })
        #expect((square - SampledFunction(grid: square.grid, constant: 4)).maxNorm() < 1e-10)
        #expect(laplacian(SampledFunction(grid: grid) { x, y in x * x - y * y + 3 * x * y }).maxNorm() < 1e-10)
    }

    @Test func gaussianDerivativeOfAWave() throws {
        let grid = Grid(width: 64, height: 48)
        let ω = 2 * Double.pi * 3 / 64
        let wave = SampledFunction<Double>(grid: grid) { x, _ in Double.sin(ω * x) }
        let slope = try Convolution(ConvolutionKernel<Double>.gaussian(sigma: 3, x: 1), on: grid, boundary: .periodic)(
            wave)
        // (iω) exp(−σ²ω²/2); the truncation at five and a half σ and the moment's correction cost 1e-6.
        let expected = SampledFunction<Double>(grid: grid) { x, _ in ω * Double.exp(-4.5 * ω * ω) * Double.cos(ω * x) }
        #expect((slope - expected).maxNorm() < 1e-6)
    }

    @Test func sumsOfKernels() {
        let a = PlaneTaps<Double>(width: 1, height: 1, values: [1], originColumn: 0, originRow: 0)
        let b = PlaneTaps<Double>(width: 3, height: 2, values: [1, 2, 3, 4, 5, 6], originColumn: 2, originRow: 1)
        #expect(a.adding(b).values == [1, 2, 3, 4, 5, 7])
        #expect(a.adding(b) == b.adding(a))
    }
}

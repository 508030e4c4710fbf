import Convolution
import RealModule
import SampledSpaces
import Testing

@Suite struct DomainKernelsTests {
    private let ω = SIMD2(2 * Double.pi / 3, 2 * Double.pi * 2 / 2)

    private func wave(_ grid: Grid) -> SampledFunction<Double> {
        SampledFunction(grid: grid) { x, y in Double.cos(ω.x * x) * Double.sin(ω.y * y) }
    }

    /// The derivative of a smoothed wave is known, and in domain units it does not depend on the grid, not even on different spacings in x and y.
    @Test(arguments: [(48, 48), (96, 60), (60, 200)], [ConvolutionMethod.separable, .recursive, .tiled])
    func gaussiansDoNotDependOnTheGrid(size: (Int, Int), method: ConvolutionMethod) throws {
        let grid = Grid(width: size.0, height: size.1, tiling: [3, 2])
        let σ = 0.2
        let kernel = ConvolutionKernel<Double>.gaussian(sigma: σ, x: 1, y: 2, on: grid)
        let result = try Convolution(kernel, on: grid, boundary: .periodic, method: method)(wave(grid))
        let decay = Double.exp(-σ * σ * (ω.x * ω.x + ω.y * ω.y) / 2)
        let factor = ω.x * ω.y * ω.y * decay
        let expected = SampledFunction<Double>(grid: grid) { x, y in factor * Double.sin(ω.x * x) * Double.sin(ω.y * y)
        }
        // Truncation at five and more σ, relative to the kernel's size, which its transform at ω is a small part of.
        #expect((result - expected).maxNorm() < 1e-5 * kernel.l1Norm)
    }

    /// A density with a kink: the error falls with the square of the spacing.
    @Test func sampledDensitiesConvergeAtTheOrderOfTheQuadrature() throws {
        // The triangle of unit integral and half-width ½ has the transform (sin(ω/4)/(ω/4))².
        func triangle(_ x: Double) -> Double { max(0, 2 - 4 * abs(x)) }
        func transform(_ ω: Double) -> Double { (Double.sin(ω / 4) / (ω / 4)) * (Double.sin(ω / 4) / (ω / 4)) }
        let errors = [31, 62, 124].map { n -> Double in
            let grid = Grid(width: n, height: n, tiling: [3, 2])
            let kernel = ConvolutionKernel<Double>.sampling(radius: [0.5, 0.5], on: grid) { x, y in
                triangle(x) * triangle(y)
            }
            let exact = transform(ω.x) * transform(ω.y) * wave(grid)
            let result = try? Convolution(kernel, on: grid, boundary: .periodic)(wave(grid))
            return result.map { ($0 - exact).maxNorm() } ?? .infinity
        }
        // The constant of h² depends on where the kink falls between samples, so the fall is bounded from both sides, not fixed.
        #expect(errors[0] < 0.05 && errors[2] < errors[0] / 8)
    }

    @Test func compositionsMultiplyTheFactors() throws {
        let grid = Grid(width: 90, height: 80, tiling: [3, 2])
        let a = ConvolutionKernel<Double>.gaussian(sigma: 0.15, x: 1, on: grid)
        let b = ConvolutionKernel<Double>.gaussian(sigma: 0.2, x: 1, on: grid)
        let one = a.convolved(with: b)
        #expect(one.gaussian != nil)
        let direct = ConvolutionKernel<Double>.gaussian(sigma: 0.25, x: 2, on: grid)
        let difference =
            try Convolution(one, on: grid, boundary: .periodic)(wave(grid))
            - Convolution(direct, on: grid, boundary: .periodic)(wave(grid))
        #expect(difference.maxNorm() < 1e-11)
    }
}

import Convolution
import GaussianKernels
import Randomness
import SampledSpaces
import Testing

@Suite struct LinearOperatorTests {
    private let grid = Grid(width: 40, height: 30, spacing: [0.5, 0.25])

    private func draw<Scalar: ConvolutionScalar>(_ grid: Grid, _ seed: UInt64) -> SampledFunction<Scalar> {
        var generator = SeededGenerator(seed: seed)
        return randomFunction(on: grid, &generator)
    }

    @Test func compositionAppliesInOrderAndItsAdjointInReverse() throws {
        let first = try Convolution(
            ConvolutionKernel<Double>.gaussian(sigma: 1.5, x: 1), on: grid, boundary: .replicate, stride: 2)
        let second = try Convolution(
            ConvolutionKernel<Double>(x: Taps([1, -2, 4]), y: Taps([1, 3])), on: first.outputGrid, extent: .full)
        let both = ComposedOperator([first, second])
        #expect(both.factors.count == 2)
        let f: SampledFunction<Double> = draw(grid, 1)
        #expect(both(f) == second(first(f)))
        let g: SampledFunction<Double> = draw(both.outputGrid, 2)
        #expect(abs(both(f).inner(g) - f.inner(both.adjoint(g))) < 1e-12 * both(f).l2Norm() * g.l2Norm())
        let adjoint = AdjointOperator(of: both)
        #expect(adjoint(g) == both.adjoint(g) && adjoint.adjoint(f) == both(f))
        #expect(adjoint.inputGrid == both.outputGrid && adjoint.outputGrid == both.inputGrid)
    }

    /// A Gaussian after a Gaussian is one Gaussian wherever that is true at the border too; the discrete analogue's semigroup is exact, so what is left
    /// is truncation at five σ.
    @Test(arguments: [Boundary.periodic, .mirrorHalfSample, .mirrorWholeSample])
    func gaussiansMerge(boundary: Boundary) throws {
        let a = try Convolution(
            ConvolutionKernel<Double>.gaussian(sigma: 1.5, x: 2, discretization: .discrete), on: grid,
            boundary: boundary)
        let b = try Convolution(
            ConvolutionKernel<Double>.gaussian(sigma: 2, y: 1, discretization: .discrete), on: grid, boundary: boundary)
        let both = ComposedOperator([a, b])
        #expect(both.factors.count == 1)
        let merged = try #require(both.factors[0] as? Convolution<Double>)
        #expect(merged.kernel.gaussian?.x == .init(order: 2, sigma: 2.5, discretization: .discrete))
        #expect(merged.kernel.gaussian?.y.order == 1)
        let f: SampledFunction<Double> = draw(grid, 3)
        #expect((both(f) - b(a(f))).maxNorm() < 1e-5 * f.maxNorm())
    }

    /// The two are summed, and so is the one: the recursion would be faster, but only approximates it.
    @Test func mergingBringsInNoApproximation() throws {
        let wide = Grid(width: 400, height: 400)
        let kernel = ConvolutionKernel<Double>.gaussian(sigma: 15, discretization: .discrete)
        let summed = try Convolution(kernel, on: wide, boundary: .periodic, method: .separable)
        let merged = try #require(ComposedOperator([summed, summed]).factors.first as? Convolution<Double>)
        #expect(merged.kernel.gaussian?.x.sigma == 450.0.squareRoot() && merged.approximationError == 0)
        let recursive = try Convolution(kernel, on: wide, boundary: .periodic, method: .recursive)
        #expect(ComposedOperator([recursive, summed]).factors.count == 1)
    }

    @Test func gaussiansThatDoNotCommuteWithTheBorderStayTwo() throws {
        let kernel = ConvolutionKernel<Double>.gaussian(sigma: 1.5, discretization: .discrete)
        let odd = ConvolutionKernel<Double>.gaussian(sigma: 1.5, x: 1, discretization: .discrete)
        for (first, boundary) in [(kernel, Boundary.zero), (kernel, .replicate), (odd, .mirrorHalfSample)] {
            let a = try Convolution(first, on: grid, boundary: boundary)
            let b = try Convolution(kernel, on: grid, boundary: boundary)
            #expect(ComposedOperator([a, b]).factors.count == 2)
        }
        let other = try Convolution(ConvolutionKernel<Double>.gaussian(sigma: 1.5), on: grid, boundary: .periodic)
        let discrete = try Convolution(kernel, on: grid, boundary: .periodic)
        #expect(ComposedOperator([other, discrete]).factors.count == 2)
    }

    @Test func nestedCompositionsFlatten() throws {
        let a = try Convolution(ConvolutionKernel<Double>.gaussian(sigma: 1), on: grid, boundary: .periodic)
        let three = ComposedOperator([ComposedOperator([a, a]), a])
        #expect(three.factors.count == 1)
        let merged = try #require(three.factors[0] as? Convolution<Double>)
        #expect(abs((merged.kernel.gaussian?.x.sigma ?? 0) - 3.0.squareRoot()) < 1e-15)
    }
}

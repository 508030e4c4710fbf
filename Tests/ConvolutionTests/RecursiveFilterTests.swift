import Convolution
import GaussianKernels
import Randomness
import SampledSpaces
import Testing

/// The recursion against the sum over the taps that it replaces.
@Suite struct RecursiveFilterTests {
    /// The error documented for the recursion, relative to the largest tap, and what truncating the taps at five σ leaves.
    @Test(arguments: [2, 5, 20, 100.3], [0, 1, 2, 3, 4, 5, 8])
    func impulseResponse(sigma: Double, order: Int) throws {
        let radius = GaussianKernel1D.defaultRadius(order: order, sigma: sigma)
        let grid = Grid(width: 2 * radius + 1, height: 1)
        var impulse = SampledFunction<Double>(grid: grid, constant: 0)
        impulse[radius, 0] = 1
        let factor = GaussianFactors.Factor(order: order, sigma: sigma)
        let kernel = ConvolutionKernel<Double>(GaussianFactors(x: factor, y: .init(order: 0, sigma: sigma)))
        let recursive = try Convolution(kernel, on: grid, method: .recursive)(impulse)
        let summed = try Convolution(kernel, on: grid, method: .separable)(impulse)
        let error = (recursive - summed).maxNorm() / summed.maxNorm()
        #expect(error < 1e-5, "\(error)")
    }

    @Test(arguments: Boundary.allCases, [Discretization.sampled, .discrete])
    func agreesWithTheSumAtEveryBoundary(boundary: Boundary, discretization: Discretization) throws {
        var generator = SeededGenerator(seed: 1)
        for (width, height) in [(40, 33), (7, 90), (1, 1), (130, 5)] {
            let grid = Grid(width: width, height: height)
            let f: SampledFunction<Double> = randomFunction(on: grid, &generator)
            for (i, j, stride) in [(0, 0, 1), (1, 0, 1), (1, 1, 2), (0, 2, 3)] {
                let kernel = ConvolutionKernel<Double>.gaussian(sigma: 3, x: i, y: j, discretization: discretization)
                let recursive = try Convolution(
                    kernel, on: grid, boundary: boundary, stride: stride, method: .recursive)
                let summed = try Convolution(kernel, on: grid, boundary: boundary, stride: stride, method: .separable)
                // The documented bound, and rounding of two lines of up to 130 samples; the bound itself is small.
                let rounding = 1e-13 * kernel.l1Norm * f.maxNorm()
                let bound = recursive.approximationError
                #expect((recursive(f) - summed(f)).maxNorm() < bound * f.maxNorm() + rounding)
                #expect(bound < 3e-6 * kernel.l1Norm)
            }
        }
    }

    @Test(arguments: Boundary.allCases, ConvolutionExtent.allCases)
    func adjointIsExact(boundary: Boundary, extent: ConvolutionExtent) throws {
        var generator = SeededGenerator(seed: 2)
        for (i, j, stride) in [(0, 0, 1), (1, 0, 1), (2, 1, 2)] {
            let grid = Grid(width: 57, height: 46)
            let kernel = ConvolutionKernel<Double>.gaussian(sigma: 2.5, x: i, y: j)
            let convolution = try Convolution(
                kernel, on: grid, boundary: boundary, extent: extent, stride: stride, method: .recursive)
            let f: SampledFunction<Double> = randomFunction(on: grid, &generator)
            let g: SampledFunction<Double> = randomFunction(on: convolution.outputGrid, &generator)
            let (image, back) = (convolution(f), convolution.adjoint(g))
            let defect = abs(image.inner(g) - f.inner(back))
            #expect(defect < 1e-12 * (image.l2Norm() * g.l2Norm() + f.l2Norm() * back.l2Norm()))
        }
    }

    /// The coupled form of the sections keeps single precision usable at large σ.
    @Test(arguments: [4.0, 20, 100]) func singlePrecision(sigma: Double) throws {
        var generator = SeededGenerator(seed: 3)
        let grid = Grid(width: 700, height: 20)
        let f: SampledFunction<Float> = randomFunction(on: grid, &generator)
        let kernel = ConvolutionKernel<Float>.gaussian(sigma: sigma)
        let single = try Convolution(kernel, on: grid, boundary: .replicate, method: .recursive)(f)
        let double = try Convolution(
            ConvolutionKernel<Double>.gaussian(sigma: sigma), on: grid, boundary: .replicate, method: .separable)(
                f.converted(to: Double.self))
        #expect((single.converted(to: Double.self) - double).maxNorm() < 1e-5 * f.maxNorm())
    }

    /// In single precision poles are rounded, which counts the more the longer they live: what is chosen for speed stays within the 10⁻⁴ of the
    /// documentation, and `approximationError` with two times the numbers' rounding covers what is found.
    @Test(arguments: [20.0, 100, 400], [0, 2, 4])
    func singlePrecisionIsBoundedAtEveryScale(sigma: Double, order: Int) throws {
        var generator = SeededGenerator(seed: 5)
        let grid = Grid(width: 600, height: 4)
        let f: SampledFunction<Float> = randomFunction(on: grid, &generator)
        let kernel = ConvolutionKernel<Float>.gaussian(sigma: sigma, x: order, y: 0)
        let exact = try Convolution(
            ConvolutionKernel<Double>.gaussian(sigma: sigma, x: order, y: 0), on: grid, boundary: .replicate,
            method: .separable)(f.converted(to: Double.self))
        func error(_ convolution: Convolution<Float>) -> Double {
            let scale = Double(kernel.l1Norm) * Double(f.maxNorm())
            return (convolution(f).converted(to: Double.self) - exact).maxNorm() / scale
        }
        let chosen = try Convolution(kernel, on: grid, boundary: .replicate)
        #expect(error(chosen) < 1e-4, "\(chosen.method)")
        let recursive = try Convolution(kernel, on: grid, boundary: .replicate, method: .recursive)
        let documented = recursive.approximationError / Double(kernel.l1Norm)
        // Twice its share in rounding beside what a sum of 2,000 samples has at rest.
        #expect(error(recursive) < 3 * documented + 1e-6)
    }
}

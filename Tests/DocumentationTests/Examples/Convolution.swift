// begin
import ContinuousCNN

func edges(_ f: SampledFunction<Float>) throws -> SampledFunction<Float> {
    let kernel = ConvolutionKernel<Float>.gaussian(sigma: 2, x: 1)
    let derivative = try Convolution(kernel, on: f.grid, boundary: .mirrorHalfSample)
    return derivative(f)
}
// end

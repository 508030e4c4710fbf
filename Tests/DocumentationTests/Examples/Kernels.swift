// begin
import GaussianKernels

func kernels(sigma: Double) {
    let discretization = Discretization.automatic(order: 2, sigma: sigma)
    let kernel = GaussianKernel1D(order: 2, sigma: sigma, discretization: discretization, gamma: 1)
    let error = kernel.discretizationError
    print("\(discretization): ∂²x² is off by \(error.moment), white noise by \(error.spectrum)")

    let edge = GaussianKernel2D.directional(order: 1, angle: .pi / 6, sigma: sigma)
    print("\(edge.taps.count) taps for the derivative 30° clockwise from x")

    if let recursive = RecursiveGaussian(GaussianKernel1D(order: 1, sigma: 20 * sigma)) {
        print("\(recursive.sections.count) oscillations instead of \(recursive.kernel.taps.count) taps")
    }
}
// end

import Convolution
import GaussianKernels
import SampledSpaces

/// The five ways in which a derivative of the Gaussian becomes taps.
public enum KernelMethod: String, Sendable, Hashable, CaseIterable {
    /// Values at the samples.
    case sampled
    /// Integrals over pixels.
    case integrated
    /// Lindeberg's discrete analogue.
    case discrete
    /// The band-limited part.
    case spectral
    /// A recursion, by its impulse response.
    case recursive

    /// The taps at −radius, …, radius; nil where the method does not apply.
    ///
    /// The radius is ⌈(10 + n/2) σ⌉ + n + 4, where what is left out is below rounding, so that only the method's own error shows.
    public func taps(order: Int, sigma: Double) -> [Double]? {
        let radius = Int(((10 + Double(order) / 2) * sigma).rounded(.up)) + order + 4
        func kernel(_ discretization: Discretization) -> GaussianKernel1D {
            GaussianKernel1D(order: order, sigma: sigma, discretization: discretization, radius: radius)
        }
        switch self {
        case .sampled: return kernel(.sampled).taps
        case .integrated: return kernel(.integrated).taps
        case .discrete: return kernel(.discrete).taps
        case .spectral: return kernel(.spectral).taps
        case .recursive:
            return RecursiveGaussian(GaussianKernel1D(order: order, sigma: sigma))?.impulseResponse(
                radius: 2 * radius)
        }
    }
}

/// Makes taps of a derivative, an odd number of them with offset 0 in the middle; nil where there are none.
public typealias KernelMaker = @Sendable (_ order: Int, _ sigma: Double, _ method: KernelMethod) -> [Double]?

/// The library's taps.
public let libraryKernels: KernelMaker = { $2.taps(order: $0, sigma: $1) }

extension SampledFunction where Scalar == Double {
    /// The periodic convolution of a function of one variable, on a grid of one row, with taps in units of the domain.
    func convolvedPeriodically(with taps: [Double], order: Int) throws -> SampledFunction {
        var scale = 1.0
        for _ in 0..<order { scale /= grid.spacing.x }
        let kernel = ConvolutionKernel<Double>(x: Taps(taps.map { scale * $0 }, origin: taps.count / 2), y: .identity)
        return try Convolution(kernel, on: grid, boundary: .periodic, method: .direct)(self)
    }

    /// ‖f − g‖₂/‖g‖₂.
    func relativeDistance(to other: SampledFunction) -> Double { (self - other).l2Norm() / other.l2Norm() }
}

import GaussianKernels

/// What a function is convolved with.
///
/// Weights multiply samples: they already contain the quadrature's h_x·h_y where the kernel is a density.
public struct ConvolutionKernel<Scalar: ConvolutionScalar>: Sendable, Hashable {
    /// How the weights are given.
    enum Form: Sendable, Hashable {
        case plane(PlaneTaps<Scalar>)
        case product(x: Taps<Scalar>, y: Taps<Scalar>)
    }

    let form: Form
    /// What the kernel is beyond its weights, where it is a derivative of a Gaussian.
    public let gaussian: GaussianFactors?

    /// Any rectangle of weights.
    public init(_ taps: PlaneTaps<Scalar>) {
        form = .plane(taps)
        gaussian = nil
    }

    /// The product of weights along x and along y, which costs their sum instead of their product.
    public init(x: Taps<Scalar>, y: Taps<Scalar>) {
        form = .product(x: x, y: y)
        gaussian = nil
    }

    /// A derivative of the Gaussian.
    ///
    /// - Complexity: that of making the taps.
    public init(_ gaussian: GaussianFactors) {
        form = .product(x: gaussian.x.taps(times: gaussian.scale), y: gaussian.y.taps(times: 1))
        self.gaussian = gaussian
    }

    /// Any of the library's kernels in the plane: affine, steered, combined.
    public init(_ kernel: GaussianKernel2D) {
        let side = 2 * kernel.radius + 1
        self.init(PlaneTaps(width: side, height: side, values: kernel.taps(as: Scalar.self)))
    }

    /// The derivative ∂x^i ∂y^j of the Gaussian of standard deviation `sigma`, in samples: convolution with it is that derivative of the function
    /// smoothed, per sample to the power of i + j.
    public static func gaussian(
        sigma: Double, x i: Int = 0, y j: Int = 0, discretization: Discretization = .sampled
    ) -> ConvolutionKernel {
        ConvolutionKernel(
            GaussianFactors(
                x: .init(order: i, sigma: sigma, discretization: discretization),
                y: .init(order: j, sigma: sigma, discretization: discretization)))
    }

    /// The Laplacian ∂x² + ∂y² of the Gaussian of standard deviation `sigma`, in samples.
    public static func laplacian(sigma: Double, discretization: Discretization = .sampled) -> ConvolutionKernel {
        ConvolutionKernel(GaussianKernel2D.laplacian(sigma: sigma, discretization: discretization))
    }

    /// All weights as a rectangle.
    public var plane: PlaneTaps<Scalar> {
        switch form {
        case .plane(let taps): taps
        case .product(let x, let y): PlaneTaps(x: x, y: y)
        }
    }

    /// The kernel that does what this one and then `other` does, on the whole plane.
    ///
    /// Products stay products, and a Gaussian after a Gaussian of the same discretisation is one Gaussian with the variances and the orders added, exact for
    /// `.discrete` and `.spectral` up to truncation; for `.sampled` the two differ by what sampling costs. `.integrated` kernels do not merge.
    public func convolved(with other: ConvolutionKernel) -> ConvolutionKernel {
        if let a = gaussian, let b = other.gaussian, let merged = a.merged(with: b) { return ConvolutionKernel(merged) }
        if case .product(let ax, let ay) = form, case .product(let bx, let by) = other.form {
            return ConvolutionKernel(x: ax.convolved(with: bx), y: ay.convolved(with: by))
        }
        return ConvolutionKernel(plane.convolved(with: other.plane))
    }

    /// The number of weights along x.
    public var width: Int {
        switch form {
        case .plane(let taps): taps.width
        case .product(let x, _): x.count
        }
    }

    /// The number of weights along y.
    public var height: Int {
        switch form {
        case .plane(let taps): taps.height
        case .product(_, let y): y.count
        }
    }

    var originColumn: Int {
        switch form {
        case .plane(let taps): taps.originColumn
        case .product(let x, _): x.origin
        }
    }

    var originRow: Int {
        switch form {
        case .plane(let taps): taps.originRow
        case .product(_, let y): y.origin
        }
    }

    /// Σ |weight|: by how much the convolution can enlarge a function's largest magnitude.
    public var l1Norm: Double {
        func sum(_ values: [Scalar]) -> Double { values.reduce(0) { $0 + Double($1.magnitude) } }
        return switch form {
        case .plane(let taps): sum(taps.values)
        case .product(let x, let y): sum(x.values) * sum(y.values)
        }
    }
}

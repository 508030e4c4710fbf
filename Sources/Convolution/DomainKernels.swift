import GaussianKernels
import SampledSpaces

/// Kernels as functions on the plane, lengths in domain units, made into weights for one grid.
///
/// On a finer grid the same call gives more and smaller weights, and the convolution approaches that of functions,
/// (f * k)(x) = ∫ f(x − u) k(u) du ≈ h_x·h_y Σ_j f(x − u_j) k(u_j), at the order of the midpoint rule: faster than any power of h for kernels
/// as smooth as Gaussians.
extension ConvolutionKernel {
    /// The derivative ∂x^i ∂y^j of the Gaussian of standard deviation `sigma` in domain units: convolution with it is that derivative of the smoothed
    /// function, per domain unit to the power of i + j.
    public static func gaussian(
        sigma: Double, x i: Int = 0, y j: Int = 0, on grid: Grid, discretization: Discretization = .sampled
    ) -> ConvolutionKernel {
        var scale = 1.0
        for _ in 0..<i { scale /= grid.spacing.x }
        for _ in 0..<j { scale /= grid.spacing.y }
        return ConvolutionKernel(
            GaussianFactors(
                x: .init(order: i, sigma: sigma / grid.spacing.x, discretization: discretization),
                y: .init(order: j, sigma: sigma / grid.spacing.y, discretization: discretization), scale: scale))
    }

    /// The weights h_x·h_y·k(u_j) of any density k at the offsets u_j of samples up to `radius` away in x and in y, in domain units.
    ///
    /// - Parameters:
    ///   - radius: The largest offsets along x and y, in domain units, not negative.
    ///   - grid: The grid whose spacing the samples have.
    ///   - density: k(x, y), x to the right and y down, per area of the domain.
    /// - Complexity: one evaluation a weight.
    public static func sampling(
        radius: SIMD2<Double>, on grid: Grid, _ density: (_ x: Double, _ y: Double) -> Double
    ) -> ConvolutionKernel {
        precondition(radius.x >= 0 && radius.y >= 0, "a kernel's radius is not negative")
        let (columns, rows) = (Int(radius.x / grid.spacing.x), Int(radius.y / grid.spacing.y))
        let values = (-rows...rows).flatMap { row in
            (-columns...columns).map { column in
                Scalar(grid.cellArea * density(Double(column) * grid.spacing.x, Double(row) * grid.spacing.y))
            }
        }
        return ConvolutionKernel(PlaneTaps(width: 2 * columns + 1, height: 2 * rows + 1, values: values))
    }
}

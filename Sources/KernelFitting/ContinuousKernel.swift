import GaussianKernels
import SampledSpaces

/// The continuous kernel that a fit describes, which can be evaluated on any grid.
///
/// As a function of the offset v from its centre, in samples of the grid it was fitted on, x to the right and y down, it is the
/// kernel a network applies by cross-correlation:
///
///     k(v) = Σ a_ij (−σ)^{i+j} ∂x^i ∂y^j g(v; σ).
public struct ContinuousKernel: Sendable, Hashable {
    /// The jet the coefficients belong to.
    public let jet: GaussianJet
    /// The coefficients a_ij, in the order of the jet's terms.
    public let coefficients: [Double]
    /// The Gaussian's standard deviation.
    public let sigma: Double
    /// How the Gaussian's derivatives become numbers on a grid.
    public let discretization: Discretization

    /// A kernel from its coefficients, one for each term of the jet.
    public init(jet: GaussianJet, coefficients: [Double], sigma: Double, discretization: Discretization = .sampled) {
        precondition(coefficients.count == jet.count, "every term of the jet has a coefficient")
        precondition(sigma > 0 && sigma.isFinite, "a Gaussian's standard deviation is positive and finite")
        self.jet = jet
        self.coefficients = coefficients
        self.sigma = sigma
        self.discretization = discretization
    }

    /// The kernel's values on a grid whose coordinates are offsets from the kernel's centre.
    ///
    /// On the grid it was fitted on (spacing 1, centred) these are the fitted taps. On another grid they are samples of the same
    /// function; times `grid.cellArea` they are taps that act as the original ones do on the original grid.
    /// - Complexity: O(samples · terms).
    public func sampled(on grid: Grid) -> SampledFunction<Double> {
        let alongX = axis(spacing: grid.spacing.x, origin: grid.origin.x, count: grid.width)
        let alongY = axis(spacing: grid.spacing.y, origin: grid.origin.y, count: grid.height)
        var values = [Double](repeating: 0, count: grid.count)
        for (term, coefficient) in zip(jet.terms, coefficients) where coefficient != 0 {
            for row in 0..<grid.height {
                let factor = coefficient * alongY[term.dy][row]
                for column in 0..<grid.width { values[row * grid.width + column] += factor * alongX[term.dx][column] }
            }
        }
        return SampledFunction(grid: grid, values: values)
    }

    /// (−σ)ⁿ g⁽ⁿ⁾ along one axis: in units of the spacing h, σ is σ/h, and a density per sample is h times one per unit.
    private func axis(spacing: Double, origin: Double, count: Int) -> [[Double]] {
        let sigmaInSamples = sigma / spacing
        var factor = 1 / spacing
        return discretization.derivatives(
            through: jet.order, sigma: sigmaInSamples, first: origin / spacing, count: count
        ).map { derivative in
            defer { factor *= -sigmaInSamples }
            return derivative.map { factor * $0 }
        }
    }
}

extension LayerFit {
    /// The continuous kernel that the fit of kernel `index` describes.
    public func continuousKernel(_ index: Int) -> ContinuousKernel {
        ContinuousKernel(
            jet: GaussianJet(order: options.order), coefficients: kernels[index].coefficients,
            sigma: kernels[index].sigma, discretization: options.discretization)
    }
}

import Foundation
import GaussianKernels
import SampledSpaces

/// The continuous kernel that a fit describes, which can be evaluated on any grid.
///
/// As a function of the offset v from the kernel's middle, in samples of the grid it was fitted on, x to the right and y down, it is the
/// kernel a network applies by cross-correlation:
///
///     k(v) = Σ a_ij (−σ)^{i+j} ∂x^i ∂y^j g(v − c; σ) + constant,
///
/// summed over the scales where there are several, with the covariance of `shape` where it is elongated.
public struct ContinuousKernel: Sendable, Hashable {
    /// The jet the coefficients belong to.
    public let jet: GaussianJet
    /// The coefficients a_ij, in the order of the jet's terms, for one scale after the other.
    public let coefficients: [Double]
    /// σ, centre and elongation of the Gaussian.
    public let shape: GaussianShape
    /// The σ of the jets relative to that of `shape`.
    public let scaleRatios: [Double]
    /// The constant beside the jet. It belongs to the kernel's own extent and does not decay.
    public let constant: Double
    /// How the Gaussian's derivatives become numbers on a grid.
    public let discretization: Discretization

    /// A kernel from its coefficients, one for each term of the jet and scale.
    public init(
        jet: GaussianJet, coefficients: [Double], shape: GaussianShape, scaleRatios: [Double] = [1],
        constant: Double = 0,
        discretization: Discretization = .sampled
    ) {
        precondition(
            coefficients.count == jet.count * scaleRatios.count, "every term of the jet has a coefficient a scale")
        precondition(shape.sigma > 0 && shape.sigma.isFinite, "a Gaussian's standard deviation is positive and finite")
        self.jet = jet
        self.coefficients = coefficients
        self.shape = shape
        self.scaleRatios = scaleRatios
        self.constant = constant
        self.discretization = discretization
    }

    /// The kernel's values on a grid whose coordinates are offsets from the kernel's middle.
    ///
    /// On the grid it was fitted on (spacing 1, centred) these are the fitted taps. On another grid they are samples of the same
    /// function; times `grid.cellArea` they are taps that act as the original ones do on the original grid. An elongated kernel is
    /// sampled, whatever the discretisation.
    /// - Complexity: O(samples · terms), and O(samples · terms · order²) for elongated kernels.
    public func sampled(on grid: Grid) -> SampledFunction<Double> {
        var values = [Double](repeating: constant, count: grid.count)
        for (index, ratio) in scaleRatios.enumerated() {
            let ofScale = coefficients[(index * jet.count)..<((index + 1) * jet.count)]
            if shape.stretch == [0, 0] {
                addRound(Array(ofScale), sigma: ratio * shape.sigma, on: grid, to: &values)
            } else {
                addElongated(Array(ofScale), ratio: ratio, on: grid, to: &values)
            }
        }
        return SampledFunction(grid: grid, values: values)
    }

    private func addRound(_ coefficients: [Double], sigma: Double, on grid: Grid, to values: inout [Double]) {
        let alongX = axis(sigma, spacing: grid.spacing.x, first: grid.origin.x - shape.center.x, count: grid.width)
        let alongY = axis(sigma, spacing: grid.spacing.y, first: grid.origin.y - shape.center.y, count: grid.height)
        for (term, coefficient) in zip(jet.terms, coefficients) where coefficient != 0 {
            for row in 0..<grid.height {
                let factor = coefficient * alongY[term.dy][row]
                for column in 0..<grid.width { values[row * grid.width + column] += factor * alongX[term.dx][column] }
            }
        }
    }

    /// (−σ)ⁿ g⁽ⁿ⁾ along one axis: in units of the spacing h, σ is σ/h, and a density per sample is h times one per unit.
    private func axis(_ sigma: Double, spacing: Double, first: Double, count: Int) -> [[Double]] {
        let inSamples = sigma / spacing
        var factor = 1 / spacing
        return discretization.derivatives(through: jet.order, sigma: inSamples, first: first / spacing, count: count)
            .map { derivative in
                defer { factor *= -inSamples }
                return derivative.map { factor * $0 }
            }
    }

    private func addElongated(_ coefficients: [Double], ratio: Double, on grid: Grid, to values: inout [Double]) {
        var scaled = shape
        scaled.sigma *= ratio
        let gaussian = scaled.gaussian
        for row in 0..<grid.height {
            for column in 0..<grid.width {
                let place = grid.point(column: column, row: row) - shape.center
                for (term, coefficient) in zip(jet.terms, coefficients) where coefficient != 0 {
                    let derivative = gaussian.derivative(dx: term.dx, dy: term.dy, x: place.x, y: place.y)
                    values[row * grid.width + column] +=
                        coefficient * pow(-scaled.sigma, Double(term.order)) * derivative
                }
            }
        }
    }
}

extension LayerFit {
    /// The continuous kernel that the fit of kernel `index` describes.
    public func continuousKernel(_ index: Int) -> ContinuousKernel {
        ContinuousKernel(
            jet: GaussianJet(order: options.order), coefficients: kernels[index].coefficients,
            shape: kernels[index].shape,
            scaleRatios: options.scaleRatios, constant: kernels[index].constant, discretization: options.discretization)
    }
}

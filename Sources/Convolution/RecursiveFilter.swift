import Foundation
import GaussianKernels
import LeastSquares

/// A sum of four damped oscillations in place of a Gaussian derivative's taps: h(u) ≈ Re Σ c_k z_k^(u−1) for u ≥ 1, even or odd in u.
///
/// The poles are those of the best such sum for the Gaussian, its first and its second derivative together on the half line; the coefficients are
/// fitted by least squares to the very taps that they replace, so the approximation follows every discretisation. Relative to the largest tap
/// the error is below 1e-6 for orders 0 and 1, 1e-5 for order 2 and 2e-3 up to order 4. The cost does not depend on σ. Idea: Deriche, "Recursively
/// implementing the Gaussian and its derivatives", INRIA RR-1893, 1993.
struct RecursiveFilter: Sendable, Hashable {
    /// The tap at offset zero.
    let centre: Double
    /// +1 for even taps, −1 for odd ones.
    let parity: Double
    /// For each section the real and imaginary part of the pole z and of the coefficient c.
    private(set) var sections: [[Double]]
    /// Σ |h − ĥ| over all offsets: by how much the approximation changes an output, at most, in units of max|f|.
    let error: Double
    /// `error` relative to the taps' own Σ |h|.
    let relativeError: Double

    /// (α, β) of the oscillations e^(−αx) cos βx and e^(−αx) sin βx in units of σ, found by minimising the residual of the fit to the half lines
    /// x ≥ 0 of g, g′ and g″ over the exponents.
    private static let exponents: [(Double, Double)] = [
        (2.223070886561713, 0.4762023529420309), (2.2146478507670713, 1.442523660247288),
        (2.1891629491157074, 2.464314824426214), (2.1315415115029666, 3.6417224820556306),
    ]

    /// The approximation of `kernel`, or nil where the fit fails.
    init?(_ kernel: GaussianKernel1D) {
        let radius = kernel.radius
        let tail = Array(kernel.taps[(radius + 1)...])
        guard tail.count >= 2 * Self.exponents.count else { return nil }
        let poles = Self.exponents.map { α, β -> (Double, Double) in
            let magnitude = exp(-α / kernel.sigma)
            return (magnitude * cos(β / kernel.sigma), magnitude * sin(β / kernel.sigma))
        }
        // Beyond the last tap the kernel counts as zero, so that the tail of the sum is held down as well.
        let points = tail.count + radius
        var columns: [[Double]] = []
        for (α, β) in Self.exponents {
            let powers = (0..<points).map { (exp(-α * Double($0) / kernel.sigma), β * Double($0) / kernel.sigma) }
            columns.append(powers.map { $0.0 * cos($0.1) })
            columns.append(powers.map { -$0.0 * sin($0.1) })
        }
        let target = tail + [Double](repeating: 0, count: radius)
        let matrix = Matrix(columns: columns)
        guard let fit = try? TruncatedFactorization(matrix, tolerance: 1e-12).solve(target) else { return nil }
        centre = kernel.taps[radius]
        parity = kernel.order % 2 == 0 ? 1 : -1
        sections = poles.enumerated().map { k, pole in
            [pole.0, pole.1, fit.unknowns[2 * k], fit.unknowns[2 * k + 1]]
        }
        error = 2 * fit.residual.reduce(0) { $0 + abs($1) }
        relativeError = error / kernel.taps.reduce(0) { $0 + abs($1) }
    }

    /// The filter with offset u in place of −u.
    var reversed: RecursiveFilter {
        var result = self
        result.sections = sections.map { [$0[0], $0[1], parity * $0[2], parity * $0[3]] }
        return result
    }

    /// Centre, parity and sections in the order of the inner loop.
    func scalars<Scalar: ConvolutionScalar>(_: Scalar.Type) -> [Scalar] {
        [Scalar(centre), Scalar(parity)] + sections.flatMap { $0.map { Scalar($0) } }
    }
}

extension Core {
    /// The recursive approximations of the weights along x and y, where the kernel is a Gaussian's derivative that has them.
    var recursiveFilters: (x: RecursiveFilter, y: RecursiveFilter)? {
        guard let gaussian else { return nil }
        let factors = [gaussian.x, gaussian.y].map { factor in
            RecursiveFilter(
                GaussianKernel1D(order: factor.order, sigma: factor.sigma, discretization: factor.discretization))
        }
        guard let x = factors[0], let y = factors[1] else { return nil }
        // The filter convolves; a transposed core wants the correlation.
        return isTransposed ? (x.reversed, y.reversed) : (x, y)
    }

    /// The bound that the filters' errors along x and y give together.
    var recursionError: Double {
        guard let filters = recursiveFilters, case .product(let wx, let wy) = weights else { return 0 }
        let sumX = wx.reduce(0) { $0 + Double($1.magnitude) }
        let sumY = wy.reduce(0) { $0 + Double($1.magnitude) }
        return filters.x.error * sumY + filters.y.error * sumX + filters.x.error * filters.y.error
    }
}

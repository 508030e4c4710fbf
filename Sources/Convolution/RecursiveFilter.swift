import GaussianKernels

/// The coefficients of a recursion that stands for a Gaussian derivative's taps, in the form that the inner loop takes.
struct RecursiveFilter: Sendable, Hashable {
    private let centre: Double
    private let parity: Double
    /// For each section the real and imaginary part of the pole and of the coefficient.
    private let sections: [[Double]]
    /// Σ |h − ĥ| over all offsets: by how much the approximation changes an output, at most, in units of max|f|.
    let error: Double
    /// `error` relative to the taps' own Σ |h|.
    let relativeError: Double

    /// The recursion for `kernel`, or nil where it has none.
    init?(_ kernel: GaussianKernel1D) {
        guard let recursive = RecursiveGaussian(kernel) else { return nil }
        (centre, parity) = (recursive.center, recursive.parity)
        sections = recursive.sections.map { [$0.pole.x, $0.pole.y, $0.coefficient.x, $0.coefficient.y] }
        error = recursive.totalError
        relativeError = error / kernel.taps.reduce(0) { $0 + abs($1) }
    }

    /// The filter of taps `scale` times as large.
    func scaled(by scale: Double) -> RecursiveFilter {
        RecursiveFilter(
            centre: scale * centre, parity: parity,
            sections: sections.map { [$0[0], $0[1], scale * $0[2], scale * $0[3]] },
            error: abs(scale) * error, relativeError: relativeError)
    }

    private init(centre: Double, parity: Double, sections: [[Double]], error: Double, relativeError: Double) {
        (self.centre, self.parity, self.sections) = (centre, parity, sections)
        (self.error, self.relativeError) = (error, relativeError)
    }

    /// The filter with offset u in place of −u.
    var reversed: RecursiveFilter {
        RecursiveFilter(
            centre: centre, parity: parity, sections: sections.map { [$0[0], $0[1], parity * $0[2], parity * $0[3]] },
            error: error, relativeError: relativeError)
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
        guard let x = factors[0]?.scaled(by: gaussian.scale), let y = factors[1] else { return nil }
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

import Foundation
import GaussianKernels

/// The coefficients of a recursion that stands for a Gaussian derivative's taps, in the form that the inner loop takes.
struct RecursiveFilter: Sendable, Hashable {
    private let centre: Double
    private let parity: Double
    /// For each section the real and imaginary part of the pole and of the coefficient.
    private let sections: [[Double]]
    /// Σ |h − ĥ| over all offsets, ĥ with its numbers rounded as they are used: by how much the approximation changes an output, at most, in
    /// units of max|f|.
    let error: Double
    /// `error` relative to the taps' own Σ |h|, and the part of it that rounding the numbers has.
    let relativeError: Double
    let relativeRounding: Double

    /// The recursion for `kernel` times `scale` in the precision of `Scalar`, or nil where it has none.
    init?<Scalar: ConvolutionScalar>(_ kernel: GaussianKernel1D, times scale: Double = 1, in _: Scalar.Type) {
        guard let recursive = RecursiveGaussian(kernel) else { return nil }
        parity = recursive.parity
        sections = recursive.sections.map {
            [$0.pole.x, $0.pole.y, scale * $0.coefficient.x, scale * $0.coefficient.y]
        }
        let rounded = sections.map { $0.map { Double(Scalar($0)) } }
        // The centre makes the sum of all offsets that of the taps, so that a constant stays what it is but for the rounding of states.
        let target = scale * kernel.taps.reduce(0, +)
        let fitted = scale * recursive.center
        centre = recursive.parity > 0 ? target - 2 * Self.sum(rounded) : fitted
        let shift = abs(centre - fitted)
        let rounding =
            (Scalar.self == Double.self ? 0 : Self.distance(sections, rounded)) + shift
        error = abs(scale) * recursive.totalError + rounding
        let sum = abs(scale) * kernel.taps.reduce(0) { $0 + abs($1) }
        (relativeError, relativeRounding) = (error / sum, rounding / sum)
    }

    private init(_ other: RecursiveFilter, sections: [[Double]]) {
        (centre, parity, self.sections) = (other.centre, other.parity, sections)
        (error, relativeError, relativeRounding) = (other.error, other.relativeError, other.relativeRounding)
    }

    /// Σ |h − h′| over all offsets but the centre for the sections of h and h′. A rounded pole decays and turns at another rate, by the more the longer
    /// it lives, so that the error grows with σ.
    private static func distance(_ a: [[Double]], _ b: [[Double]]) -> Double {
        let slowest = a.reduce(0) { max($0, hypot($1[0], $1[1])) }
        // Where the slowest is down to 10⁻¹⁷.
        let count = Int((40 / -log(slowest)).rounded(.up))
        var difference = [Double](repeating: 0, count: count)
        for (sections, sign) in [(a, 1.0), (b, -1.0)] {
            for section in sections {
                var (x, y) = (section[2], section[3])
                for offset in 0..<count {
                    difference[offset] += sign * x
                    (x, y) = (x * section[0] - y * section[1], x * section[1] + y * section[0])
                }
            }
        }
        return 2 * difference.reduce(0) { $0 + abs($1) }
    }

    /// The sum over all offsets to one side: Re Σ c / (1 − p).
    private static func sum(_ sections: [[Double]]) -> Double {
        sections.reduce(0) { sum, section in
            let (real, imaginary) = (1 - section[0], -section[1])
            return sum + (section[2] * real + section[3] * imaginary) / (real * real + imaginary * imaginary)
        }
    }

    /// The filter with offset u in place of −u.
    var reversed: RecursiveFilter {
        RecursiveFilter(self, sections: sections.map { [$0[0], $0[1], parity * $0[2], parity * $0[3]] })
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
        func filter(_ factor: GaussianFactors.Factor, times scale: Double = 1) -> RecursiveFilter? {
            let kernel = GaussianKernel1D(
                order: factor.order, sigma: factor.sigma, discretization: factor.discretization)
            return RecursiveFilter(kernel, times: scale, in: Scalar.self)
        }
        guard let x = filter(gaussian.x, times: gaussian.scale), let y = filter(gaussian.y) else { return nil }
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

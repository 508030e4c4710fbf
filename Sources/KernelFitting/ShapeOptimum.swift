import GaussianKernels

/// What is known about the shape of a fit's Gaussian: its σ and, where they are fitted too, its centre and elongation.
public enum ScaleStatus: String, Sendable, Hashable, Codable {
    /// It was given.
    case given
    /// It maximises the energy explained, inside the range searched.
    case found
    /// The energy explained was largest at an end of the range searched, of σ or of another parameter: the optimum may lie beyond.
    case atEdge
    /// Every shape explains the same, because the basis spans all taps or the kernel is zero; the best-conditioned one was taken.
    case undetermined
}

/// The shape that explains most of some kernels, and the energy it explains.
struct ShapeOptimum {
    var shape: GaussianShape
    var energy: Double
    var status: ScaleStatus
    /// The rank of the basis there.
    var rank: Int
}

/// A search for the shape that explains most of kernels of one size, for the jets of all orders 0…N.
protocol OptimumSearch {
    /// The optimum of each of some orders for the pooled energy of kernels, stored one after the other.
    func optima(of kernels: UnsafeBufferPointer<Double>, orders: ClosedRange<Int>) throws -> [ShapeOptimum]
}

/// The search that a kind of fit needs.
enum OptimumSearches {
    case ofScale(ScaleSearch)
    case ofShape(ShapeSearch)

    init(_ options: FitOptions, height: Int, width: Int) {
        self =
            options.hasOwnShapes
            ? .ofShape(ShapeSearch(options: options, height: height, width: width))
            : .ofScale(ScaleSearch(options: options, height: height, width: width))
    }
}

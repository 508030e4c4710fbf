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

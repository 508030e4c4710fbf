import FourierTransforms
import Parallelism

/// A convolution or its transpose as every algorithm sees it: a correlation of taps with a line along each axis.
struct Core<Scalar: ConvolutionScalar>: Sendable {
    /// The weights, in the order of `AxisPlan`.
    enum Weights: Sendable {
        /// y.taps rows of x.taps.
        case plane([Scalar])
        case product(x: [Scalar], y: [Scalar])
    }

    let x: AxisPlan
    let y: AxisPlan
    let weights: Weights
    /// What the weights are where they are a Gaussian's derivative, undilated.
    let gaussian: GaussianFactors?
    /// Whether the offsets of the weights run against those of the kernel.
    let isTransposed: Bool

    /// All weights as y.taps rows of x.taps.
    var planeWeights: [Scalar] {
        switch weights {
        case .plane(let weights): weights
        case .product(let wx, let wy): wy.flatMap { b in wx.map { a in a * b } }
        }
    }

    /// The way to sum over taps that costs least.
    var summingMethod: ConvolutionMethod {
        if case .product = weights { return .separable }
        return .direct
    }

    /// The number of outputs.
    var count: Int { x.count * y.count }
}

/// An algorithm ready to run on one core.
protocol ConvolutionPath<Scalar>: Sendable {
    associatedtype Scalar: ConvolutionScalar
    /// Reads y.sourceCount rows of x.sourceCount samples, and writes y.count rows of x.count outputs.
    func run(_ source: UnsafePointer<Scalar>, _ result: UnsafeMutablePointer<Scalar>)
}

import SampledSpaces

/// A linear map from functions on one grid to functions on another, with its adjoint.
///
/// The adjoint is taken in the functions' own inner products, with their quadrature weights: ⟨Kf, g⟩ = ⟨f, K*g⟩ with `inner(_:)` on both sides. It is
/// computed as exactly as the operator is, border, stride and all.
public protocol LinearOperator<Scalar>: Sendable {
    /// The precision of the functions.
    associatedtype Scalar: ConvolutionScalar
    /// Where the functions lie that the operator takes.
    var inputGrid: Grid { get }
    /// Where its results lie.
    var outputGrid: Grid { get }
    /// The result Kf for f on `inputGrid`.
    func callAsFunction(_ f: SampledFunction<Scalar>) -> SampledFunction<Scalar>
    /// The result K*g for g on `outputGrid`.
    func adjoint(_ g: SampledFunction<Scalar>) -> SampledFunction<Scalar>
}

/// The adjoint of an operator, as an operator.
public struct AdjointOperator<Base: LinearOperator>: LinearOperator {
    /// The operator whose adjoint this is.
    public let base: Base

    /// The adjoint of `base`.
    public init(of base: Base) { self.base = base }

    /// Where the base's results lie.
    public var inputGrid: Grid { base.outputGrid }
    /// Where the base's functions lie.
    public var outputGrid: Grid { base.inputGrid }
    /// K*f.
    public func callAsFunction(_ f: SampledFunction<Base.Scalar>) -> SampledFunction<Base.Scalar> { base.adjoint(f) }
    /// Kg.
    public func adjoint(_ g: SampledFunction<Base.Scalar>) -> SampledFunction<Base.Scalar> { base(g) }
}

/// Operators applied one after another, as an operator.
///
/// Convolutions with Gaussian derivatives that follow one another are merged into one where that changes nothing but rounding and, for sampled
/// kernels, the error of sampling: where the function is extended periodically, or by a mirror and the first derivative is of even orders, so that its result is
/// its own mirror image again. Elsewhere the two differ near the border, and both are kept.
public struct ComposedOperator<Scalar: ConvolutionScalar>: LinearOperator {
    /// The operators, the first one applied first; at least one.
    public let factors: [any LinearOperator<Scalar>]

    /// `factors` applied from first to last; each takes functions on the grid of its predecessor's results.
    public init(_ factors: [any LinearOperator<Scalar>]) {
        precondition(!factors.isEmpty, "a composition has at least one operator")
        for (first, second) in zip(factors, factors.dropFirst()) {
            precondition(first.outputGrid == second.inputGrid, "an operator must take what the one before it gives")
        }
        var merged: [any LinearOperator<Scalar>] = []
        for factor in factors.flatMap({ ($0 as? ComposedOperator)?.factors ?? [$0] }) {
            if let second = factor as? Convolution<Scalar>, let first = merged.last as? Convolution<Scalar>,
                let one = second.merged(after: first)
            {
                merged[merged.count - 1] = one
            } else {
                merged.append(factor)
            }
        }
        self.factors = merged
    }

    /// Where the first operator's functions lie.
    public var inputGrid: Grid { factors[0].inputGrid }
    /// Where the last operator's results lie.
    public var outputGrid: Grid { factors[factors.count - 1].outputGrid }
    /// The operators' results, first to last.
    public func callAsFunction(_ f: SampledFunction<Scalar>) -> SampledFunction<Scalar> {
        factors.reduce(f) { $1($0) }
    }
    /// The adjoints' results, last to first.
    public func adjoint(_ g: SampledFunction<Scalar>) -> SampledFunction<Scalar> {
        factors.reversed().reduce(g) { $1.adjoint($0) }
    }
}

import GaussianKernels
import SampledSpaces

/// The sum of operators with common grids, as an operator: f ↦ Σ Kᵢ f, its adjoint g ↦ Σ Kᵢ* g.
public struct SummedOperator<Scalar: ConvolutionScalar>: LinearOperator {
    /// The operators; at least one.
    public let terms: [any LinearOperator<Scalar>]

    /// The sum of `terms`, which take functions on the same grid to functions on the same grid.
    public init(_ terms: [any LinearOperator<Scalar>]) {
        precondition(!terms.isEmpty, "a sum has at least one operator")
        for term in terms {
            precondition(
                term.inputGrid == terms[0].inputGrid && term.outputGrid == terms[0].outputGrid,
                "the terms of a sum have their grids in common")
        }
        self.terms = terms
    }

    /// Where the functions lie that every term takes.
    public var inputGrid: Grid { terms[0].inputGrid }
    /// Where every term's results lie.
    public var outputGrid: Grid { terms[0].outputGrid }
    /// Σ Kᵢ f, added in the order of the terms.
    public func callAsFunction(_ f: SampledFunction<Scalar>) -> SampledFunction<Scalar> {
        terms.dropFirst().reduce(terms[0](f)) { $0.combined(with: $1(f)) { $0 + $1 } }
    }
    /// Σ Kᵢ* g, added in the order of the terms.
    public func adjoint(_ g: SampledFunction<Scalar>) -> SampledFunction<Scalar> {
        terms.dropFirst().reduce(terms[0].adjoint(g)) { $0.combined(with: $1.adjoint(g)) { $0 + $1 } }
    }
}

extension ConvolutionKernel {
    /// The Laplacian ∂x² + ∂y² of the Gaussian as two kernels whose sum it is, each a product: 4(2r + 1) weights in place of (2r + 1)².
    ///
    /// Both have the reach of the second derivative, so that their convolutions have their grids in common whatever the extent.
    ///
    /// - Parameters:
    ///   - sigmaX: The standard deviation along x, in samples.
    ///   - sigmaY: That along y.
    ///   - discretization: How the factors become taps.
    public static func laplacianTerms(
        sigmaX: Double, sigmaY: Double, discretization: Discretization = .sampled
    ) -> [ConvolutionKernel] {
        func radius(_ sigma: Double) -> Int {
            [0, 2].map { GaussianKernel1D.defaultRadius(order: $0, sigma: sigma, discretization: discretization) }.max()
                ?? 0
        }
        func factor(_ order: Int, _ sigma: Double) -> GaussianFactors.Factor {
            .init(order: order, sigma: sigma, discretization: discretization, radius: radius(sigma))
        }
        return [
            ConvolutionKernel(GaussianFactors(x: factor(2, sigmaX), y: factor(0, sigmaY))),
            ConvolutionKernel(GaussianFactors(x: factor(0, sigmaX), y: factor(2, sigmaY))),
        ]
    }
}

import GaussianKernels
import LeastSquares

/// A Gaussian jet sampled on the taps of a kernel: the design matrix that kernels are fitted with.
///
/// The column of ∂x^i ∂y^j holds (−σ)^{i+j} ∂x^i ∂y^j g(u; σ) at the taps' offsets u from the kernel's centre, in samples, so that
/// a coefficient a_ij describes the operator a kernel applies by correlation: k(−u) = Σ a_ij σ^{i+j} ∂x^i ∂y^j g(u; σ).
public struct JetBasis: Sendable {
    /// The jet that was sampled.
    public let jet: GaussianJet
    /// The Gaussian's standard deviation in samples.
    public let sigma: Double
    /// The sampled functions: taps (row by row) × `jet.count`.
    public let design: Matrix
    /// The design matrix, factorised once for all kernels that share this basis.
    public let factorization: TruncatedFactorization

    /// Samples a jet on `height` × `width` taps and factorises it.
    ///
    /// - Throws: `LeastSquaresError` where the factorisation fails.
    /// - Complexity: O(taps · functions · min(taps, functions)).
    public init(
        jet: GaussianJet, sigma: Double, discretization: Discretization, height: Int, width: Int
    ) throws(LeastSquaresError) {
        let x = JetAxis(order: jet.order, sigma: sigma, discretization: discretization, count: width)
        let y = JetAxis(order: jet.order, sigma: sigma, discretization: discretization, count: height)
        let columns = jet.terms.map { term in
            y.functions[term.dy].flatMap { inY in x.functions[term.dx].map { inY * $0 } }
        }
        self.jet = jet
        self.sigma = sigma
        design = Matrix(columns: columns)
        factorization = try TruncatedFactorization(design)
    }
}

/// The one-dimensional factors of a jet along one axis of a kernel: (−σ)ⁿ g⁽ⁿ⁾(u; σ) for n = 0, …, order, at `count` taps.
struct JetAxis {
    let functions: [[Double]]

    init(order: Int, sigma: Double, discretization: Discretization, count: Int) {
        let derivatives = discretization.derivatives(
            through: order, sigma: sigma, first: -Double(count - 1) / 2, count: count)
        var factor = 1.0
        functions = derivatives.map { derivative in
            defer { factor *= -sigma }
            return derivative.map { factor * $0 }
        }
    }
}

import GaussianKernels
import LeastSquares

/// One kernel's projection onto a Gaussian jet.
public struct KernelFit: Sendable, Hashable {
    /// The coefficients a_ij in the order of `GaussianJet.terms`: k(−u) = Σ a_ij σ^{i+j} ∂x^i ∂y^j g(u; σ).
    public let coefficients: [Double]
    /// The standard errors of the coefficients at this σ, for uncorrelated errors of equal variance in the taps, which is
    /// estimated from the residual and its `degreesOfFreedom`; all zero where none are left, as the residual then says nothing.
    public let standardErrors: [Double]
    /// The Gaussian's standard deviation in samples.
    public let sigma: Double
    /// How σ was found.
    public let scaleStatus: ScaleStatus
    /// The kernel's energy ‖k‖².
    public let energy: Double
    /// The taps of the fit, row by row.
    public let fitted: [Double]
    /// The energy ‖k − fit‖² that is left.
    public let residualEnergy: Double
    /// The number of independent functions in the basis.
    public let rank: Int
    /// The condition number of the column-scaled basis, over the singular values kept.
    public let conditionNumber: Double

    /// The part of the energy that is explained, R² = 1 − ‖k − fit‖²/‖k‖²; 0 for a kernel of zeros.
    public var explainedEnergy: Double { energy > 0 ? 1 - residualEnergy / energy : 0 }

    /// The number of taps less the rank.
    public var degreesOfFreedom: Int { fitted.count - rank }

    /// Fits one kernel's taps with a basis.
    ///
    /// - Complexity: O((taps + functions) · rank).
    init(taps: ArraySlice<Double>, basis: JetBasis, unitVariances: [Double], scaleStatus: ScaleStatus) {
        let solution = basis.factorization.solve(Array(taps))
        let residualEnergy = solution.residual.reduce(0) { $0 + $1 * $1 }
        let freedom = taps.count - basis.factorization.rank
        let variance = freedom > 0 ? residualEnergy / Double(freedom) : 0
        coefficients = solution.unknowns
        standardErrors = unitVariances.map { (variance * $0).squareRoot() }
        sigma = basis.sigma
        self.scaleStatus = scaleStatus
        energy = taps.reduce(0) { $0 + $1 * $1 }
        fitted = solution.fitted
        self.residualEnergy = residualEnergy
        rank = basis.factorization.rank
        conditionNumber = basis.factorization.conditionNumber
    }
}

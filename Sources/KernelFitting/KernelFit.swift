import GaussianKernels
import LeastSquares

/// One kernel's projection onto a Gaussian jet.
public struct KernelFit: Sendable, Hashable {
    /// The coefficients a_ij in the order of `GaussianJet.terms`: k(−u) = Σ a_ij σ^{i+j} ∂x^i ∂y^j g(u; σ). With several scales those of each
    /// follow one another.
    public let coefficients: [Double]
    /// The standard errors of the coefficients, for uncorrelated errors of equal variance in the taps, which is estimated from the
    /// residual and its `degreesOfFreedom`; all zero where none are left, as the residual then says nothing. A ridge's bias is not in them.
    ///
    /// They include the uncertainty of σ, centre and elongation where these were fitted to this kernel and found inside their
    /// ranges; a σ shared by a layer counts as known.
    public let standardErrors: [Double]
    /// The constant beside the jet; zero where none was fitted.
    public let constant: Double
    /// The shape of the Gaussian.
    public let shape: GaussianShape
    /// The standard errors of log σ, the centre's coordinates and the stretch's, in this order, where they were fitted to this kernel; zero
    /// for the others.
    public let shapeErrors: [Double]
    /// How the shape was found.
    public let scaleStatus: ScaleStatus
    /// The kernel's energy ‖k‖².
    public let energy: Double
    /// The taps of the fit, row by row.
    public let fitted: [Double]
    /// The energy ‖k − fit‖² that is left.
    public let residualEnergy: Double
    /// The number of independent functions in the basis, whatever a ridge leaves of them.
    public let rank: Int
    /// The energy that the basis explains of white noise on average, as a part of it: rank/taps, and less with a ridge.
    public let chanceEnergy: Double
    /// The number of taps less the number of parameters: those of the shape that were searched for this kernel, at an end of their range
    /// or not, and the rank. A ridge spends less than the rank: tr(2H − HᵀH), with H the matrix that takes taps to fitted taps.
    ///
    /// 0 where less than 1 is left, as so small a residual says nothing.
    public let degreesOfFreedom: Double
    /// The condition number of the column-scaled basis, over the singular values kept.
    public let conditionNumber: Double

    /// The Gaussian's standard deviation in samples.
    public var sigma: Double { shape.sigma }

    /// The part of the energy that is explained, R² = 1 − ‖k − fit‖²/‖k‖²; 0 for a kernel of zeros.
    public var explainedEnergy: Double { energy > 0 ? 1 - residualEnergy / energy : 0 }
}

extension KernelFit {
    /// Fits one kernel's taps with a basis.
    ///
    /// - Parameters:
    ///   - unitErrors: The basis' `unitErrors`.
    ///   - model: The shape's parameters that were searched for this kernel, or nil where none were.
    /// - Complexity: O((taps + functions) · rank), and O(taps · functions²) where shape parameters were fitted.
    init(
        taps: ArraySlice<Double>, basis: JetBasis, unitErrors: [Double], status: ScaleStatus, model: ShapeModel?
    ) throws {
        let taps = Array(taps)
        let solution = basis.solve(taps)
        fitted = Array(solution.fitted.prefix(taps.count))
        residualEnergy = solution.residual.prefix(taps.count).reduce(0) { $0 + $1 * $1 }
        energy = taps.reduce(0) { $0 + $1 * $1 }
        rank = basis.rank
        chanceEnergy = basis.chanceEnergy
        conditionNumber = basis.factorization.conditionNumber
        shape = basis.shape
        scaleStatus = status
        var unitErrors = unitErrors
        var ofShape = [Double](repeating: 0, count: 5)
        if let model, status == .found, energy > 0 {
            let joint = try model.jointErrors(taps, basis)
            unitErrors = joint.linear
            for (parameter, error) in zip(model.free, joint.shape) { ofShape[parameter.rawValue] = error }
        }
        let left = Double(taps.count - (model?.free.count ?? 0)) - basis.effectiveRank
        degreesOfFreedom = left < 1 ? 0 : left
        let deviation = degreesOfFreedom > 0 ? (residualEnergy / degreesOfFreedom).squareRoot() : 0
        shapeErrors = ofShape.map { deviation * $0 }
        let errors = unitErrors.map { deviation * $0 }
        coefficients = basis.hasConstant ? solution.unknowns.dropLast() : solution.unknowns
        standardErrors = basis.hasConstant ? errors.dropLast() : errors
        constant = basis.hasConstant ? solution.unknowns[solution.unknowns.count - 1] : 0
    }
}

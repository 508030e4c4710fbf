/// What a factorisation can fail at.
public enum LeastSquaresError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The matrix holds NaN or infinity.
    case notFinite
    /// LAPACK's iteration for the singular values did not converge.
    case noConvergence(routine: String)
    /// LAPACK refused its arguments, which is a fault of this library.
    case invalidArgument(routine: String, position: Int)
    /// The equations and conditions leave an unknown undetermined, or the conditions depend on each other.
    case undetermined(routine: String)
    /// LAPACK could not allocate its work space.
    case outOfMemory(routine: String)

    /// One sentence that says what happened.
    public var description: String {
        switch self {
        case .notFinite: "the matrix of a least-squares problem holds NaN or infinity, where finite numbers are needed"
        case .noConvergence(let routine): "LAPACK's \(routine) did not converge"
        case .invalidArgument(let routine, let position): "LAPACK's \(routine) refused its argument \(position)"
        case .undetermined(let routine):
            "LAPACK's \(routine) found a least-squares problem whose equations and conditions do not determine its unknowns"
        case .outOfMemory(let routine): "LAPACK's \(routine) found no memory for its work space"
        }
    }

    /// Throws unless `info`, the return value of a LAPACKE routine, says that it succeeded.
    static func check(_ info: Int32, _ routine: String) throws(LeastSquaresError) {
        switch info {
        case 0: return
        case -1011, -1010: throw .outOfMemory(routine: routine)
        case ..<0: throw .invalidArgument(routine: routine, position: Int(-info))
        default: throw .noConvergence(routine: routine)
        }
    }
}

import CLAPACKE

/// A least-squares problem's design matrix, factorised once by a truncated singular value decomposition and ready to solve for
/// any number of right-hand sides.
///
/// Every column is scaled to unit norm first, A = B D; then B = U S Vᵀ, and singular values at most `tolerance` times the largest
/// are left out. What remains has `rank` directions; the solution returned is the one of minimal norm in the scaled unknowns.
/// Source: Golub and Van Loan, *Matrix Computations*, 4th ed., 5.5; scaling after van der Sluis, "Condition numbers and
/// equilibration of matrices", Numerische Mathematik 14, 1969, doi:10.1007/BF02165096.
public struct TruncatedFactorization: Sendable {
    /// The relative size up to which singular values count as zero, unless another is asked for.
    public static let defaultTolerance = 1e-10

    /// The number of equations.
    public let rows: Int
    /// The number of unknowns.
    public let columns: Int
    /// The singular values of the column-scaled matrix that were kept, descending.
    public let singularValues: [Double]
    /// An orthonormal basis of the column space kept: `rows` × `rank`.
    public let basis: Matrix
    /// D⁻¹ V S⁻¹, which takes coordinates in `basis` to unknowns: `columns` × `rank`.
    private let toUnknowns: Matrix

    /// Factorises a design matrix.
    ///
    /// A column of zeros is allowed; its unknown is zero in every solution. So is one whose largest element is at most 10⁻²⁵⁰, which counts
    /// as zeros: its unknown could leave the range of doubles.
    /// - Parameters:
    ///   - design: The matrix, with at least one row and column.
    ///   - tolerance: The relative size up to which singular values count as zero.
    /// - Throws: `LeastSquaresError.notFinite`, or what LAPACK's `dgesdd` reports.
    /// - Complexity: O(rows · columns · min(rows, columns)).
    public init(_ design: Matrix, tolerance: Double = defaultTolerance) throws(LeastSquaresError) {
        precondition(design.rows > 0 && design.columns > 0, "a least-squares problem has equations and unknowns")
        guard design.values.allSatisfy(\.isFinite) else { throw .notFinite }
        let (m, n) = (design.rows, design.columns)
        var scaled = design
        let norms = scaled.scaleColumnsToUnitNorm()

        let k = min(m, n)
        var u = Matrix(rows: m, columns: k, values: Array(repeating: 0, count: m * k))
        var vTransposed = Matrix(rows: k, columns: n, values: Array(repeating: 0, count: k * n))
        var s = [Double](repeating: 0, count: k)
        let thinFactors = CChar(UInt8(ascii: "S"))
        let info = LAPACKE_dgesdd(
            LAPACK_COL_MAJOR, thinFactors, Int32(m), Int32(n), &scaled.values, Int32(m), &s, &u.values, Int32(m),
            &vTransposed.values, Int32(k))
        try LeastSquaresError.check(info, "dgesdd")

        let rank = s.prefix { $0 > tolerance * s[0] && $0 > 0 }.count
        rows = m
        columns = n
        singularValues = Array(s.prefix(rank))
        basis = Matrix(rows: m, columns: rank, values: Array(u.values.prefix(m * rank)))
        var toUnknowns = Matrix(rows: n, columns: rank, values: Array(repeating: 0, count: n * rank))
        for direction in 0..<rank {
            for unknown in 0..<n where norms[unknown] > 0 {
                toUnknowns[unknown, direction] = vTransposed[direction, unknown] / (s[direction] * norms[unknown])
            }
        }
        self.toUnknowns = toUnknowns
    }

    /// The number of independent columns.
    public var rank: Int { singularValues.count }

    /// The ratio of the largest to the smallest singular value kept, of the column-scaled matrix; 1 where nothing was kept.
    public var conditionNumber: Double {
        guard let first = singularValues.first, let last = singularValues.last else { return 1 }
        return first / last
    }

    /// The solution for one right-hand side of `rows` numbers, and how much of it is explained.
    ///
    /// - Complexity: O((rows + columns) · rank).
    public func solve(_ rightHandSide: [Double]) -> LeastSquaresSolution {
        let coordinates = basis.transposedTimes(rightHandSide)
        let fitted = basis.times(coordinates)
        var residual = rightHandSide
        for row in residual.indices { residual[row] -= fitted[row] }
        return LeastSquaresSolution(unknowns: toUnknowns.times(coordinates), fitted: fitted, residual: residual)
    }

    /// The standard error of each unknown, for uncorrelated errors of variance 1 in the first `count` numbers of the right-hand side where
    /// the others are exact. With errors in all of them it is the root of the diagonal of (AᵀA)⁺, on the directions kept.
    ///
    /// - Complexity: O(columns · rank), or O(rows · columns · rank) where some numbers are exact.
    public func unitErrors(inFirst count: Int) -> [Double] {
        precondition((0...rows).contains(count), "errors are in numbers of the right-hand side")
        return (0..<columns).map { unknown in
            // Unknowns of small columns have errors whose squares leave the range of doubles.
            let largest = (0..<rank).reduce(0.0) { max($0, abs(toUnknowns[unknown, $1])) }
            guard largest > 0 else { return 0 }
            let relative = (0..<rank).map { toUnknowns[unknown, $0] / largest }
            let byError = count < rows ? Array(basis.times(relative).prefix(count)) : relative
            return largest * byError.reduce(0) { $0 + $1 * $1 }.squareRoot()
        }
    }
}

/// The solution of a least-squares problem for one right-hand side.
public struct LeastSquaresSolution: Sendable, Hashable {
    /// The unknowns.
    public let unknowns: [Double]
    /// What they explain of the right-hand side: its projection onto the columns kept.
    public let fitted: [Double]
    /// The right-hand side less `fitted`.
    public let residual: [Double]
}

extension Matrix {
    /// Elements up to this size count as zero where a column has no larger ones.
    private static let negligible = 1e-250

    /// Divides each column by its Euclidean norm, which is returned; columns that are negligible become zeros of norm zero.
    fileprivate mutating func scaleColumnsToUnitNorm() -> [Double] {
        (0..<columns).map { column in
            let range = (column * rows)..<((column + 1) * rows)
            // Dividing by the largest element first keeps the squares within range.
            let largest = values[range].reduce(0) { max($0, abs($1)) }
            guard largest > Self.negligible else {
                for index in range { values[index] = 0 }
                return 0
            }
            let norm = largest * values[range].reduce(0) { $0 + ($1 / largest) * ($1 / largest) }.squareRoot()
            for index in range { values[index] = values[index] / largest / (norm / largest) }
            return norm
        }
    }
}

import CLAPACKE

extension Matrix {
    /// The triangular factor R of a QR factorisation A = QR: min(rows, columns) × columns, with AᵀA = RᵀR.
    ///
    /// Every sum of squares ‖P A xᵀ‖² that depends on the rows of A through AᵀA alone is the same over the rows of R, of which
    /// there are at most as many as columns.
    /// - Throws: `LeastSquaresError.notFinite`, or what LAPACK's `dgeqrf` reports.
    /// - Complexity: O(rows · columns · min(rows, columns)).
    public func triangularFactor() throws(LeastSquaresError) -> Matrix {
        guard values.allSatisfy(\.isFinite) else { throw .notFinite }
        let k = min(rows, columns)
        var factor = Matrix(rows: k, columns: columns, values: Array(repeating: 0, count: k * columns))
        guard k > 0 else { return factor }
        var work = values
        var reflectors = [Double](repeating: 0, count: k)
        let info = LAPACKE_dgeqrf(
            LAPACK_COL_MAJOR, Int32(rows), Int32(columns), &work, Int32(rows), &reflectors)
        try LeastSquaresError.check(info, "dgeqrf")
        for column in 0..<columns {
            for row in 0...min(column, k - 1) { factor[row, column] = work[row + column * rows] }
        }
        return factor
    }
}

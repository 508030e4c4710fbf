import CLAPACKE

extension Matrix {
    /// The x that makes ‖A x − b‖ smallest among those with C x = d, A this matrix.
    ///
    /// Source: Golub and Van Loan, *Matrix Computations*, 4th ed., 6.2, by LAPACK's `dgglse`, which factorises A and C together.
    /// - Parameters:
    ///   - b: The right-hand side, as many numbers as A has rows.
    ///   - conditions: The matrix C, with as many columns as A and no more rows than that.
    ///   - d: What the conditions are to equal, as many numbers as C has rows.
    /// - Throws: `LeastSquaresError.notFinite`; `undetermined` where the conditions depend on each other, or leave unknowns that the
    ///   equations do not determine, of which only exact dependence is found.
    /// - Complexity: O(rows · columns²).
    public func leastSquaresSolution(
        for b: [Double], where conditions: Matrix, equals d: [Double]
    ) throws(LeastSquaresError) -> [Double] {
        precondition(
            b.count == rows && d.count == conditions.rows, "every equation and condition has a right-hand side")
        precondition(conditions.columns == columns, "equations and conditions have the same unknowns")
        precondition(
            conditions.rows <= columns && columns <= rows + conditions.rows,
            "there are equations for what conditions leave")
        for numbers in [values, b, conditions.values, d] where !numbers.allSatisfy(\.isFinite) { throw .notFinite }
        guard columns > 0 else { return [] }
        var (a, c) = (values, conditions.values)
        var (ofEquations, ofConditions) = (b, d)
        var solution = [Double](repeating: 0, count: columns)
        let info = LAPACKE_dgglse(
            LAPACK_COL_MAJOR, Int32(rows), Int32(columns), Int32(conditions.rows), &a, Int32(max(rows, 1)), &c,
            Int32(max(conditions.rows, 1)), &ofEquations, &ofConditions, &solution)
        guard info <= 0 else { throw .undetermined(routine: "dgglse") }
        try LeastSquaresError.check(info, "dgglse")
        return solution
    }
}

/// Least squares with few columns, by Gram and Schmidt's method run twice: for searches that solve thousands of small problems, where a
/// singular value decomposition would tell more than is needed.
struct OrthonormalColumns {
    /// The number of independent columns; the others have the coefficient 0.
    let rank: Int
    private let rows: Int
    /// The orthonormal columns, one after the other; zero for a column that depends on the earlier ones.
    private var q: [Double]
    /// How the columns are made of them: r[m·columns + i], upper triangular.
    private var r: [Double]
    private let columns: Int

    /// Orthonormalises columns of equal length, or returns nil where one is neither independent of the earlier ones nor a combination of them:
    /// where what it has beside them is between 10⁻⁶ and 10⁻¹³ of its length, so that singular values decide what counts.
    init?(_ columns: [[Double]]) {
        let (rows, count) = (columns[0].count, columns.count)
        var q = [Double](repeating: 0, count: rows * count)
        var r = [Double](repeating: 0, count: count * count)
        var rank = 0
        for (i, column) in columns.enumerated() {
            var norm = 0.0
            for row in 0..<rows {
                q[i * rows + row] = column[row]
                norm += column[row] * column[row]
            }
            for _ in 0..<2 {
                for m in 0..<i {
                    var product = 0.0
                    for row in 0..<rows { product += q[m * rows + row] * q[i * rows + row] }
                    r[m * count + i] += product
                    for row in 0..<rows { q[i * rows + row] -= product * q[m * rows + row] }
                }
            }
            var left = 0.0
            for row in 0..<rows { left += q[i * rows + row] * q[i * rows + row] }
            let isIndependent = left > 1e-12 * norm
            guard norm > 0, isIndependent || left < 1e-26 * norm else { return nil }
            if isIndependent { rank += 1 }
            let length = isIndependent ? left.squareRoot() : 0
            r[i * count + i] = length
            for row in 0..<rows { q[i * rows + row] *= isIndependent ? 1 / length : 0 }
        }
        (self.q, self.r, self.rank, self.rows, self.columns) = (q, r, rank, rows, count)
    }

    /// The part of a vector outside the span of the columns, and coefficients of the part inside.
    func solve(_ vector: [Double]) -> (coefficients: [Double], residual: [Double]) {
        var residual = vector
        var coefficients = [Double](repeating: 0, count: columns)
        for m in 0..<columns {
            var product = 0.0
            for row in 0..<rows { product += q[m * rows + row] * residual[row] }
            coefficients[m] = product
            for row in 0..<rows { residual[row] -= product * q[m * rows + row] }
        }
        for i in (0..<columns).reversed() where r[i * columns + i] > 0 {
            for j in (i + 1)..<max(columns, i + 1) { coefficients[i] -= r[i * columns + j] * coefficients[j] }
            coefficients[i] /= r[i * columns + i]
        }
        return (coefficients, residual)
    }
}

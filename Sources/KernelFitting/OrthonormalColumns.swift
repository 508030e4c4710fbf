/// Least squares with few, well-conditioned columns, by Gram and Schmidt's method run twice: for searches that solve thousands of small
/// problems, where a singular value decomposition would tell more than is needed.
struct OrthonormalColumns {
    private let rows: Int
    /// The orthonormal columns, one after the other.
    private var q: [Double]
    /// How the columns are made of them: r[m·columns + i], upper triangular.
    private var r: [Double]
    private let columns: Int

    /// Orthonormalises columns of equal length, or returns nil where one depends on the others to within 10⁻⁶: then singular values
    /// might have to be truncated.
    init?(_ columns: [[Double]]) {
        rows = columns[0].count
        self.columns = columns.count
        guard columns.count <= rows else { return nil }
        let (rows, count) = (rows, columns.count)
        var q = [Double](repeating: 0, count: rows * count)
        var r = [Double](repeating: 0, count: count * count)
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
            guard left > 1e-12 * norm, norm > 0 else { return nil }
            let length = left.squareRoot()
            r[i * count + i] = length
            for row in 0..<rows { q[i * rows + row] /= length }
        }
        self.q = q
        self.r = r
    }

    /// The part of a vector outside the span of the columns, and the coefficients of the part inside.
    func solve(_ vector: [Double]) -> (coefficients: [Double], residual: [Double]) {
        var residual = vector
        var coefficients = [Double](repeating: 0, count: columns)
        for m in 0..<columns {
            var product = 0.0
            for row in 0..<rows { product += q[m * rows + row] * residual[row] }
            coefficients[m] = product
            for row in 0..<rows { residual[row] -= product * q[m * rows + row] }
        }
        for i in (0..<columns).reversed() {
            for j in (i + 1)..<max(columns, i + 1) { coefficients[i] -= r[i * columns + j] * coefficients[j] }
            coefficients[i] /= r[i * columns + i]
        }
        return (coefficients, residual)
    }
}

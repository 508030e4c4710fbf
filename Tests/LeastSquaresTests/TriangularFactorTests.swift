import LeastSquares
import Randomness
import Testing

@Suite struct TriangularFactorTests {
    /// RᵀR = AᵀA, element by element, within rounding of the sums that make it up.
    @Test(arguments: [(30, 4), (4, 4), (3, 8), (1, 1)]) func gramMatrixIsKept(rows: Int, columns: Int) throws {
        var generator = SeededGenerator(seed: 1)
        let a = Matrix(rows: rows, columns: columns, values: (0..<(rows * columns)).map { _ in generator.normal() })
        let r = try a.triangularFactor()
        #expect(r.rows == min(rows, columns))
        for i in 0..<columns {
            for j in 0..<columns {
                let inA = (0..<rows).reduce(0) { $0 + a[$1, i] * a[$1, j] }
                let inR = (0..<r.rows).reduce(0) { $0 + r[$1, i] * r[$1, j] }
                #expect(abs(inA - inR) < 1e-14 * Double(10 * rows))
            }
            for below in (i + 1)..<max(r.rows, i + 1) { #expect(r[below, i] == 0) }
        }
    }
}

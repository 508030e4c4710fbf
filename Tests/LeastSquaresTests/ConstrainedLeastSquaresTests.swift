import LeastSquares
import Randomness
import Testing

@Suite struct ConstrainedLeastSquaresTests {
    /// At the minimum the gradient Aᵀ(Ax − b) is a combination of the conditions: orthogonal to every direction they leave free.
    @Test(arguments: [(12, 5, 2), (5, 5, 5), (4, 6, 3), (9, 4, 0)])
    func conditionsHoldAndTheGradientVanishesAlongThem(rows: Int, columns: Int, conditions: Int) throws {
        var generator = SeededGenerator(seed: 7)
        func random(_ rows: Int, _ columns: Int) -> Matrix {
            Matrix(rows: rows, columns: columns, values: (0..<(rows * columns)).map { _ in generator.normal() })
        }
        let (a, c) = (random(rows, columns), random(conditions, columns))
        let (b, d) = (random(rows, 1).values, random(conditions, 1).values)
        let x = try a.leastSquaresSolution(for: b, where: c, equals: d)
        for (left, right) in zip(c.times(x), d) { #expect(abs(left - right) < 1e-12) }
        let gradient = a.transposedTimes(zip(a.times(x), b).map { $0 - $1 })
        guard conditions < columns else { return }
        // Projecting the gradient onto the conditions' rows leaves nothing.
        if conditions == 0 {
            for value in gradient { #expect(abs(value) < 1e-12) }
        } else {
            let rowSpace = Matrix(columns: (0..<conditions).map { row in (0..<columns).map { c[row, $0] } })
            let left = try TruncatedFactorization(rowSpace).solve(gradient).residual
            for value in left { #expect(abs(value) < 1e-11) }
        }
    }

    /// A line through three points that must pass through a fourth, by hand: y = 1 + t with residuals −1, 0, 1 orthogonal to t.
    @Test func aLineThroughAPoint() throws {
        let design = Matrix(columns: [[1, 1, 1], [-1, 0, 1]])
        let x = try design.leastSquaresSolution(
            for: [-1, 1, 3], where: Matrix(columns: [[1], [0]]), equals: [4])
        #expect(abs(x[0] - 4) < 1e-14 && abs(x[1] - 2) < 1e-14)
    }

    @Test func refusals() {
        let design = Matrix(columns: [[1, 1, 1], [-1, 0, 1]])
        #expect(throws: LeastSquaresError.notFinite) {
            try design.leastSquaresSolution(for: [1, .nan, 1], where: Matrix(columns: [[1], [0]]), equals: [4])
        }
        #expect(throws: LeastSquaresError.undetermined(routine: "dgglse")) {
            try design.leastSquaresSolution(for: [1, 2, 3], where: Matrix(columns: [[0], [0]]), equals: [1])
        }
    }
}

import LeastSquares
import Randomness
import Testing

private func randomMatrix(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix {
    var generator = SeededGenerator(seed: seed)
    return Matrix(rows: rows, columns: columns, values: (0..<(rows * columns)).map { _ in generator.normal() })
}

private func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

@Suite struct TruncatedFactorizationTests {
    @Test func recoversTheUnknownsOfAConsistentSystem() throws {
        let design = randomMatrix(20, 6, seed: 1)
        let unknowns = [1.0, -2, 3, 0, 0.5, 1e-3]
        let factorization = try TruncatedFactorization(design)
        let solution = factorization.solve(design.times(unknowns))
        #expect(factorization.rank == 6)
        // Backward stable: an error of a few units of rounding times the condition number.
        for (found, expected) in zip(solution.unknowns, unknowns) {
            #expect(abs(found - expected) < 1e-15 * 50 * factorization.conditionNumber)
        }
    }

    /// The normal equations: the residual is orthogonal to every column, and fit and residual add up.
    @Test(arguments: [(12, 5), (7, 7), (4, 9)]) func residualIsOrthogonalToTheColumns(rows: Int, columns: Int) throws {
        let design = randomMatrix(rows, columns, seed: 2)
        var generator = SeededGenerator(seed: 3)
        let rightHandSide = (0..<rows).map { _ in generator.normal() }
        let solution = try TruncatedFactorization(design).solve(rightHandSide)
        for product in design.transposedTimes(solution.residual) { #expect(abs(product) < 1e-13) }
        for row in 0..<rows {
            #expect(abs(solution.fitted[row] + solution.residual[row] - rightHandSide[row]) < 1e-15)
            #expect(abs(design.times(solution.unknowns)[row] - solution.fitted[row]) < 1e-12)
        }
    }

    /// A dependent column leaves the rank, the fit and the condition number of the independent ones.
    @Test func dependentColumnsAreTruncated() throws {
        let design = randomMatrix(10, 4, seed: 4)
        var columns = (0..<4).map { column in (0..<10).map { design[$0, column] } }
        columns.append(zip(columns[0], columns[2]).map { 1e6 * $0 - $1 })
        columns.append([Double](repeating: 0, count: 10))
        let (full, deficient) = (
            try TruncatedFactorization(design), try TruncatedFactorization(Matrix(columns: columns))
        )
        #expect(deficient.rank == 4)
        #expect(deficient.conditionNumber < 1e3)
        let rightHandSide = (0..<10).map { Double($0 * $0 % 7) }
        let (a, b) = (full.solve(rightHandSide), deficient.solve(rightHandSide))
        for (x, y) in zip(a.fitted, b.fitted) { #expect(abs(x - y) < 1e-12) }
        #expect(b.unknowns[5] == 0)
    }

    /// Scaling the columns of the design changes neither rank nor fit, and the unknowns inversely.
    @Test func columnScalingIsImmaterial() throws {
        let design = randomMatrix(9, 3, seed: 5)
        var scaled = design
        for row in 0..<9 { scaled[row, 1] *= 1e-200 }
        let rightHandSide = (0..<9).map { Double($0) }
        let (a, b) = (try TruncatedFactorization(design), try TruncatedFactorization(scaled))
        #expect(b.rank == 3)
        #expect(abs(a.solve(rightHandSide).unknowns[1] / (b.solve(rightHandSide).unknowns[1] * 1e-200) - 1) < 1e-13)
    }

    /// The diagonal of (AᵀA)⁻¹ for two columns, in closed form.
    @Test func unitErrors() throws {
        let design = randomMatrix(8, 2, seed: 6)
        let columns = (0..<2).map { column in (0..<8).map { design[$0, column] } }
        let (a, b, c) = (dot(columns[0], columns[0]), dot(columns[0], columns[1]), dot(columns[1], columns[1]))
        let variances = try TruncatedFactorization(design).unitErrors(inFirst: 8).map { $0 * $0 }
        #expect(abs(variances[0] * (a * c - b * b) / c - 1) < 1e-13)
        #expect(abs(variances[1] * (a * c - b * b) / a - 1) < 1e-13)
    }

    /// With errors in some of the numbers alone, the unknowns' errors are the norms of the solutions' responses to each of those.
    @Test(arguments: [0, 3, 7, 8]) func errorsInTheFirstNumbers(count: Int) throws {
        let factorization = try TruncatedFactorization(randomMatrix(8, 3, seed: 7))
        var squares = [0.0, 0, 0]
        for row in 0..<count {
            let response = factorization.solve((0..<8).map { $0 == row ? 1 : 0 }).unknowns
            for unknown in 0..<3 { squares[unknown] += response[unknown] * response[unknown] }
        }
        for (error, square) in zip(factorization.unitErrors(inFirst: count), squares) {
            #expect(abs(error - square.squareRoot()) < 1e-14)
        }
    }

    /// Errors whose squares are beyond the range of doubles are finite, and columns whose unknowns could be have none.
    @Test func smallColumnsStayInRange() throws {
        var design = randomMatrix(9, 3, seed: 8)
        for row in 0..<9 {
            design[row, 1] *= 1e-200
            design[row, 2] *= 1e-300
        }
        let factorization = try TruncatedFactorization(design)
        #expect(factorization.rank == 2)
        let errors = factorization.unitErrors(inFirst: 9)
        #expect(errors[1] > 1e198 && errors[1].isFinite && errors[2] == 0)
        let unknowns = factorization.solve((0..<9).map { Double($0) }).unknowns
        #expect(unknowns.allSatisfy { $0.isFinite } && unknowns[2] == 0)
    }

    @Test func valuesThatAreNotFiniteAreRefused() {
        for value in [Double.nan, .infinity] {
            #expect(throws: LeastSquaresError.notFinite) { try TruncatedFactorization(Matrix(columns: [[1, value]])) }
            #expect(throws: LeastSquaresError.notFinite) { try Matrix(columns: [[1, value]]).triangularFactor() }
        }
    }

    @Test func aMatrixOfZerosHasRankZero() throws {
        let factorization = try TruncatedFactorization(Matrix(columns: [[0, 0, 0], [0, 0, 0]]))
        #expect(factorization.rank == 0)
        #expect(factorization.conditionNumber == 1)
        let solution = factorization.solve([1, 2, 3])
        #expect(solution.unknowns == [0, 0])
        #expect(solution.residual == [1, 2, 3])
    }
}

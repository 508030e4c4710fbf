import GaussianKernels
import Randomness
import Testing

@testable import KernelFitting

private typealias Rows = [[Double]]

private func transposed(_ a: Rows) -> Rows { a[0].indices.map { column in a.map { $0[column] } } }

private func product(_ a: Rows, _ b: Rows) -> Rows {
    let columns = transposed(b)
    return a.map { row in columns.map { column in zip(row, column).reduce(0) { $0 + $1.0 * $1.1 } } }
}

/// The inverse of a positive definite matrix, by Gauss and Jordan's method.
private func inverse(_ matrix: Rows) -> Rows {
    let count = matrix.count
    var work: Rows = matrix.indices.map { row in matrix[row] + (0..<count).map { $0 == row ? 1 : 0 } }
    for pivot in 0..<count {
        let scale = work[pivot][pivot]
        work[pivot] = work[pivot].map { $0 / scale }
        for row in 0..<count where row != pivot {
            let factor = work[row][pivot]
            work[row] = zip(work[row], work[pivot]).map { $0 - factor * $1 }
        }
    }
    return work.map { Array($0.suffix(count)) }
}

@Suite struct RidgeTests {
    private func layer(size: Int) -> KernelLayer {
        var generator = SeededGenerator(seed: 1)
        return KernelLayer(
            name: "noise", outputs: 1, inputs: 1, height: size, width: size,
            taps: (0..<(size * size)).map { _ in generator.normal() })
    }

    /// Rank, degrees of freedom and standard errors by dense matrices: with M = (AᵀA + λI)⁻¹ and H = A M Aᵀ what is left of noise of
    /// variance 1 has the mean energy tr((I − H)ᵀ(I − H)), and the coefficients have the covariance M AᵀA M.
    @Test(arguments: [(3, 4, 1.0, false, 9), (5, 2, 0.1, true, 7), (5, 6, 0.01, false, 22)])
    func againstDenseMatrices(size: Int, order: Int, ridge: Double, hasConstant: Bool, rank: Int) throws {
        var options = FitOptions(order: order, scale: .fixed(1))
        options.hasConstant = hasConstant
        let columns = try JetBasis(
            options, order: order, shape: GaussianShape(sigma: 1), height: size, width: size
        ).design
        let a = (0..<columns.rows).map { row in (0..<columns.columns).map { columns[row, $0] } }
        options.ridge = ridge
        let fit = try LayerFit(layer(size: size), options: options).kernels[0]

        let gram = product(transposed(a), a)
        var held = gram
        for index in fit.coefficients.indices { held[index][index] += ridge }
        let m = inverse(held)
        let hat = product(product(a, m), transposed(a))
        let covariance = product(product(m, gram), m)
        var left = 0.0
        for row in hat.indices {
            for column in hat.indices {
                let element = (row == column ? 1 : 0) - hat[row][column]
                left += element * element
            }
        }
        #expect(fit.rank == rank)
        #expect(abs(fit.degreesOfFreedom - left) < 1e-9)
        #expect(abs(fit.chanceEnergy - (1 - left / Double(size * size))) < 1e-10)
        for (index, error) in fit.standardErrors.enumerated() {
            let expected = (fit.residualEnergy / left * covariance[index][index]).squareRoot()
            #expect(abs(error / expected - 1) < 1e-8)
        }
    }

    /// A ridge leaves degrees of freedom to judge an order by, even where there are more functions than taps.
    @Test func everyOrderIsJudged() throws {
        var options = FitOptions(order: 4, scale: .fixed(1))
        options.ridge = 1
        let scores = try OrderSelection(layer(size: 3), options: options).scores
        #expect(scores.allSatisfy { $0.informationCriterion.isFinite && $0.heldOutEnergy.isFinite })
    }
}

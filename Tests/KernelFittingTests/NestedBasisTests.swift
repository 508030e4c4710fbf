import Foundation
import GaussianKernels
import Randomness
import Testing

@testable import KernelFitting

@Suite struct NestedBasisTests {
    /// The nested bases and the truncated factorisation are two ways to the same projection, for every order at once.
    @Test(arguments: Discretization.allCases, [(5, 5), (9, 9), (4, 6), (1, 7)])
    func nestedBasesProjectAsTheFactorisationDoes(discretization: Discretization, size: (Int, Int)) throws {
        var generator = SeededGenerator(seed: 1)
        let kernel = (0..<(size.0 * size.1)).map { _ in generator.normal() }
        for sigma in [0.6, 1, 2] {
            let options = FitOptions(order: 4, discretization: discretization)
            let shape = GaussianShape(sigma: sigma)
            let nested = NestedBasis(options, order: 4, shape: shape, height: size.0, width: size.1)
            var energies = [Double](repeating: 0, count: 5)
            kernel.withUnsafeBufferPointer { nested.addEnergies(of: $0, to: &energies) }
            for order in 0...4 {
                let basis = try JetBasis(options, order: order, shape: shape, height: size.0, width: size.1)
                let projected = basis.factorization.basis.transposedTimes(kernel).reduce(0) { $0 + $1 * $1 }
                #expect(abs(projected - energies[order]) < 1e-15 * 100 * basis.factorization.conditionNumber)
            }
        }
    }

    /// The pooled kernels have the layer's Gram matrix, so the same energy in every subspace.
    @Test func pooledKernelsExplainTheSame() throws {
        var generator = SeededGenerator(seed: 3)
        let layer = KernelLayer(
            name: "many", outputs: 40, inputs: 3, height: 3, width: 5, taps: (0..<1800).map { _ in generator.normal() })
        let pooled = try layer.pooledKernels()
        #expect(pooled.count == 15 * 15)
        let basis = NestedBasis(
            FitOptions(order: 3), order: 3, shape: GaussianShape(sigma: 0.9), height: 3, width: 5)
        var (whole, few) = ([Double](repeating: 0, count: 4), [Double](repeating: 0, count: 4))
        layer.taps.withUnsafeBufferPointer { basis.addEnergies(of: $0, to: &whole) }
        pooled.withUnsafeBufferPointer { basis.addEnergies(of: $0, to: &few) }
        for (a, b) in zip(whole, few) { #expect(abs(a / b - 1) < 1e-13) }
    }
}

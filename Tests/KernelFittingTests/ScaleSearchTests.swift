import Foundation
import GaussianKernels
import Randomness
import Testing

@testable import KernelFitting

@Suite struct ScaleSearchTests {
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

    /// No σ on a grid forty times as fine explains more than the search found.
    @Test(arguments: [(3, 1), (5, 2), (7, 4), (9, 6), (5, 6), (7, 12)])
    func theSearchFindsTheGlobalMaximum(size: Int, order: Int) throws {
        var generator = SeededGenerator(seed: 2)
        let options = FitOptions(order: order, scale: .perKernel)
        let search = ScaleSearch(options: options, height: size, width: size)
        let kernels = (0..<8).map { _ in (0..<(size * size)).map { _ in generator.normal() } }
        let found = try kernels.map { kernel in
            try kernel.withUnsafeBufferPointer { try search.optima(of: $0, orders: order...order)[0] }
        }
        for step in 0...1280 {
            let sigma = 0.4 * pow(3 / 0.4, Double(step) / 1280)
            let basis = try JetBasis(
                options, order: order, shape: GaussianShape(sigma: sigma), height: size, width: size)
            for (kernel, optimum) in zip(kernels, found) {
                let energy = basis.factorization.basis.transposedTimes(kernel).reduce(0) { $0 + $1 * $1 }
                #expect(energy < optimum.energy + 1e-9, "σ = \(sigma)")
            }
        }
    }

    @Test func brentFindsAParabolasVertexAndACusp() {
        let parabola = BrentMaximum.find(in: -1...3, from: (0, -1), tolerance: 1e-9) { -($0 - 1) * ($0 - 1) }
        #expect(abs(parabola.place - 1) < 1e-8)
        let cusp = BrentMaximum.find(in: -1...3, from: (0, -0.7), tolerance: 1e-6) { -abs($0 - 0.7) }
        #expect(abs(cusp.place - 0.7) < 2e-6)
        let edge = BrentMaximum.find(in: 0...1, from: (0, 0), tolerance: 1e-6) { -$0 }
        #expect(edge.place < 3e-6)
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

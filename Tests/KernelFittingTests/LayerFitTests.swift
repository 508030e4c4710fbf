import Foundation
import GaussianKernels
import KernelFitting
import Randomness
import Testing

/// A layer of kernels made from known coefficients by the defining formula.
private func plantedLayer(
    order: Int, sigma: Double, height: Int, width: Int, coefficients: [[Double]]
) -> KernelLayer {
    let terms = GaussianJet(order: order).terms
    let taps = coefficients.flatMap { coefficients in
        (0..<height).flatMap { row in
            (0..<width).map { column -> Double in
                let u = -(Double(column) - Double(width - 1) / 2)
                let v = -(Double(row) - Double(height - 1) / 2)
                return zip(terms, coefficients).reduce(0) { sum, pair in
                    let inX = GaussianDerivative(order: pair.0.dx, sigma: sigma).value(at: u)
                    let inY = GaussianDerivative(order: pair.0.dy, sigma: sigma).value(at: v)
                    return sum + pair.1 * pow(sigma, Double(pair.0.order)) * inX * inY
                }
            }
        }
    }
    return KernelLayer(
        name: "planted", outputs: coefficients.count, inputs: 1, height: height, width: width, taps: taps)
}

private func randomCoefficients(_ count: Int, kernels: Int, seed: UInt64) -> [[Double]] {
    var generator = SeededGenerator(seed: seed)
    return (0..<kernels).map { _ in (0..<count).map { _ in generator.normal() } }
}

@Suite struct LayerFitTests {
    /// k(−u) = Σ a_ij σ^{i+j} ∂x^i ∂y^j g(u; σ): coefficients and σ come back, for odd, even and non-square kernels. The
    /// tolerance is the search's for σ (10⁻⁶, relative) times the coefficients' sensitivity to it.
    @Test(arguments: [(7, 7), (6, 6), (9, 5), (4, 7)]) func plantedParametersComeBack(height: Int, width: Int) throws {
        let planted = randomCoefficients(10, kernels: 5, seed: 1)
        let layer = plantedLayer(order: 3, sigma: 1.3, height: height, width: width, coefficients: planted)
        for scale in [ScaleMode.shared, .perKernel, .fixed(1.3)] {
            let fit = try LayerFit(layer, options: FitOptions(order: 3, scale: scale))
            #expect(abs(fit.explainedEnergy - 1) < 1e-9)
            for (kernel, expected) in zip(fit.kernels, planted) {
                #expect(abs(kernel.sigma - 1.3) < 1e-4)
                #expect(kernel.scaleStatus == (scale == .fixed(1.3) ? .given : .found))
                for (found, coefficient) in zip(kernel.coefficients, expected) {
                    #expect(abs(found - coefficient) < 2e-3)
                }
            }
        }
    }

    /// Sobel's x kernel has a₁₀ > 0 and its y kernel a₀₁ > 0; the other first-order coefficient vanishes by symmetry.
    @Test func signsOfSobel() throws {
        let sobel = try #require(ClassicalOperators.layers.first { $0.name == "sobel-3x3" })
        for discretization in Discretization.allCases {
            let fit = try LayerFit(sobel, options: FitOptions(order: 2, discretization: discretization))
            #expect(fit.kernels[0].coefficients[1] > 0.1)
            #expect(abs(fit.kernels[0].coefficients[2]) < 1e-12)
            #expect(fit.kernels[1].coefficients[2] > 0.1)
        }
    }

    /// Kernels of taps more than 3σ apart from the search's ends are flagged where a wider Gaussian would fit better.
    @Test func anOptimumAtTheEdgeIsFlagged() throws {
        let layer = plantedLayer(order: 0, sigma: 2, height: 9, width: 9, coefficients: [[1]])
        let fit = try LayerFit(layer, options: FitOptions(order: 0, scale: .shared, sigmaRange: 0.4...1.5))
        #expect(fit.kernels[0].scaleStatus == .atEdge)
        #expect(abs(fit.sigma - 1.5) < 1e-4)
    }

    /// What was searched counts, although it ended at the edge.
    @Test func aParameterAtTheEdgeIsSpent() throws {
        let layer = plantedLayer(order: 0, sigma: 2, height: 9, width: 9, coefficients: [[1]])
        let fit = try LayerFit(layer, options: FitOptions(order: 0, scale: .perKernel, sigmaRange: 0.4...1.5))
        #expect(fit.kernels[0].scaleStatus == .atEdge)
        #expect(fit.kernels[0].degreesOfFreedom == 81 - 1 - 1)
    }

    /// The second derivative is better discrete at σ = 0.6, whatever the order of the jet that has it: neither the fourth nor the third one is.
    @Test(arguments: [
        (1, 0.6, Discretization.sampled), (3, 0.6, .discrete), (4, 0.6, .discrete), (3, 1.3, .sampled),
        (4, 1.3, .sampled),
    ])
    func theDiscretizationSuitsEveryDerivative(order: Int, sigma: Double, expected: Discretization) throws {
        let planted = randomCoefficients(GaussianJet(order: order).count, kernels: 3, seed: 6)
        let layer = plantedLayer(order: order, sigma: sigma, height: 7, width: 7, coefficients: planted)
        let fit = try LayerFit.choosingDiscretization(layer, options: FitOptions(order: order))
        #expect(fit.options.discretization == expected)
    }

    /// A basis that spans all taps explains everything at every σ, so that σ is undetermined and the standard errors are empty.
    @Test func aCompleteBasisLeavesSigmaUndetermined() throws {
        var generator = SeededGenerator(seed: 2)
        let layer = KernelLayer(
            name: "full", outputs: 2, inputs: 1, height: 3, width: 3, taps: (0..<18).map { _ in generator.normal() })
        let fit = try LayerFit(layer, options: FitOptions(order: 4))
        #expect(fit.rank == 9)
        #expect(fit.kernels.allSatisfy { $0.scaleStatus == .undetermined && $0.degreesOfFreedom == 0 })
        #expect(fit.kernels.allSatisfy { $0.standardErrors.allSatisfy { $0 == 0 } })
        #expect(abs(fit.explainedEnergy - 1) < 1e-14)
    }

    @Test func aKernelOfZerosIsNamedAndExplainsNothing() throws {
        let layer = KernelLayer(
            name: "zero", outputs: 1, inputs: 2, height: 3, width: 3,
            taps: Array(repeating: 0, count: 9) + [0, 0, 0, 0, 1, 0, 0, 0, 0])
        let fit = try LayerFit(layer, options: FitOptions(order: 2, scale: .perKernel))
        #expect(fit.zeroKernels == [0])
        #expect(fit.kernels[0].explainedEnergy == 0)
        #expect(layer.kernelName(0) == "zero[0,0]")
        let empty = KernelLayer(
            name: "zeros", outputs: 1, inputs: 1, height: 3, width: 3, taps: Array(repeating: 0, count: 9))
        #expect(try LayerFit(empty, options: FitOptions(order: 2)).explainedEnergy == 0)
    }

    @Test func tapsThatAreNotFiniteAreRefused() {
        let layer = KernelLayer(name: "nan", outputs: 1, inputs: 1, height: 1, width: 2, taps: [1, .nan])
        #expect(throws: (any Error).self) { try LayerFit(layer, options: FitOptions()) }
    }

    /// Explained energy is that of a projection: scaling a kernel changes nothing, and more functions never explain less at the
    /// same σ.
    @Test func invariances() throws {
        var generator = SeededGenerator(seed: 3)
        let taps = (0..<49).map { _ in generator.normal() }
        let layer = KernelLayer(name: "a", outputs: 1, inputs: 1, height: 7, width: 7, taps: taps)
        let scaled = KernelLayer(name: "b", outputs: 1, inputs: 1, height: 7, width: 7, taps: taps.map { -1e-30 * $0 })
        var last = 0.0
        for order in 0...8 {
            let a = try LayerFit(layer, options: FitOptions(order: order, scale: .fixed(1.1)))
            let b = try LayerFit(scaled, options: FitOptions(order: order, scale: .fixed(1.1)))
            #expect(abs(a.explainedEnergy - b.explainedEnergy) < 1e-12)
            #expect(a.explainedEnergy > last - 1e-12)
            last = a.explainedEnergy
        }
    }

    /// Standard errors: over kernels of one planted kernel plus noise, the coefficients spread as their standard errors say.
    @Test func standardErrorsMatchTheSpread() throws {
        let clean = plantedLayer(
            order: 2, sigma: 1.2, height: 7, width: 7, coefficients: randomCoefficients(6, kernels: 1, seed: 4))
        var generator = SeededGenerator(seed: 5)
        let draws = 2000
        let taps = (0..<draws).flatMap { _ in clean.taps.map { $0 + 0.01 * generator.normal() } }
        let layer = KernelLayer(name: "noisy", outputs: draws, inputs: 1, height: 7, width: 7, taps: taps)
        let fit = try LayerFit(layer, options: FitOptions(order: 2, scale: .fixed(1.2)))
        for index in 0..<6 {
            let values = fit.kernels.map { $0.coefficients[index] }
            let mean = values.reduce(0, +) / Double(draws)
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(draws - 1)
            let claimed =
                fit.kernels.reduce(0) { $0 + $1.standardErrors[index] * $1.standardErrors[index] } / Double(draws)
            // A variance from 2,000 draws has a relative standard error of √(2/2000) = 0.032.
            #expect(abs(variance / claimed - 1) < 4 * 0.032)
        }
    }
}

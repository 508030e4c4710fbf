import Foundation
import GaussianKernels
import KernelFitting
import TensorFiles
import TestSupport
import Testing

/// Learned kernels of public networks: the reference tables of explained energy, within 0.003.
@Suite(.enabled(if: SharedData.isAvailable, "\(SharedData.whySkipped)"))
struct RealKernelsTests {
    private func layer(_ file: String, _ name: String) throws -> KernelLayer {
        let folder = try #require(SharedData.folder)
        let archive = try TensorArchive(contentsOf: folder.appendingPathComponent("kernels/\(file).safetensors"))
        let tensor = try archive.tensor(named: name)
        let shape = tensor.shape
        return KernelLayer(
            name: name, outputs: shape[0], inputs: shape[1], height: shape[2], width: shape[3], taps: tensor.doubles)
    }

    @Test(arguments: [
        ("patch_extraction.weight", [0.513, 0.618, 0.723, 0.832, 0.958]),
        ("nonlinear_map.weight", [0.443, 0.688, 0.867, 0.967, 0.999]),
    ])
    func tableOfSRCNN(name: String, expected: [Double]) throws {
        let layer = try layer("srcnn-955", name)
        for (order, explained) in zip([1, 2, 3, 4, 6], expected) {
            let fit = try LayerFit(layer, options: FitOptions(order: order))
            #expect(abs(fit.explainedEnergy - explained) < 0.003, "order \(order)")
        }
    }

    /// Order 6 has 28 functions where a 5×5 kernel has 25 taps; they span 22 dimensions.
    @Test func rankOfOrderSixOnFiveTaps() throws {
        let fit = try LayerFit(layer("srcnn-955", "nonlinear_map.weight"), options: FitOptions(order: 6))
        #expect(fit.rank == 22)
        #expect(fit.conditionNumber < 1e4)
    }

    /// The sweep over orders, which factorises nothing, agrees with the fits, which do.
    @Test(arguments: [ScaleMode.shared, .perKernel]) func sweepAgreesWithFits(scale: ScaleMode) throws {
        let layer = try layer("srcnn-955", "patch_extraction.weight")
        let options = FitOptions(order: 4, scale: scale)
        let noise = try NoiseEnergy.ofEveryOrder(like: layer, options: FitOptions(order: 4, scale: .fixed(1)))
        for summary in try OrderSummary.sweep(layer, options: options, noise: noise) {
            let fit = try LayerFit(layer, options: FitOptions(order: summary.order, scale: scale))
            #expect(abs(fit.explainedEnergy - summary.explainedEnergy) < 1e-9)
            #expect(fit.rank == summary.rank)
            #expect(abs(fit.sigma / summary.sigma - 1) < 1e-5)
        }
    }

    /// Mean R² over the eight filters, the best σ for each in [0.3, 3].
    @Test(arguments: [
        (Discretization.sampled, [0.787, 0.941, 0.959, 0.991]), (.discrete, [0.791, 0.961, 0.969, 0.994]),
    ])
    func tableOfMasterKeyFilters(discretization: Discretization, expected: [Double]) throws {
        let layer = try layer("master-key-filters", "master_key_filters")
        for (order, explained) in zip([1, 2, 4, 6], expected) {
            let options = FitOptions(
                order: order, scale: .perKernel, sigmaRange: 0.3...3, discretization: discretization)
            let fits = try LayerFit(layer, options: options).kernels
            let mean = fits.reduce(0) { $0 + $1.explainedEnergy } / Double(fits.count)
            #expect(abs(mean - explained) < 0.003, "order \(order)")
        }
    }

    /// A σ, a centre and a constant of each kernel's own explain more at every order than the tables above, which have one σ.
    @Test(arguments: [
        ("patch_extraction.weight", [0.513, 0.618, 0.723, 0.832, 0.958]),
        ("nonlinear_map.weight", [0.443, 0.688, 0.867, 0.967, 0.999]),
    ])
    func freeCentresAndConstantsExplainMore(name: String, table: [Double]) throws {
        var layer = try layer("srcnn-955", name)
        if Thoroughness.isReduced {
            // The first kernels of a layer, against what one σ explains of them.
            layer = KernelLayer(
                name: name, outputs: 12, inputs: 1, height: layer.height, width: layer.width,
                taps: Array(layer.taps.prefix(12 * layer.tapCount)))
        }
        for (order, explained) in zip([1, 2, 3, 4, 6], table) {
            var options = FitOptions(order: order, scale: .perKernel)
            options.center = .free
            options.hasConstant = true
            let free = try LayerFit(layer, options: options).explainedEnergy
            let shared = try LayerFit(layer, options: FitOptions(order: order)).explainedEnergy
            #expect(free > shared, "order \(order)")
            #expect(Thoroughness.isReduced || free > explained, "order \(order)")
        }
    }

    /// 2,048 kernels with a σ each in under a second of one core: its own time, whatever else the machine does.
    @Test(.enabled(if: !Thoroughness.isReduced, "times need optimised code"))
    func allKernelsOfALayerInUnderASecond() throws {
        let layer = try layer("srcnn-955", "nonlinear_map.weight")
        let fastest = try (0..<3).map { _ in
            let start = coreSeconds()
            _ = try LayerFit(layer, options: FitOptions(order: 4, scale: .perKernel))
            return coreSeconds() - start
        }.min()
        #expect(try #require(fastest) < 1)
    }

    private func coreSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}

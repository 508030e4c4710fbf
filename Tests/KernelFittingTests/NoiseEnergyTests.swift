import Randomness
import TestSupport
import Testing

@testable import KernelFitting

@Suite struct NoiseEnergyTests {
    /// At a given σ a projection of rank r explains r/taps of white noise on average.
    @Test func explainsRankOverTapsAtAGivenSigma() throws {
        let layer = KernelLayer(
            name: "like", outputs: 64, inputs: 1, height: 5, width: 5, taps: Array(repeating: 1, count: 1600))
        let noise = try NoiseEnergy.ofEveryOrder(like: layer, options: FitOptions(order: 4, scale: .fixed(1)))
        for (order, rank) in [1.0, 3, 6, 10, 15].enumerated() {
            #expect(abs(noise[order].mean - rank / 25) < 5 * noise[order].standardError)
            #expect(noise[order].standardError > 0)
            #expect(noise[order].draws == 64)
        }
    }

    /// Rows drawn directly have the Gram matrix's mean count·I and, on the diagonal, variance 2·count.
    @Test func pooledNoiseHasWishartMoments() {
        var generator = SeededGenerator(seed: 1)
        let (count, taps, draws) = (20, 4, 20_000)
        var (first, last, off) = (0.0, 0.0, 0.0)
        var lastSquared = 0.0
        for _ in 0..<draws {
            let rows = NoiseEnergy.pooledNoise(count: count, taps: taps, &generator)
            let column = { (c: Int) in (0..<taps).map { rows[$0 * taps + c] } }
            func gram(_ a: Int, _ b: Int) -> Double { zip(column(a), column(b)).reduce(0) { $0 + $1.0 * $1.1 } }
            first += gram(0, 0)
            last += gram(3, 3)
            lastSquared += (gram(3, 3) - 20) * (gram(3, 3) - 20)
            off += gram(1, 3)
        }
        // Standard errors of the means: √(2·20/draws) = 0.045 and √(20/draws) = 0.032.
        #expect(abs(first / Double(draws) - 20) < 5 * 0.045)
        #expect(abs(last / Double(draws) - 20) < 5 * 0.045)
        #expect(abs(off / Double(draws)) < 5 * 0.032)
        #expect(abs(lastSquared / Double(draws) - 40) < 5 * 0.5)
    }

    /// White noise of 4,000 kernels of 9×9 with one σ, and with σ for each kernel, as the reference table has it.
    @Test func referenceTableOfWhiteNoise() throws {
        let layer = KernelLayer(
            name: "noise", outputs: 4000, inputs: 1, height: 9, width: 9, taps: Array(repeating: 1, count: 324_000))
        let shared = try NoiseEnergy.ofEveryOrder(like: layer, options: FitOptions(order: 6))
        for (order, expected) in zip([1, 2, 3, 4, 6], [0.037, 0.074, 0.123, 0.185, 0.345]) {
            #expect(abs(shared[order].mean - expected) < 0.003)
        }
    }

    @Test func referenceTableOfWhiteNoiseWithASigmaForEachKernel() throws {
        let kernels = Thoroughness.cases(4000)
        var generator = SeededGenerator(seed: 9)
        let search = ShapeSearch(options: FitOptions(order: 6, scale: .perKernel), height: 9, width: 9)
        var (explained, total) = ([Double](repeating: 0, count: 7), 0.0)
        for _ in 0..<kernels {
            let kernel = (0..<81).map { _ in generator.normal() }
            total += kernel.reduce(0) { $0 + $1 * $1 }
            let optima = try search.optima(ofEach: kernel, orders: 0...6).map { $0[0] }
            for order in 0...6 { explained[order] += optima[order].energy }
        }
        // Four standard errors of the mean of 400 kernels, whose explained part spreads by about 0.06.
        for (order, expected) in zip([1, 2, 3, 4, 6], [0.062, 0.110, 0.169, 0.239, 0.411]) {
            #expect(abs(explained[order] / total - expected) < (kernels == 4000 ? 0.005 : 0.012))
        }
    }
}

import Randomness
import Testing

/// Sample moments of n draws; the tolerances are five standard errors of the moment under the distribution claimed.
@Suite struct DistributionsTests {
    private func moments(of draws: [Double]) -> (mean: Double, variance: Double) {
        let mean = draws.reduce(0, +) / Double(draws.count)
        return (mean, draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(draws.count))
    }

    @Test func uniform() {
        var generator = SeededGenerator(seed: 1)
        let draws = (0..<100_000).map { _ in generator.uniform() }
        #expect(draws.allSatisfy { (0..<1).contains($0) })
        #expect(abs(moments(of: draws).mean - 0.5) < 5 * 0.2887 / 316.2)
        #expect(abs(moments(of: draws).variance - 1.0 / 12) < 5 * 0.0745 / 316.2)
    }

    @Test func normal() {
        var generator = SeededGenerator(seed: 2)
        let draws = (0..<100_000).map { _ in generator.normal() }
        #expect(abs(moments(of: draws).mean) < 5 / 316.2)
        #expect(abs(moments(of: draws).variance - 1) < 5 * 1.4142 / 316.2)
        let beyondTwo = Double(draws.filter { abs($0) > 2 }.count) / 100_000
        #expect(abs(beyondTwo - 0.0455) < 5 * (0.0455 * 0.9545).squareRoot() / 316.2)
    }

    @Test(arguments: [1, 2, 3, 10, 2048]) func chiSquared(degreesOfFreedom k: Int) {
        var generator = SeededGenerator(seed: 3)
        let draws = (0..<100_000).map { _ in generator.chiSquared(degreesOfFreedom: k) }
        let variance = 2 * Double(k)
        #expect(abs(moments(of: draws).mean - Double(k)) < 5 * variance.squareRoot() / 316.2)
        // The variance of a squared deviation is κ₄ + 2κ₂², κ₄ = 48k.
        #expect(
            abs(moments(of: draws).variance - variance) < 5 * (48 * Double(k) + 2 * variance * variance).squareRoot()
                / 316.2)
    }
}

import Foundation
import GaussianKernels
import TestSupport
import Testing

private struct HardPoints: Decodable {
    struct Case: Decodable {
        struct Point: Decodable {
            let x: Double
            let value: Double
        }
        let discretization: Discretization
        let sigma: Double
        let order: Int
        let points: [Point]
    }
    struct Normalized: Decodable {
        let sigma: Double
        let order: Int
        let radius: Int
        let step: Int
        /// At the offsets 0, `step`, 2 · `step`, …
        let taps: [Double]
    }
    let cases: [Case]
    let normalized: [Normalized]
}

/// Agreement with 200-digit arithmetic that goes other ways, at σ from 10⁻³ to 10³ and orders up to 30.
@Suite struct MpmathTests {
    /// Units of rounding relative to the largest value among the points, which are near the kernel's largest; `integrated` takes
    /// differences of values σ times as large.
    @Test func hardPointsAgree() throws {
        let cases = try Fixture.json("mpmath/kernels.json", as: HardPoints.self).cases
        #expect(Set(cases.map(\.discretization)) == Set(Discretization.allCases))
        for reference in cases {
            let largest = reference.points.reduce(0) { max($0, abs($1.value)) }
            let units = reference.discretization == .integrated ? max(32, 4 * reference.sigma) : 32
            for point in reference.points {
                let ours = reference.discretization.derivatives(
                    through: reference.order, sigma: reference.sigma, first: point.x, count: 1)[reference.order][0]
                #expect(
                    abs(ours - point.value) <= units * largest.ulp,
                    "\(reference.discretization), σ = \(reference.sigma), order \(reference.order), x = \(point.x)")
            }
        }
    }

    /// Sampled kernels whose moments were made exact in exact arithmetic. Beyond order 8 the moments themselves are ill-conditioned: at
    /// order 30 the factors among which the kernel is distinguished differ by 10¹⁵.
    @Test func normalizedTapsAgree() throws {
        let kernels = try Fixture.json("mpmath/kernels.json", as: HardPoints.self).normalized
        #expect(kernels.count == 8)
        for reference in kernels {
            let kernel = GaussianKernel1D(order: reference.order, sigma: reference.sigma, radius: reference.radius)
            let largest = kernel.taps.reduce(0) { max($0, abs($1)) }
            let tolerance = reference.order <= 8 ? 1e-14 : 1e-9
            for (index, tap) in reference.taps.enumerated() {
                let ours = kernel.taps[kernel.radius + index * reference.step]
                #expect(
                    abs(ours - tap) < tolerance * largest, "σ = \(reference.sigma), order \(reference.order), \(index)")
            }
        }
    }
}

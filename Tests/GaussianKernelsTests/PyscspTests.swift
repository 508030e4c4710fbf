import GaussianKernels
import TestSupport
import Testing

private struct Kernels: Decodable {
    struct Case: Decodable {
        let discretization: Discretization
        let sigma: Double
        let order: Int
        let taps: [Double]
    }
    let cases: [Case]
}

/// Agreement with pyscsp, Lindeberg's own implementation of his kernels.
@Suite struct PyscspTests {
    @Test func kernelsAgree() throws {
        let cases = try Fixture.json("pyscsp/kernels.json", as: Kernels.self).cases
        #expect(Set(cases.map(\.discretization)) == [.sampled, .integrated, .discrete])
        for theirs in cases {
            let radius = (theirs.taps.count - 1) / 2
            let ours = theirs.discretization.derivatives(
                through: theirs.order, sigma: theirs.sigma, first: -Double(radius), count: theirs.taps.count)[
                    theirs.order]
            // Relative to the largest tap, which at σ = 0.4 and order 4 is some 60.
            let largest = theirs.taps.reduce(1) { max($0, abs($1)) }
            for (a, b) in zip(ours, theirs.taps) {
                #expect(
                    abs(a - b) < 1e-12 * largest, "\(theirs.discretization), σ = \(theirs.sigma), order \(theirs.order)"
                )
            }
        }
    }
}

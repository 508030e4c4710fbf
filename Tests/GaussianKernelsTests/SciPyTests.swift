import GaussianKernels
import TestSupport
import Testing

private struct Cases<Case: Decodable>: Decodable {
    let cases: [Case]
}

private struct ImpulseResponse: Decodable {
    let sigma: Double
    /// The order along each axis, y first.
    let order: [Int]
    let radius: Int
    let taps: [Double]
}

private struct ScaledBessel: Decodable {
    let s: Double
    let values: [Double]
    let step: Int
}

/// Agreement with SciPy where the definitions coincide. Its Gaussian filter samples the kernel and divides by the sum of the
/// truncated Gaussian, also for derivatives; its `ive` is the discrete analogue.
@Suite struct SciPyTests {
    @Test func sampledKernelsAgreeWithGaussianFilter() throws {
        for response in try Fixture.json("scipy/gaussian.json", as: Cases<ImpulseResponse>.self).cases {
            let axes = response.order.map { order in
                let family = Discretization.sampled.derivatives(
                    through: order, sigma: response.sigma, first: -Double(response.radius),
                    count: 2 * response.radius + 1)
                let sum = family[0].reduce(0, +)
                return family[order].map { $0 / sum }
            }
            let taps = axes.count == 1 ? axes[0] : axes[0].flatMap { y in axes[1].map { y * $0 } }
            for (ours, theirs) in zip(taps, response.taps) {
                #expect(abs(ours - theirs) < 1e-12, "σ = \(response.sigma), order \(response.order)")
            }
        }
    }

    @Test func smoothingKernelsAreNormalisedAlike() throws {
        for response in try Fixture.json("scipy/gaussian.json", as: Cases<ImpulseResponse>.self).cases
        where response.order == [0] {
            let kernel = GaussianKernel1D(order: 0, sigma: response.sigma, radius: response.radius)
            for (ours, theirs) in zip(kernel.taps, response.taps) { #expect(abs(ours - theirs) < 1e-12) }
        }
    }

    @Test func discreteAnalogueAgreesWithScaledBesselFunctions() throws {
        for bessel in try Fixture.json("scipy/bessel.json", as: Cases<ScaledBessel>.self).cases {
            let kernel = Discretization.discrete.derivatives(
                through: 0, sigma: bessel.s.squareRoot(), first: 0, count: 41)[0]
            for (index, value) in bessel.values.enumerated() {
                #expect(
                    abs(kernel[index * bessel.step] - value) <= 1e-12 * value,
                    "s = \(bessel.s), k = \(index * bessel.step)")
            }
        }
    }
}

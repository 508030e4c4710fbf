import Foundation
import GaussianKernels
import Testing

private func moments(of kernel: [Double], from first: Int) -> (sum: Double, variance: Double) {
    let sum = kernel.reduce(0, +)
    let variance = zip(first..., kernel).reduce(0) { $0 + Double($1.0 * $1.0) * $1.1 } / sum
    return (sum, variance)
}

@Suite struct DiscretizationTests {
    /// Sum and variance/σ² of the sampled Gaussian, to the digits of the reference values.
    @Test(arguments: [(0.3, 1.34009, 0.0853), (0.5, 1.01438, 0.8601), (1, 1.00000, 1.0000)])
    func sampledSumAndVariance(sigma: Double, sum: Double, ratio: Double) {
        let kernel = Discretization.sampled.derivatives(through: 0, sigma: sigma, first: -12, count: 25)[0]
        let found = moments(of: kernel, from: -12)
        #expect(abs(found.sum - sum) < 5.1e-6)
        #expect(abs(found.variance / (sigma * sigma) - ratio) < 5.1e-5)
    }

    @Test(arguments: [0.1, 0.3, 0.5, 1, 2, 5, 20, 50])
    func discreteAnalogueHasExactSumAndVariance(sigma: Double) {
        let radius = Int(12 * sigma) + 20
        let kernel = Discretization.discrete.derivatives(
            through: 0, sigma: sigma, first: -Double(radius), count: 2 * radius + 1)[0]
        let found = moments(of: kernel, from: -radius)
        #expect(abs(found.sum - 1) < 1e-14)
        #expect(abs(found.variance / (sigma * sigma) - 1) < 1e-12)
    }

    /// σ²g⁽²⁾ on taps out to ⌈2σ⌉ + 1: its sum, and its sum after division by the truncated Gaussian's sum.
    @Test(arguments: [(1.0, -0.004087, -0.004088), (2.0, -0.047627, -0.047888)])
    func sampledSecondDerivativeHasADCError(sigma: Double, raw: Double, divided: Double) {
        let radius = Int((2 * sigma).rounded(.up)) + 1
        let family = Discretization.sampled.derivatives(
            through: 2, sigma: sigma, first: -Double(radius), count: 2 * radius + 1)
        let sum = sigma * sigma * family[2].reduce(0, +)
        #expect(abs(sum - raw) < 5.1e-7)
        #expect(abs(sum / family[0].reduce(0, +) - divided) < 5.1e-7)
    }

    /// T(·; s₁) * T(·; s₂) = T(·; s₁ + s₂), truncated where the tails are below rounding.
    @Test(arguments: [(0.3, 0.4), (0.8, 1.1), (2.0, 3.5)])
    func discreteAnalogueIsASemigroup(first: Double, second: Double) {
        func kernel(_ sigma: Double, _ radius: Int) -> [Double] {
            Discretization.discrete.derivatives(
                through: 0, sigma: sigma, first: -Double(radius), count: 2 * radius + 1)[0]
        }
        let (a, b) = (kernel(first, 60), kernel(second, 60))
        let both = kernel((first * first + second * second).squareRoot(), 10)
        for k in -10...10 {
            let convolved = (-40...40).reduce(0) { $0 + a[60 + $1] * b[60 + k - $1] }
            #expect(abs(convolved - both[10 + k]) < 1e-15)
        }
    }

    /// Derivatives of the discrete analogue are its central differences: for correlation −½, 0, ½ and 1, −2, 1.
    @Test func differencesOfTheDiscreteAnalogue() {
        let family = Discretization.discrete.derivatives(through: 4, sigma: 1.3, first: -5, count: 11)
        let wide = Discretization.discrete.derivatives(through: 0, sigma: 1.3, first: -8, count: 17)[0]
        for k in -5...5 {
            let at = { (offset: Int) in wide[8 + k + offset] }
            #expect(abs(family[1][5 + k] - (at(1) - at(-1)) / 2) < 1e-16)
            #expect(abs(family[2][5 + k] - (at(1) - 2 * at(0) + at(-1))) < 1e-16)
            #expect(abs(family[3][5 + k] - (at(2) - 2 * at(1) + 2 * at(-1) - at(-2)) / 2) < 1e-15)
            #expect(abs(family[4][5 + k] - (at(2) - 4 * at(1) + 6 * at(0) - 4 * at(-1) + at(-2))) < 1e-15)
        }
    }

    /// Between the integers the discrete analogue is continued by the band-limited function through its samples. At half
    /// integers that is the sum Σ T(k) sinc(x − k), summed here with the tails that matter.
    @Test(arguments: [0.6, 1.0, 2.5]) func discreteAnalogueBetweenTheIntegers(sigma: Double) {
        let halves = Discretization.discrete.derivatives(through: 0, sigma: sigma, first: -2.5, count: 6)[0]
        let whole = Discretization.discrete.derivatives(through: 0, sigma: sigma, first: -60, count: 121)[0]
        for (index, value) in halves.enumerated() {
            let x = -2.5 + Double(index)
            let interpolated = (-60...60).reduce(0.0) { sum, k in
                let t = Double.pi * (x - Double(k))
                return sum + whole[60 + k] * sin(t) / t
            }
            #expect(abs(value - interpolated) < 1e-14)
        }
    }

    /// The sampled recurrence against the defining formula.
    @Test(arguments: [0.4, 1, 7]) func sampledDerivativesFollowTheFormula(sigma: Double) {
        let family = Discretization.sampled.derivatives(through: 8, sigma: sigma, first: -4.25, count: 9)
        for order in 0...8 {
            let derivative = GaussianDerivative(order: order, sigma: sigma)
            let scale = pow(sigma, -Double(order + 1)) * derivative.l1Norm * pow(sigma, Double(order))
            for index in 0..<9 {
                #expect(abs(family[order][index] - derivative.value(at: -4.25 + Double(index))) < 1e-14 * scale)
            }
        }
    }

    /// Slopes against central differences at half the cube root of the rounding unit, whose error is 1e-10 of the scale.
    @Test(arguments: Discretization.allCases, [(0.7, -2.5), (1.6, -3), (12, 0.25)])
    func slopesAreDerivatives(discretization: Discretization, place: (sigma: Double, first: Double)) {
        let slopes = discretization.slopes(through: 4, sigma: place.sigma, first: place.first, count: 7)
        let step = 3e-6 * place.sigma
        func values(_ shift: Double) -> [[Double]] {
            (0..<7).map {
                discretization.derivatives(
                    through: 4, sigma: place.sigma, first: place.first + Double($0) + shift, count: 1)
            }
            .reduce(into: Array(repeating: [], count: 5)) { for n in 0...4 { $0[n].append($1[n][0]) } }
        }
        let (right, left) = (values(step), values(-step))
        for n in 0...4 {
            let scale = slopes[n].reduce(0) { max($0, abs($1)) }
            for index in 0..<7 {
                #expect(abs(slopes[n][index] - (right[n][index] - left[n][index]) / (2 * step)) < 1e-8 * scale)
            }
        }
    }

    /// At the smallest σ the discrete analogue is an impulse, and its differences are the central ones.
    @Test(arguments: [1e-3, 1e-12, 1e-160]) func discreteAnalogueOfNoWidth(sigma: Double) {
        let family = Discretization.discrete.derivatives(through: 2, sigma: sigma, first: -2, count: 5)
        for (values, expected) in zip(family, [[0, 0, 1, 0, 0], [0, 0.5, 0, -0.5, 0], [0, 1, -2, 1, 0]]) {
            for (value, limit) in zip(values, expected) { #expect(abs(value - limit) < 3e-6) }
        }
    }
}

import Foundation
import GaussianKernels
import TestSupport
import Testing

private struct Exponents: Decodable {
    struct Set: Decodable {
        let orders: [Int]
        let real: [Double]
        let imaginary: [Double]
        let largestErrors: [Double]
    }
    let sets: [Set]
}

@Suite struct RecursiveGaussianTests {
    /// From the least σ that has a filter to 50, for each discretisation from where its kernel decays like a Gaussian.
    private static func sigmas(_ discretization: Discretization) -> [Double] {
        let all = [0.8, 1, 1.25, 1.9, 2.6, 4, 16] + (discretization == .sampled ? [50] : [])
        let least: [Discretization: Double] = [.integrated: 1.2, .spectral: 2.5]
        return all.filter { $0 >= least[discretization] ?? 0 }
    }

    /// The documented error, 5·10⁻⁷ of the largest value, against the kernel as it is without a radius.
    @Test(arguments: Discretization.allCases, 0...8) func documentedError(
        discretization: Discretization, order: Int
    ) throws {
        var filters = 0
        for sigma in Self.sigmas(discretization) {
            let kernel = GaussianKernel1D(order: order, sigma: sigma, discretization: discretization)
            guard let recursive = RecursiveGaussian(kernel) else { continue }
            filters += 1
            let radius = Int(14 * sigma) + 14
            let endless = GaussianKernel1D(
                order: order, sigma: sigma, discretization: discretization, radius: radius)
            let response = recursive.impulseResponse(radius: radius)
            let largest = endless.taps.reduce(0) { max($0, abs($1)) }
            let error = zip(response, endless.taps).reduce(0) { max($0, abs($1.0 - $1.1)) } / largest
            #expect(error < 5e-7, "σ = \(sigma)")
        }
        #expect(filters >= 3)
    }

    /// What the filter reports of itself is what its impulse response shows, for a kernel with a scale normalisation too.
    @Test(arguments: [(0, 2.0, 0.0), (1, 5, 1), (2, 12, 0.5), (8, 3, 1)])
    func reportedErrors(order: Int, sigma: Double, gamma: Double) throws {
        let kernel = GaussianKernel1D(order: order, sigma: sigma, gamma: gamma)
        let recursive = try #require(RecursiveGaussian(kernel))
        let radius = 40 * Int(sigma)
        let surplus = radius - kernel.radius
        let taps = Array(repeating: 0, count: surplus) + kernel.taps + Array(repeating: 0, count: surplus)
        let errors = zip(recursive.impulseResponse(radius: radius), taps).map { abs($0 - $1) }
        let largest = kernel.taps.reduce(0) { max($0, abs($1)) }
        // Both follow from sums of numbers as large as `largest`, whose rounding is far below the errors of about 1e-7.
        #expect(abs(errors.reduce(0, max) / largest - recursive.largestError) < 1e-13)
        #expect(abs(errors.reduce(0, +) - recursive.totalError) < 1e-12 * largest * Double(radius))
        // What the default radius leaves out of a Gaussian of large σ.
        if order == 0 { #expect(recursive.largestError < 3.7e-6) }
    }

    /// Convolution takes xᵖ to 0 for p < n and xⁿ to n!. The moments are sums of |u|ᵖ|h| with cancellation of the order of 2ⁿ for p ≤ 8.
    @Test(arguments: [Discretization.sampled, .discrete], 0...8) func momentsAreExact(
        discretization: Discretization, order: Int
    ) throws {
        let kernel = GaussianKernel1D(order: order, sigma: 4, discretization: discretization, gamma: 1)
        let recursive = try #require(RecursiveGaussian(kernel))
        let radius = 130
        let response = recursive.impulseResponse(radius: radius)
        for p in 0...order {
            let scaled = (-radius...radius).map { pow(Double($0) / 4, Double(p)) }
            let moment = zip(scaled, response).reduce(0) { $0 + $1.0 * $1.1 }
            let magnitude = zip(scaled, response).reduce(0) { $0 + abs($1.0 * $1.1) }
            let sign: Double = order.isMultiple(of: 2) ? 1 : -1
            let expected = p == order ? sign * (1...max(order, 1)).reduce(1) { $0 * Double($1) } : 0
            #expect(abs(moment - expected) < 1e-13 * magnitude, "degree \(p)")
        }
        let error = recursive.discretizationError
        #expect(abs(error.sum) < 1e-13 && abs(error.moment) < 1e-12)
        #expect(abs(kernel.discretizationError.spread - error.spread) < 1e-5)
    }

    /// The poles are those that the script beside the fixture found: z = exp(−μ/σ), and for the discrete analogue the root inside
    /// the unit circle of z − 2 + 1/z = (μ/σ)².
    @Test func polesAreThoseOfTheFixture() throws {
        let sigma = 3.0
        for set in try Fixture.json("recursive/exponents.json", as: Exponents.self).sets {
            #expect(set.largestErrors.allSatisfy { $0 < 7e-7 })
            for order in set.orders {
                let kernel = GaussianKernel1D(order: order, sigma: sigma)
                let sections = try #require(RecursiveGaussian(kernel)).sections
                #expect(sections.count == set.real.count)
                for (section, (a, b)) in zip(sections, zip(set.real, set.imaginary)) {
                    #expect(abs(section.pole.x - exp(-a / sigma) * cos(b / sigma)) < 1e-15)
                    #expect(abs(section.pole.y + exp(-a / sigma) * sin(b / sigma)) < 1e-15)
                }
                let discrete = GaussianKernel1D(order: order, sigma: sigma, discretization: .discrete)
                for (section, (a, b)) in zip(
                    try #require(RecursiveGaussian(discrete)).sections, zip(set.real, set.imaginary))
                {
                    let (x, y) = (section.pole.x, section.pole.y)
                    let square = x * x + y * y
                    #expect(square < 1)
                    #expect(abs(x + x / square - 2 - (a * a - b * b) / (sigma * sigma)) < 1e-14)
                    #expect(
                        abs(y - y / square - -2 * a * b / (sigma * sigma)) < 1e-14
                            || abs(y - y / square - 2 * a * b / (sigma * sigma)) < 1e-14)
                }
            }
        }
    }

    @Test func whereThereIsNone() {
        #expect(RecursiveGaussian(GaussianKernel1D(order: 9, sigma: 5)) == nil)
        #expect(RecursiveGaussian(GaussianKernel1D(order: 0, sigma: 1.8)) == nil)
        #expect(RecursiveGaussian(GaussianKernel1D(order: 0, sigma: 1.81)) != nil)
        #expect(RecursiveGaussian(GaussianKernel1D(order: 5, sigma: 3, radius: 11)) == nil)
        #expect(RecursiveGaussian(GaussianKernel1D(order: 5, sigma: 3, radius: 12)) != nil)
    }
}

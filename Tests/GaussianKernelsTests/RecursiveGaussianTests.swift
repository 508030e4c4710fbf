import Foundation
import GaussianKernels
import Testing

@Suite struct RecursiveGaussianTests {
    /// The documented error over σ from 2 to 50 and orders 0 to 8, relative to the largest tap, and that it is what the impulse response shows.
    @Test(arguments: 0...8) func errorOfTheImpulseResponse(order: Int) throws {
        for sigma in [2.0, 3, 5, 12, 50] {
            let kernel = GaussianKernel1D(order: order, sigma: sigma)
            let recursive = try #require(RecursiveGaussian(kernel))
            let response = recursive.impulseResponse(radius: kernel.radius)
            let largest = kernel.taps.reduce(0) { max($0, abs($1)) }
            let error = zip(response, kernel.taps).reduce(0) { max($0, abs($1.0 - $1.1)) } / largest
            #expect(error <= recursive.largestError * (1 + 1e-6) + 1e-12)
            #expect(recursive.largestError < 1e-5, "σ = \(sigma): \(recursive.largestError)")
            #expect(recursive.totalError >= zip(response, kernel.taps).reduce(0) { $0 + abs($1.0 - $1.1) } * (1 - 1e-6))
        }
    }

    @Test func polesAreStableAndOrdersBeyondAreRefused() throws {
        for order in [0, 5] {
            let recursive = try #require(RecursiveGaussian(GaussianKernel1D(order: order, sigma: 30)))
            for section in recursive.sections { #expect((section.pole * section.pole).sum() < 1) }
            #expect(recursive.sections.count == (order <= 4 ? 5 : 6))
        }
        #expect(RecursiveGaussian(GaussianKernel1D(order: 9, sigma: 5)) == nil)
        #expect(RecursiveGaussian(GaussianKernel1D(order: 0, sigma: 0.5)) == nil)
    }
}

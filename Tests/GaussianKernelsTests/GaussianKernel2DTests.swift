import Foundation
import GaussianKernels
import Testing

@Suite struct GaussianKernel2DTests {
    /// The Laplacian takes x² + y² to 4 and annihilates constants and linear functions: moments of the convolution kernel.
    @Test(arguments: [Discretization.sampled, .discrete]) func laplacian(discretization: Discretization) {
        let kernel = GaussianKernel2D.laplacian(sigma: 1.2, discretization: discretization, radius: 14)
        #expect(abs(kernel.moment(x: 2, y: 0) + kernel.moment(x: 0, y: 2) - 4) < 1e-10)
        for (p, q) in [(0, 0), (1, 0), (0, 1), (1, 1)] { #expect(abs(kernel.moment(x: p, y: q)) < 1e-12) }
    }

    /// A derivative along θ takes (x cos θ + y sin θ)ⁿ to n!, up to the sign (−1)ⁿ of the moment.
    @Test(arguments: 1...4) func directionalDerivative(order: Int) {
        let angle = 0.7
        let kernel = GaussianKernel2D.directional(order: order, angle: angle, sigma: 1.5)
        var moment = 0.0
        for (term, factor) in GaussianJet.directionalDerivative(order: order, angle: angle) {
            moment += factor * kernel.moment(x: term.dx, y: term.dy)
        }
        let factorial = (1...order).reduce(order.isMultiple(of: 2) ? 1.0 : -1) { $0 * Double($1) }
        #expect(abs(moment / factorial - 1) < 1e-10)
    }

    /// Steering by multiples of a quarter turn permutes the axes.
    @Test func steeringByQuarterTurns() {
        for order in 0...5 {
            let along = GaussianJet.directionalDerivative(order: order, angle: .pi / 2)
            for (term, factor) in along { #expect(abs(factor - (term.dx == 0 ? 1 : 0)) < 1e-15) }
        }
    }

    /// g(σ + ε) − g(σ − ε) = 2εσ∇²g + O(ε³), the heat equation.
    @Test func differenceOfGaussiansIsNearlyALaplacian() {
        let (sigma, epsilon) = (2.0, 1e-4)
        let difference = GaussianKernel2D.differenceOfGaussians(
            inner: sigma - epsilon, outer: sigma + epsilon, discretization: .discrete, radius: 16)
        let laplacian = GaussianKernel2D.laplacian(sigma: sigma, discretization: .discrete, radius: 16)
        for (d, l) in zip(difference.taps, laplacian.taps) { #expect(abs(d - 2 * epsilon * sigma * l) < 1e-11) }
    }

    /// With equal standard deviations the affine Gaussian is the isotropic one, whatever its angle.
    @Test func affineWithEqualAxesIsIsotropic() {
        let affine = AffineGaussian(major: 1.4, minor: 1.4, angle: 0.9)
        for (dx, dy) in [(0, 0), (1, 0), (0, 2), (2, 1), (3, 3)] {
            for (x, y) in [(0.0, 0.0), (1, -2), (0.3, 2.7)] {
                let expected =
                    GaussianDerivative(order: dx, sigma: 1.4).value(at: x)
                    * GaussianDerivative(order: dy, sigma: 1.4).value(at: y)
                #expect(abs(affine.derivative(dx: dx, dy: dy, x: x, y: y) - expected) < 1e-14)
            }
        }
    }

    /// Mixed derivatives of the affine Gaussian against central differences of lower ones, h² apart from the truth.
    @Test func affineDerivativesAreDerivatives() throws {
        let affine = try #require(AffineGaussian(xx: 2, xy: 0.8, yy: 1.1))
        let h = 1e-4
        for (dx, dy) in [(0, 0), (1, 0), (1, 1), (2, 1)] {
            let (x, y) = (0.4, -0.9)
            let inX =
                (affine.derivative(dx: dx, dy: dy, x: x + h, y: y) - affine.derivative(dx: dx, dy: dy, x: x - h, y: y))
                / (2 * h)
            let inY =
                (affine.derivative(dx: dx, dy: dy, x: x, y: y + h) - affine.derivative(dx: dx, dy: dy, x: x, y: y - h))
                / (2 * h)
            #expect(abs(affine.derivative(dx: dx + 1, dy: dy, x: x, y: y) - inX) < 1e-7)
            #expect(abs(affine.derivative(dx: dx, dy: dy + 1, x: x, y: y) - inY) < 1e-7)
        }
    }

    @Test func covarianceComesBack() throws {
        let affine = try #require(AffineGaussian(xx: 3, xy: -0.8, yy: 2.1))
        let covariance = affine.covariance
        #expect(abs(covariance.xx - 3) < 1e-14 && abs(covariance.xy + 0.8) < 1e-14 && abs(covariance.yy - 2.1) < 1e-14)
        let kernel = GaussianKernel2D.affine(affine, radius: 20)
        #expect(abs(kernel.moment(x: 0, y: 0) - 1) < 1e-10)
        #expect(abs(kernel.moment(x: 1, y: 1) + 0.8) < 1e-9)
        #expect(AffineGaussian(xx: 1, xy: 2, yy: 1) == nil)
        #expect(AffineGaussian(xx: .nan, xy: 0, yy: 1) == nil)
        #expect(AffineGaussian(xx: 1, xy: 1, yy: 1) == nil)
        // The smaller of two variances far apart is no difference of the larger.
        let long = AffineGaussian(xx: 1e16, xy: 0, yy: 1)
        #expect(long?.major == 1e8 && long?.minor == 1)
    }
}

import Foundation
import GaussianKernels

/// What a fit is not linear in: the Gaussian's size, place and, for affine fits, its elongation.
///
/// The covariance matrix is σ² exp(S) with the symmetric, traceless S = [[p, q], [q, −p]], which is smooth also where the
/// Gaussian is round; its standard deviations are σ e^{±r/2}, r = √(p² + q²).
public struct GaussianShape: Sendable, Hashable {
    /// The standard deviation in samples; of an elongated Gaussian the geometric mean of both.
    public var sigma: Double
    /// The centre, in samples from the kernel's middle, x to the right and y down.
    public var center: SIMD2<Double> = [0, 0]
    /// (p, q), zero for a round Gaussian.
    public var stretch: SIMD2<Double> = [0, 0]

    /// The largest ratio of the two standard deviations that a fit allows.
    public static let largestAspect = 4.0

    /// A round Gaussian in the kernel's middle.
    public init(sigma: Double) { self.sigma = sigma }

    /// The ratio e^r ≥ 1 of the two standard deviations.
    public var aspect: Double { exp((stretch * stretch).sum().squareRoot()) }

    /// The Gaussian of this covariance.
    public var gaussian: AffineGaussian {
        let aspect = aspect.squareRoot()
        return AffineGaussian(major: sigma * aspect, minor: sigma / aspect, angle: atan2(stretch.y, stretch.x) / 2)
    }

    /// The derivatives of exp(S), as (xx, xy, yy), by p and by q.
    var covarianceSlopes: (p: SIMD3<Double>, q: SIMD3<Double>) {
        let (p, q) = (stretch.x, stretch.y)
        let r = (p * p + q * q).squareRoot()
        // exp(S) = cosh r · I + (sinh r / r) S.
        let ratio = r < 1e-3 ? 1 + r * r / 6 : sinh(r) / r
        let slope = r < 1e-3 ? 1.0 / 3 + r * r / 30 : (r * cosh(r) - sinh(r)) / (r * r * r)
        let s: SIMD3<Double> = [p, q, -p]
        let identity: SIMD3<Double> = [1, 0, 1]
        let alongP: SIMD3<Double> = [1, 0, -1]
        let alongQ: SIMD3<Double> = [0, 1, 0]
        return (
            ratio * p * identity + slope * p * s + ratio * alongP, ratio * q * identity + slope * q * s + ratio * alongQ
        )
    }

    /// log σ, both coordinates of the centre, and both of the stretch, in the order of `Parameter`.
    var parameters: ShapeVector {
        get { [log(sigma), center.x, center.y, stretch.x, stretch.y, 0, 0, 0] }
        set {
            // A σ that does not change keeps all its bits.
            if newValue[0] != log(sigma) { sigma = exp(newValue[0]) }
            center = [newValue[1], newValue[2]]
            stretch = [newValue[3], newValue[4]]
        }
    }

    /// The places of the parameters in `parameters`.
    enum Parameter: Int, CaseIterable {
        case logSigma, centerX, centerY, stretchP, stretchQ
    }
}

extension FitOptions {
    /// The parameters that are fitted for each kernel on its own, σ among them if `withSigma` and there is a range of it to search.
    func freeParameters(withSigma: Bool) -> [GaussianShape.Parameter] {
        let (low, high) = logSigmaRange
        let isSearched = withSigma && low < high
        return (isSearched ? [.logSigma] : []) + (center == .free ? [.centerX, .centerY] : [])
            + (sigmaModel == .affine ? [.stretchP, .stretchQ] : [])
    }
}

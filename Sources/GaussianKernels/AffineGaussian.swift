import Foundation

/// The anisotropic Gaussian of two variables with covariance matrix Σ, and its derivatives:
///
///     g(x; Σ) = exp(−½ xᵀ Σ⁻¹ x) / (2π √det Σ).
///
/// Source: Lindeberg and Gårding, "Shape-adapted smoothing in estimation of 3-D shape cues from affine deformations of local 2-D
/// brightness structure", Image and Vision Computing 15(6),
/// 1997, doi:10.1016/S0262-8856(97)01144-X.
public struct AffineGaussian: Sendable, Hashable {
    /// The standard deviation along the direction `angle`.
    public let major: Double
    /// The standard deviation across it.
    public let minor: Double
    /// The direction of `major` in radians, from the x axis towards the y axis. It is kept as given, so that equal Gaussians may
    /// have angles that differ by half turns.
    public let angle: Double

    /// A Gaussian with standard deviation `major` along the direction `angle` and `minor` across it, both positive and in the
    /// same unit of length; `major` need not be the larger one.
    public init(major: Double, minor: Double, angle: Double) {
        precondition(
            major > 0 && minor > 0 && major.isFinite && minor.isFinite, "standard deviations are positive and finite")
        precondition(angle.isFinite, "a direction is finite")
        self.major = major
        self.minor = minor
        self.angle = angle
    }

    /// A Gaussian with covariance matrix [[xx, xy], [xy, yy]] in length², or nil where that is not positive definite. `major` is the
    /// larger standard deviation.
    public init?(xx: Double, xy: Double, yy: Double) {
        let mean = (xx + yy) / 2
        let spread = hypot((xx - yy) / 2, xy)
        let larger = mean + spread
        // The determinant by the larger one: mean − spread would cancel where one axis is much longer than the other.
        let smaller = xx / larger * yy - xy / larger * xy
        guard larger.isFinite, smaller > 0, xx > 0 else { return nil }
        self.init(major: larger.squareRoot(), minor: smaller.squareRoot(), angle: atan2(2 * xy, xx - yy) / 2)
    }

    /// The covariance matrix [[xx, xy], [xy, yy]], in length².
    public var covariance: (xx: Double, xy: Double, yy: Double) {
        let (c, s) = (cos(angle), sin(angle))
        let (a, b) = (major * major, minor * minor)
        return (a * c * c + b * s * s, (a - b) * c * s, a * s * s + b * c * c)
    }

    /// The standard deviation √(major · minor) of the isotropic Gaussian of the same peak.
    public var meanSigma: Double { (major * minor).squareRoot() }

    /// The partial derivative ∂x^dx ∂y^dy g at a point, in 1/length^{dx+dy+2}.
    ///
    /// In the coordinates u along and v across the major axis the Gaussian is a product, and a partial derivative in x and y is a
    /// combination of those in u and v of the same order.
    /// - Complexity: O((dx + dy)²).
    public func derivative(dx: Int, dy: Int, x: Double, y: Double) -> Double {
        precondition(dx >= 0 && dy >= 0, "orders of derivatives are not negative")
        let (c, s) = (cos(angle), sin(angle))
        let along = PartialDerivatives(through: dx + dy, sigma: major, at: c * x + s * y)
        let across = PartialDerivatives(through: dx + dy, sigma: minor, at: c * y - s * x)
        // ∂x = c ∂u − s ∂v and ∂y = s ∂u + c ∂v; entry p of the product is the factor of ∂u^p ∂v^(order − p).
        var factors = [1.0]
        for step in 0..<(dx + dy) {
            let (inU, inV) = step < dx ? (c, -s) : (s, c)
            var next = [Double](repeating: 0, count: factors.count + 1)
            for (p, factor) in factors.enumerated() {
                next[p] += inV * factor
                next[p + 1] += inU * factor
            }
            factors = next
        }
        var sum = 0.0
        for (p, factor) in factors.enumerated() { sum += factor * along.values[p] * across.values[dx + dy - p] }
        return sum
    }

    /// The derivative of the given order along a direction, `angle` radians from the x axis towards the y axis, at a point; in
    /// 1/length^{order+2}.
    ///
    /// - Complexity: O(`order`³).
    public func directionalDerivative(order: Int, angle: Double, x: Double, y: Double) -> Double {
        GaussianJet.directionalDerivative(order: order, angle: angle).reduce(0) {
            $0 + $1.factor * derivative(dx: $1.term.dx, dy: $1.term.dy, x: x, y: y)
        }
    }

    /// The Fourier transform exp(−½ ωᵀ Σ ω) of the Gaussian itself, at angular frequencies in radians per unit of length.
    public func fourierTransform(x: Double, y: Double) -> Double {
        let (xx, xy, yy) = covariance
        return exp(-(xx * x * x + 2 * xy * x * y + yy * y * y) / 2)
    }

    private struct PartialDerivatives {
        let values: [Double]

        init(through order: Int, sigma: Double, at x: Double) {
            values = ContinuousDerivatives.sampled(through: order, sigma: sigma, first: x, count: 1).map { $0[0] }
        }
    }
}

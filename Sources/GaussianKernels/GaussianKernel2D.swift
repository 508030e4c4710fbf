import Foundation

/// A finite convolution kernel in the plane, made of Gaussian derivatives: taps at the offsets −radius, …, radius in x and in y.
///
/// Convolving samples with it approximates the operator that its initialiser names, in units of the grid's spacing. The moments of
/// each partial derivative are as exact as those of `GaussianKernel1D`; its symmetry is the grid's: a combination that is isotropic, or
/// steered, in the plane is so for its taps only as far as each derivative's error is small.
public struct GaussianKernel2D: Sendable, Hashable {
    /// The largest offset along either axis that has taps.
    public let radius: Int
    /// The (2·radius + 1)² taps, row by row, y from −radius down to radius.
    public let taps: [Double]

    /// The combination Σ factor · ∂x^i ∂y^j of derivatives of one Gaussian.
    ///
    /// - Parameters:
    ///   - terms: The derivatives and their factors, at least one.
    ///   - sigma: The standard deviation in samples, positive.
    ///   - discretization: How each one-dimensional factor becomes taps.
    ///   - radius: The largest offset; by default that of the highest derivative along an axis. At least half of that, rounded up.
    ///   - gamma: The power γ of the scale normalisation σ^{γ(i+j)} of each term; 0 means none.
    /// - Complexity: O(terms · radius²), and a `GaussianKernel1D` for each order up to the highest.
    public init(
        combining terms: [(term: JetTerm, factor: Double)], sigma: Double, discretization: Discretization = .sampled,
        radius: Int? = nil, gamma: Double = 0
    ) {
        precondition(!terms.isEmpty, "a kernel combines at least one derivative")
        let highest = terms.map { max($0.term.dx, $0.term.dy) }.max() ?? 0
        let radius =
            radius ?? GaussianKernel1D.defaultRadius(order: highest, sigma: sigma, discretization: discretization)
        let factors = (0...highest).map {
            GaussianKernel1D(order: $0, sigma: sigma, discretization: discretization, radius: radius, gamma: gamma).taps
        }
        let side = 2 * radius + 1
        var taps = [Double](repeating: 0, count: side * side)
        for (term, factor) in terms {
            for row in 0..<side {
                let inY = factor * factors[term.dy][row]
                for column in 0..<side { taps[row * side + column] += inY * factors[term.dx][column] }
            }
        }
        self.radius = radius
        self.taps = taps
    }

    /// The partial derivative ∂x^dx ∂y^dy of the Gaussian; parameters and complexity are those of `init(combining:sigma:…)`.
    public static func derivative(
        dx: Int, dy: Int, sigma: Double, discretization: Discretization = .sampled, radius: Int? = nil,
        gamma: Double = 0
    ) -> GaussianKernel2D {
        GaussianKernel2D(
            combining: [(JetTerm(dx: dx, dy: dy), 1)], sigma: sigma, discretization: discretization, radius: radius,
            gamma: gamma)
    }

    /// The Laplacian of the Gaussian, ∂x² + ∂y²; parameters and complexity are those of `init(combining:sigma:…)`.
    public static func laplacian(
        sigma: Double, discretization: Discretization = .sampled, radius: Int? = nil, gamma: Double = 0
    ) -> GaussianKernel2D {
        GaussianKernel2D(
            combining: [(JetTerm(dx: 2, dy: 0), 1), (JetTerm(dx: 0, dy: 2), 1)], sigma: sigma,
            discretization: discretization, radius: radius, gamma: gamma)
    }

    /// The n-th derivative along a direction, `angle` radians from the x axis towards the y axis, which points down.
    public static func directional(
        order: Int, angle: Double, sigma: Double, discretization: Discretization = .sampled, radius: Int? = nil,
        gamma: Double = 0
    ) -> GaussianKernel2D {
        GaussianKernel2D(
            combining: GaussianJet.directionalDerivative(order: order, angle: angle), sigma: sigma,
            discretization: discretization, radius: radius, gamma: gamma)
    }

    /// The difference g(outer) − g(inner) of two Gaussians, which for outer close to inner is (outer² − inner²)/2 times the Laplacian.
    ///
    /// - Parameters:
    ///   - inner: The standard deviation of the Gaussian that is subtracted, in samples, positive.
    ///   - outer: That of the other one.
    ///   - discretization: How the Gaussians become taps.
    ///   - radius: The largest offset; by default that of the larger Gaussian.
    /// - Complexity: O(radius²).
    ///
    /// Source: Marr and Hildreth, "Theory of edge detection", Proc. R. Soc. B 207, 1980, doi:10.1098/rspb.1980.0020.
    public static func differenceOfGaussians(
        inner: Double, outer: Double, discretization: Discretization = .sampled, radius: Int? = nil
    ) -> GaussianKernel2D {
        let radius =
            radius ?? GaussianKernel1D.defaultRadius(order: 0, sigma: max(inner, outer), discretization: discretization)
        let wide = derivative(dx: 0, dy: 0, sigma: outer, discretization: discretization, radius: radius)
        let narrow = derivative(dx: 0, dy: 0, sigma: inner, discretization: discretization, radius: radius)
        return GaussianKernel2D(radius: radius, taps: zip(wide.taps, narrow.taps).map { $0 - $1 })
    }

    /// A derivative of an anisotropic Gaussian, sampled: its raw values, without a normalisation of their moments. They alias as a
    /// sampled kernel of the smaller standard deviation does.
    ///
    /// - Parameters:
    ///   - gaussian: The Gaussian.
    ///   - dx: How often it is differentiated along x.
    ///   - dy: How often along y.
    ///   - radius: The largest offset; by default that of a `GaussianKernel1D` of this order whose σ is the larger standard deviation.
    /// - Complexity: O(radius² · (dx + dy)²).
    public static func affine(
        _ gaussian: AffineGaussian, dx: Int = 0, dy: Int = 0, radius: Int? = nil
    ) -> GaussianKernel2D {
        let radius =
            radius ?? GaussianKernel1D.defaultRadius(order: dx + dy, sigma: max(gaussian.major, gaussian.minor))
        let taps = (-radius...radius).flatMap { y in
            (-radius...radius).map { gaussian.derivative(dx: dx, dy: dy, x: Double($0), y: Double(y)) }
        }
        return GaussianKernel2D(radius: radius, taps: taps)
    }

    private init(radius: Int, taps: [Double]) {
        self.radius = radius
        self.taps = taps
    }

    /// The taps in another precision, each correctly rounded.
    ///
    /// - Complexity: O(radius²).
    public func taps<Scalar: BinaryFloatingPoint>(as type: Scalar.Type) -> [Scalar] {
        taps.map { Scalar($0) }
    }

    /// The moment Σ x^p y^q h(x, y), offsets in samples, p and q not negative.
    ///
    /// - Complexity: O(radius²).
    public func moment(x p: Int, y q: Int) -> Double {
        var sum = 0.0
        var index = 0
        for y in -radius...radius {
            for x in -radius...radius {
                sum += pow(Double(x), Double(p)) * pow(Double(y), Double(q)) * taps[index]
                index += 1
            }
        }
        return sum
    }
}

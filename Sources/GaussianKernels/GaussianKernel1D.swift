import Foundation

/// A derivative of the Gaussian as a finite convolution kernel: taps at the offsets −radius, …, radius.
///
/// Convolving samples with it approximates σ^{γn} ∂ⁿ(f * g(σ)), n = `order`, in units of the grid's spacing.
public struct GaussianKernel1D: Sendable, Hashable {
    /// The order n of the derivative.
    public let order: Int
    /// The Gaussian's standard deviation in samples.
    public let sigma: Double
    /// How the kernel was made discrete.
    public let discretization: Discretization
    /// The largest offset that has a tap.
    public let radius: Int
    /// The power γ of the scale normalisation σ^{γn} that the taps contain.
    public let gamma: Double
    /// The 2·radius + 1 taps, for the offsets −radius to radius.
    public let taps: [Double]

    /// The kernel of the given order.
    ///
    /// The `sampled` kernel is normalised by discrete moments: d/dx of x is 1, d²/dx² of x² is 2 and of a constant 0, exactly
    /// and in spite of truncation, by multiples of lower derivatives that are added to the raw samples. `discrete` and `integrated` have
    /// those moments by themselves, up to their truncation; `spectral` is meant for the frequency domain, and its taps end abruptly.
    /// - Parameters:
    ///   - order: The order n of the derivative, not negative.
    ///   - sigma: The standard deviation in samples, positive.
    ///   - discretization: How the continuous kernel becomes taps.
    ///   - radius: The largest offset; by default `defaultRadius(order:sigma:)`. At least `order`/2, rounded up, so that the taps can
    ///     tell the derivative from lower ones.
    ///   - gamma: The power γ of the scale normalisation σ^{γn}; 0 means none.
    /// - Complexity: O(n² · radius).
    public init(
        order: Int, sigma: Double, discretization: Discretization = .sampled, radius: Int? = nil, gamma: Double = 0
    ) {
        precondition(order >= 0, "the order of a derivative is not negative")
        precondition(sigma > 0 && sigma.isFinite, "a Gaussian's standard deviation is positive and finite")
        let radius = radius ?? Self.defaultRadius(order: order, sigma: sigma)
        precondition(2 * radius >= order, "2·radius + 1 taps carry derivatives up to the order 2·radius")
        let unscaled: [Double]
        switch discretization {
        case .sampled:
            unscaled = MomentNormalization.kernel(order: order, sigma: sigma, radius: radius)
        case .integrated, .discrete, .spectral:
            unscaled =
                discretization.derivatives(
                    through: order, sigma: sigma, first: -Double(radius), count: 2 * radius + 1)[order]
        }
        let scale = GaussianDerivative(order: order, sigma: sigma).scaleNormalization(gamma: gamma)
        self.order = order
        self.sigma = sigma
        self.discretization = discretization
        self.radius = radius
        self.gamma = gamma
        taps = unscaled.map { scale * $0 }
    }

    /// The radius ⌈(5 + n/2)σ⌉ + ⌈n/2⌉ beyond which the derivative is below about 10⁻⁶ of its largest value.
    ///
    /// Half a σ more for each order follows DIPlib's rule; the last term leaves room for the differences of the discrete analogue.
    public static func defaultRadius(order: Int, sigma: Double) -> Int {
        Int(((5 + Double(order) / 2) * sigma).rounded(.up)) + (order + 1) / 2
    }

    /// The taps in another precision, each correctly rounded.
    public func taps<Scalar: BinaryFloatingPoint>(as type: Scalar.Type) -> [Scalar] {
        taps.map { Scalar($0) }
    }

    /// The moment Σ xᵖ h(x), x the offset in samples. For the continuous kernel it is 0 below p = n and (−1)ⁿ n! at p = n.
    public func moment(_ p: Int) -> Double {
        zip(-radius...radius, taps).reduce(0) { $0 + pow(Double($1.0), Double(p)) * $1.1 }
    }
}

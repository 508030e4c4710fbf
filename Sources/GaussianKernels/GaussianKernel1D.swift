import Foundation

/// A derivative of the Gaussian as a finite convolution kernel: taps at the offsets −radius, …, radius.
///
/// Convolving samples with it approximates σ^{γn} ∂ⁿ(f * g(σ)), n = `order`, in units of the grid's spacing: for a spacing h the
/// derivative by length is h⁻ⁿ times that. `discretizationError` says how well.
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
    /// and in spite of truncation, by multiples of lower derivatives that are added to the raw samples. The taps are within 10⁻¹⁴ of the
    /// largest of what exact arithmetic would give up to order 8, and 10⁻⁹ up to order 30. `discrete` has those moments by itself and
    /// `integrated` above σ ≈ 1, up to their truncation: 1.4·10⁻⁶ of n! at the default radius. `spectral` is meant for the
    /// frequency domain: below σ ≈ 2 its taps end abruptly, and their moments are not even near, but for the Gaussian's sum, which is
    /// made 1; `Discretization.rings(order:sigma:)` says where that shows.
    /// - Parameters:
    ///   - order: The order n of the derivative, not negative.
    ///   - sigma: The standard deviation in samples, positive.
    ///   - discretization: How the continuous kernel becomes taps.
    ///   - radius: The largest offset; by default `defaultRadius(order:sigma:discretization:)`. At least `order`/2, rounded up, so that the
    ///     taps can tell the derivative from lower ones.
    ///   - gamma: The power γ of the scale normalisation σ^{γn}; 0 means none.
    /// - Complexity: O(n² · radius) for `sampled`, else that of `Discretization.derivatives(through:sigma:first:count:)`.
    public init(
        order: Int, sigma: Double, discretization: Discretization = .sampled, radius: Int? = nil, gamma: Double = 0
    ) {
        precondition(order >= 0, "the order of a derivative is not negative")
        precondition(sigma > 0 && sigma.isFinite, "a Gaussian's standard deviation is positive and finite")
        let radius = radius ?? Self.defaultRadius(order: order, sigma: sigma, discretization: discretization)
        precondition(2 * radius >= order, "2·radius + 1 taps carry derivatives up to the order 2·radius")
        let unscaled: [Double]
        switch discretization {
        case .sampled:
            unscaled = MomentNormalization.kernel(order: order, sigma: sigma, radius: radius)
        case .integrated, .discrete, .spectral:
            let values = discretization.derivatives(
                through: order, sigma: sigma, first: -Double(radius), count: 2 * radius + 1)[order]
            // The band-limited Gaussian has no end; cut off anywhere, its ripples do not add up to 1.
            let sum = discretization == .spectral && order == 0 ? values.reduce(0, +) : 1
            unscaled = sum == 1 ? values : values.map { $0 / sum }
        }
        let scale = GaussianDerivative(order: order, sigma: sigma).scaleNormalization(gamma: gamma)
        self.order = order
        self.sigma = sigma
        self.discretization = discretization
        self.radius = radius
        self.gamma = gamma
        taps = unscaled.map { scale * $0 }
    }

    /// The radius ⌈(5 + n/2)σ⌉ + ⌈n/2⌉, and 2 more for the discrete analogue, whose tails are longer.
    ///
    /// Half a σ more for each order follows DIPlib's rule, ⌈n/2⌉ leaves room for differences. Of the continuous kernel the first tap left out is
    /// at most 3.7·10⁻⁶ of the largest, for the Gaussian at large σ, then 2.4·10⁻⁶, 5·10⁻⁷, 1.2·10⁻⁷ and 1.6·10⁻⁸ for the orders 1 to 4; all of them
    /// together are at most 5.7·10⁻⁷ of Σ|h|. That does not hold for `spectral`, which has no end.
    public static func defaultRadius(order: Int, sigma: Double, discretization: Discretization = .sampled) -> Int {
        precondition(order >= 0, "the order of a derivative is not negative")
        precondition(sigma > 0 && sigma.isFinite, "a Gaussian's standard deviation is positive and finite")
        let reach = Int(((5 + Double(order) / 2) * sigma).rounded(.up)) + (order + 1) / 2
        return discretization == .discrete ? reach + 2 : reach
    }

    /// The taps in another precision, each correctly rounded.
    ///
    /// - Complexity: O(radius).
    public func taps<Scalar: BinaryFloatingPoint>(as type: Scalar.Type) -> [Scalar] {
        taps.map { Scalar($0) }
    }

    /// The moment Σ xᵖ h(x), x the offset in samples and p not negative. For the continuous kernel it is 0 below p = n and (−1)ⁿ n! at p = n,
    /// times the scale normalisation.
    ///
    /// - Complexity: O(radius).
    public func moment(_ p: Int) -> Double {
        zip(-radius...radius, taps).reduce(0) { $0 + pow(Double($1.0), Double(p)) * $1.1 }
    }
}

import GaussianKernels

/// A derivative of the Gaussian in two variables as the product of two in one, lengths in samples, and a factor.
public struct GaussianFactors: Sendable, Hashable {
    /// One variable's factor.
    public struct Factor: Sendable, Hashable {
        /// The order of the derivative.
        public let order: Int
        /// The standard deviation in samples, positive.
        public let sigma: Double
        /// How the kernel becomes taps.
        public let discretization: Discretization
        /// The largest offset that has a tap; nil for the kernel's own.
        public let radius: Int?

        /// The derivative of `order` of the Gaussian of standard deviation `sigma`, by default with the radius of `GaussianKernel1D`.
        public init(order: Int, sigma: Double, discretization: Discretization = .sampled, radius: Int? = nil) {
            precondition(order >= 0, "the order of a derivative is not negative")
            precondition(sigma > 0 && sigma.isFinite, "a Gaussian's standard deviation is positive and finite")
            (self.order, self.sigma, self.discretization) = (order, sigma, discretization)
            self.radius = radius
        }

        func taps<Scalar: ConvolutionScalar>(times scale: Double) -> Taps<Scalar> {
            let kernel = GaussianKernel1D(
                order: order, sigma: sigma, discretization: discretization, radius: radius)
            return Taps(kernel.taps.map { Scalar(scale * $0) }, origin: kernel.radius)
        }

        func merged(with other: Factor) -> Factor? {
            guard discretization == other.discretization, radius == nil, other.radius == nil else { return nil }
            switch discretization {
            case .sampled, .spectral: break
            // Two pixels' widths are not one.
            case .integrated: return nil
            // A central difference twice is not the second difference.
            case .discrete: if order % 2 == 1, other.order % 2 == 1 { return nil }
            }
            return Factor(
                order: order + other.order, sigma: (sigma * sigma + other.sigma * other.sigma).squareRoot(),
                discretization: discretization)
        }
    }

    /// The factor in x.
    public let x: Factor
    /// The factor in y.
    public let y: Factor
    /// What their product is multiplied by.
    public let scale: Double

    /// The product of two derivatives, times `scale`.
    public init(x: Factor, y: Factor, scale: Double = 1) { (self.x, self.y, self.scale) = (x, y, scale) }

    /// The one derivative that equals this one after `other`, where there is one: variances and orders add, factors multiply.
    public func merged(with other: GaussianFactors) -> GaussianFactors? {
        guard let x = x.merged(with: other.x), let y = y.merged(with: other.y) else { return nil }
        return GaussianFactors(x: x, y: y, scale: scale * other.scale)
    }
}

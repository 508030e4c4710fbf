extension Discretization {
    /// The error of moments that `automatic(order:sigma:)` accepts in a sampled kernel.
    public static let acceptedError = 0.01

    /// The discretisation for the derivative of the given order: `sampled` where its raw samples have sum, n-th moment and
    /// spread within 1 %, as their report says; below, where sampling aliases, `discrete`, whose moments are exact at every σ.
    ///
    /// For the Gaussian itself the choice changes at σ ≈ 0.6, and at larger σ for derivatives. It is a rule for kernels that are applied
    /// in space; for band-limited data in the frequency domain `spectral` has no error at all.
    /// - Parameters:
    ///   - order: The order of the derivative, not negative.
    ///   - sigma: The standard deviation in samples, positive.
    /// - Complexity: O(`order` · `sigma` + `sigma`²).
    public static func automatic(order: Int, sigma: Double) -> Discretization {
        let continuous = GaussianDerivative(order: order, sigma: sigma)
        let radius = GaussianKernel1D.defaultRadius(order: order, sigma: sigma)
        let raw = sampled.derivatives(through: order, sigma: sigma, first: -Double(radius), count: 2 * radius + 1)[order]
        let error = DiscretizationError(of: raw, radius: radius, from: continuous)
        return error.largestOfMoments <= acceptedError ? .sampled : .discrete
    }
}

extension Discretization {
    /// The aliasing that `automatic(order:sigma:)` accepts in a sampled kernel: half a per cent of its energy.
    public static let acceptedAliasing = 0.005

    /// The discretisation for the derivative of the given order: `sampled` where at most `acceptedAliasing` of the continuous kernel's
    /// energy lies beyond the grid's limit; else `discrete`, whose moments are exact at every σ.
    ///
    /// Half a per cent is where sum and n-th moment of the raw samples are off by about one per cent. The choice changes at σ = 0.63 for
    /// the Gaussian, at larger σ for derivatives, up to 1.35 for the eighth. It is a rule for kernels that are applied in space; for
    /// band-limited data in the frequency domain `spectral` has no error at all.
    /// - Parameters:
    ///   - order: The order of the derivative, not negative.
    ///   - sigma: The standard deviation in samples, positive.
    /// - Complexity: O(`order`).
    public static func automatic(order: Int, sigma: Double) -> Discretization {
        let aliasing = DiscretizationError.energyBeyondLimit(of: GaussianDerivative(order: order, sigma: sigma))
        return aliasing <= acceptedAliasing ? .sampled : .discrete
    }
}

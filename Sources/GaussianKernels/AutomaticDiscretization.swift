extension Discretization {
    /// The aliasing up to which `automatic(order:sigma:)` takes the sampled kernel without comparing: half a per cent of the energy.
    private static let negligibleAliasing = 0.005

    /// The better of the two discretisations whose sum and n-th moment are exact, `sampled` and `discrete`: the one whose report,
    /// `DiscretizationError`, has the smaller distance `spectrum` from the continuous kernel.
    ///
    /// That is `discrete` for the Gaussian below σ = 0.49, for the second derivative between 0.50 and 0.74, for the fourth between 0.71 and
    /// 0.92, for the sixth between 0.89 and 1.04; else, and always for odd orders, `sampled`, whose distance is the square root of its
    /// aliasing where that is small. It is a rule for single kernels that are applied in space. Where kernels are applied one after the
    /// other `discrete` keeps the semigroup property at every σ; for band-limited data in the frequency domain `spectral` has no error.
    /// - Parameters:
    ///   - order: The order of the derivative, not negative.
    ///   - sigma: The standard deviation in samples, positive.
    /// - Complexity: O(`order`) where aliasing is negligible, σ above 0.63 to 1.35 for orders 0 to 8; else that of two kernels and their
    ///   reports, which at such σ have few taps.
    public static func automatic(order: Int, sigma: Double) -> Discretization {
        let aliasing = DiscretizationError.energyBeyondLimit(of: GaussianDerivative(order: order, sigma: sigma))
        guard aliasing > negligibleAliasing else { return .sampled }
        let distances = [Discretization.sampled, .discrete].map {
            GaussianKernel1D(order: order, sigma: sigma, discretization: $0).discretizationError.spectrum
        }
        return distances[0] <= distances[1] ? .sampled : .discrete
    }
}

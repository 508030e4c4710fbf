import GaussianKernels

extension LayerFit {
    /// A fit whose discretisation is chosen by the σ that comes out: `sampled` where `Discretization.automatic` accepts the layer's σ
    /// for every derivative of the jet, at every scale of the basis, else `discrete`.
    ///
    /// The layer is fitted sampled first. Affine fits are sampled always, as no other discretisation is defined for them.
    /// - Throws: `LeastSquaresError`; `notFinite` where a tap is NaN or infinite.
    /// - Complexity: that of one fit, or of two.
    public static func choosingDiscretization(_ layer: KernelLayer, options: FitOptions) throws -> LayerFit {
        var options = options
        options.discretization = .sampled
        let sampled = try LayerFit(layer, options: options)
        // Where `discrete` is the better choice is an interval of σ for each derivative, so that neither the highest order nor the smallest
        // scale speaks for the others.
        let isAccepted = options.scaleRatios.allSatisfy { ratio in
            (0...options.order).allSatisfy {
                Discretization.automatic(order: $0, sigma: ratio * sampled.sigma) == .sampled
            }
        }
        if isAccepted || options.sigmaModel == .affine { return sampled }
        options.discretization = .discrete
        return try LayerFit(layer, options: options)
    }
}

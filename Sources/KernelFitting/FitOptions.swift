import GaussianKernels

/// How the standard deviation of a fit's Gaussian is found.
public enum ScaleMode: Sendable, Hashable {
    /// It is given, in samples.
    case fixed(Double)
    /// One for all kernels of a layer: the one that explains most of the layer's energy.
    case shared
    /// One for each kernel: the one that explains most of that kernel's energy.
    case perKernel
}

/// What to fit kernels with.
public struct FitOptions: Sendable, Hashable {
    /// The order of the jet.
    public var order: Int
    /// How σ is found.
    public var scale: ScaleMode
    /// The σ, in samples, among which a search chooses.
    public var sigmaRange: ClosedRange<Double>
    /// How the jet's functions become taps.
    public var discretization: Discretization

    /// The highest order a fit takes.
    public static let highestOrder = 20

    /// Options; an order from 0 to `highestOrder` and positive, finite σ.
    public init(
        order: Int = 4, scale: ScaleMode = .shared, sigmaRange: ClosedRange<Double> = 0.4...3,
        discretization: Discretization = .sampled
    ) {
        precondition((0...Self.highestOrder).contains(order), "a fit's order is between 0 and \(Self.highestOrder)")
        precondition(sigmaRange.lowerBound > 0 && sigmaRange.upperBound.isFinite, "σ is positive and finite")
        if case .fixed(let sigma) = scale { precondition(sigma > 0 && sigma.isFinite, "σ is positive and finite") }
        self.order = order
        self.scale = scale
        self.sigmaRange = sigmaRange
        self.discretization = discretization
    }
}

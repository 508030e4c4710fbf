import Foundation
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

/// Where the centre of a fit's Gaussian lies.
public enum CenterMode: String, Sendable, Hashable, CaseIterable {
    /// In the middle of the kernel.
    case fixed
    /// Where it explains most of each kernel's energy.
    case free
}

/// What shapes a fit's Gaussian may have.
public enum SigmaModel: String, Sendable, Hashable, CaseIterable {
    /// The same standard deviation in every direction.
    case isotropic
    /// A covariance matrix for each kernel: two standard deviations, at most a factor of `GaussianShape.largestAspect` apart, and a
    /// direction.
    case affine
}

/// What to fit kernels with.
public struct FitOptions: Sendable, Hashable {
    /// The order of the jet.
    public var order: Int
    /// How σ is found.
    public var scale: ScaleMode
    /// The σ, in samples, among which a search chooses.
    public var sigmaRange: ClosedRange<Double>
    /// How the jet's functions become taps. With `SigmaModel.affine` only `sampled` is defined.
    public var discretization: Discretization
    /// Where the centre lies.
    public var center = CenterMode.fixed
    /// Whether a constant is fitted beside the jet, with one coefficient for each kernel.
    public var hasConstant = false
    /// What shapes the Gaussian may have.
    public var sigmaModel = SigmaModel.isotropic
    /// The σ of the jets in the basis, relative to the σ that is found or given: one jet for each. Ascending and positive.
    public var scaleRatios = [1.0]
    /// The ridge λ ≥ 0: λ Σ a² is added to the squared residual that is minimised, over the coefficients of the jets.
    public var ridge = 0.0
    /// How many samples lie between neighbouring taps, plus one. Lengths such as σ stay in samples.
    public var dilation = 1

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

    /// Whether each kernel has parameters of its own beside σ that the fit is not linear in.
    var hasOwnShapes: Bool { center == .free || sigmaModel == .affine }

    /// The range of log σ that is searched.
    var logSigmaRange: (low: Double, high: Double) {
        switch scale {
        case .fixed(let sigma): (log(sigma), log(sigma))
        case .shared, .perKernel: (log(sigmaRange.lowerBound), log(sigmaRange.upperBound))
        }
    }

    /// How far from the middle a free centre may lie, in samples: a quarter of the kernel's extent and half a tap.
    func centerLimit(_ count: Int) -> Double { center == .free ? Double(dilation) * (Double(count - 1) / 4 + 0.5) : 0 }
}

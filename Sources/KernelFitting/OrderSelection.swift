import Foundation
import GaussianKernels
import LeastSquares

/// How well the jets of several orders describe a layer, counting what each costs: to choose an order by.
public struct OrderSelection: Sendable, Hashable {
    /// The criteria at one order.
    public struct Score: Sendable, Hashable {
        /// The order of the jet.
        public let order: Int
        /// Bayes' information criterion, Σ over kernels of n log(RSS/n) + p log n with n taps and p parameters; smaller is better, and only
        /// differences mean something. Infinite only where no degrees of freedom are left to judge a kernel by.
        public let informationCriterion: Double
        /// The explained energy of taps that were held out, each predicted from all the others at the shape found: 1 − Σ PRESS / Σ‖k‖²; minus
        /// infinity where the basis spans all taps.
        public let heldOutEnergy: Double
    }

    /// The scores of the orders 0 to the one asked for.
    public let scores: [Score]

    /// The order with the smallest information criterion.
    public var byInformationCriterion: Int {
        scores.min { $0.informationCriterion < $1.informationCriterion }?.order ?? 0
    }

    /// The order that predicts held-out taps best.
    public var byHeldOutTaps: Int {
        scores.max { $0.heldOutEnergy < $1.heldOutEnergy }?.order ?? 0
    }

    /// Fits the orders 0 to `options.order` and scores each.
    ///
    /// The taps left out one by one need no fits of their own: with h the diagonal of the matrix that takes taps to fitted taps, a tap
    /// predicted without itself is off by its residual over 1 − h (Allen 1974, doi:10.1080/00401706.1974.10489157). The shape is that of
    /// the whole kernel. Source of the criterion: Schwarz 1978, doi:10.1214/aos/1176344136.
    /// - Throws: `LeastSquaresError`; `notFinite` where a tap is NaN or infinite.
    /// - Complexity: that of a fit at every order.
    public init(_ layer: KernelLayer, options: FitOptions) throws {
        scores = try (0...options.order).map { order in
            var atOrder = options
            atOrder.order = order
            return try Self.score(try LayerFit(layer, options: atOrder))
        }
    }

    private static func score(_ fit: LayerFit) throws -> Score {
        let taps = Double(fit.layer.tapCount)
        // What is left of a kernel that the basis describes exactly is rounding, whose logarithm would outweigh all that other kernels say. A
        // projection is two sums of at most so many products, each rounded, by a basis that is no more exact: off by some taps·ε of the kernel's
        // norm, of which four times as much is taken.
        let leastShare = pow(4 * taps * Double.ulpOfOne, 2)
        var (criterion, press) = (0.0, 0.0)
        var leverages: [GaussianShape: [Double]] = [:]
        for (index, kernel) in fit.kernels.enumerated() where kernel.energy > 0 {
            let parameters = taps - kernel.degreesOfFreedom
            criterion +=
                kernel.degreesOfFreedom > 0
                ? taps * log(max(kernel.residualEnergy, leastShare * kernel.energy) / taps) + parameters * log(taps)
                : .infinity
            if leverages[kernel.shape] == nil { leverages[kernel.shape] = try leverage(fit, kernel.shape) }
            let h = leverages[kernel.shape] ?? []
            for (tap, value) in fit.layer.kernel(index).enumerated() {
                let left = 1 - h[tap]
                press += left > 1e-9 ? pow((value - kernel.fitted[tap]) / left, 2) : .infinity
            }
        }
        let energy = fit.layer.energy
        return Score(
            order: fit.options.order, informationCriterion: criterion,
            heldOutEnergy: energy > 0 ? 1 - press / energy : 0)
    }

    /// The diagonal of the matrix that takes a kernel's taps to its fit's.
    private static func leverage(_ fit: LayerFit, _ shape: GaussianShape) throws -> [Double] {
        let basis = try JetBasis(
            fit.options, order: fit.options.order, shape: shape, height: fit.layer.height, width: fit.layer.width)
        let u = basis.factorization.basis
        return (0..<fit.layer.tapCount).map { tap in (0..<u.columns).reduce(0) { $0 + u[tap, $1] * u[tap, $1] } }
    }
}

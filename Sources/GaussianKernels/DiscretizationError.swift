import Foundation

/// How a discrete kernel differs from the continuous derivative of the Gaussian that it stands for.
///
/// All but `aliasing` are properties of the taps; each is zero for a perfect kernel.
public struct DiscretizationError: Sendable, Hashable {
    /// Σh less its continuous value, 1 for a Gaussian and 0 for a derivative. For a derivative this is the response to a constant, in
    /// units of Σ|h|.
    public let sum: Double
    /// The n-th moment Σxⁿh relative to its continuous value (−1)ⁿn!, less one: the relative error of the n-th derivative of xⁿ.
    public let moment: Double
    /// The spread √V(|h|) of the taps relative to the continuous kernel's, less one. For derivatives it also depends a little on
    /// where the kinks of |h| fall between the samples.
    public let spread: Double
    /// The part of the continuous kernel's energy that lies beyond the grid's limit, |ω| > π, and that sampling folds back.
    public let aliasing: Double
    /// The L2 distance between the taps' spectrum and (iω)ⁿ exp(−σ²ω²/2) on |ω| ≤ π, relative to the norm of the latter.
    public let spectrum: Double
}

extension GaussianKernel1D {
    /// How the taps differ from the continuous kernel, before any scale normalisation.
    ///
    /// - Complexity: O(radius²).
    public var discretizationError: DiscretizationError {
        let continuous = GaussianDerivative(order: order, sigma: sigma)
        let unscaled = taps.map { $0 / continuous.scaleNormalization(gamma: gamma) }
        return DiscretizationError(of: unscaled, radius: radius, from: continuous)
    }
}

extension DiscretizationError {
    /// The errors of 2·`radius` + 1 taps at −`radius`, …, `radius` that stand for a continuous derivative.
    ///
    /// - Complexity: O(`radius`²).
    public init(of taps: [Double], radius: Int, from continuous: GaussianDerivative) {
        let offsets = (-radius...radius).map(Double.init)
        let n = continuous.order
        func moment(_ p: Int, _ weight: (Double) -> Double) -> Double {
            zip(offsets, taps).reduce(0) { $0 + pow($1.0, Double(p)) * weight($1.1) }
        }
        let magnitude = moment(0, abs)
        sum = n == 0 ? moment(0) { $0 } - 1 : moment(0) { $0 } / magnitude
        let factorial = (1...max(n, 1)).reduce(n.isMultiple(of: 2) ? 1 : -1) { $0 * Double($1) }
        self.moment = moment(n) { $0 } / factorial - 1
        let center = moment(1, abs) / magnitude
        let variance = moment(2, abs) / magnitude - center * center
        spread = max(0, variance).squareRoot() / (continuous.sigma * continuous.effectiveRadius) - 1
        aliasing = Self.energyBeyondLimit(of: continuous)
        spectrum = Self.spectralDistance(of: taps, radius: radius, from: continuous)
    }

    /// ∫_{|ω|>π} ω²ⁿ exp(−σ²ω²) / ∫ ω²ⁿ exp(−σ²ω²): a regularised incomplete gamma function of n + ½ at σ²π², by its recurrence.
    static func energyBeyondLimit(of continuous: GaussianDerivative) -> Double {
        let x = pow(continuous.sigma * Double.pi, 2)
        var tail = erfc(x.squareRoot())
        var term = (x / Double.pi).squareRoot() * 2 * exp(-x)
        for k in 0..<continuous.order {
            tail += term
            term *= x / (Double(k) + 1.5)
        }
        return tail
    }

    /// The norm of the difference by Parseval: the ideal kernel's samples are those of `spectral`, which are summed as far as the taps reach,
    /// and what of the ideal's energy lies beyond them is added.
    private static func spectralDistance(of taps: [Double], radius: Int, from continuous: GaussianDerivative) -> Double
    {
        let ideal = Discretization.spectral.derivatives(
            through: continuous.order, sigma: continuous.sigma, first: -Double(radius), count: taps.count)[
                continuous.order]
        // ∫ ω²ⁿ exp(−σ²ω²) dω / 2π within the grid's limit.
        let whole =
            tgamma(Double(continuous.order) + 0.5) / pow(continuous.sigma, Double(2 * continuous.order + 1))
            / (2 * Double.pi)
        let energy = whole * (1 - energyBeyondLimit(of: continuous))
        let within = ideal.reduce(0) { $0 + $1 * $1 }
        let distance = zip(taps, ideal).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        return ((distance + max(0, energy - within)) / energy).squareRoot()
    }
}

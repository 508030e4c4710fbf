import Foundation

/// How a discrete kernel differs from the continuous derivative of the Gaussian that it stands for.
///
/// All but `aliasing` are properties of the taps, and all are numbers without a unit. No kernel makes all of them zero where `aliasing` is
/// not small: a grid cannot hold what lies beyond its limit, and what is left of the kernel has another spread, or another spectrum.
public struct DiscretizationError: Sendable, Hashable {
    /// Σh less its continuous value, 1 for a Gaussian and 0 for a derivative. For a derivative this is the response to a constant, in
    /// units of Σ|h|; odd ones have none.
    public let sum: Double
    /// The n-th moment Σxⁿh relative to its continuous value (−1)ⁿn!, less one: the relative error of the n-th derivative of xⁿ.
    public let moment: Double
    /// The spread √V(|h|) of the taps relative to the continuous kernel's, less one. For derivatives it also depends a little on where
    /// the kinks of |h| fall between the samples, and falls only like 1/σ².
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
        precondition(radius >= 0 && taps.count == 2 * radius + 1, "a kernel has a tap at each offset up to its radius")
        let offsets = (-radius...radius).map(Double.init)
        let n = continuous.order
        func moment(_ p: Int, _ weight: (Double) -> Double) -> Double {
            zip(offsets, taps).reduce(0) { $0 + pow($1.0, Double(p)) * weight($1.1) }
        }
        let magnitude = moment(0, abs)
        // A kernel whose taps have all vanished answers a constant as a derivative should, and has no extent.
        let unit = magnitude > 0 ? magnitude : 1
        sum = n == 0 ? moment(0) { $0 } - 1 : moment(0) { $0 } / unit
        let factorial = (1...max(n, 1)).reduce(n.isMultiple(of: 2) ? 1 : -1) { $0 * Double($1) }
        self.moment = moment(n) { $0 } / factorial - 1
        let center = moment(1, abs) / unit
        let variance = moment(2, abs) / unit - center * center
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
        return min(tail, 1)
    }

    /// The square root of ∫₀^π |Σ h(x) e^{−iωx} − (iω)ⁿ exp(−σ²ω²/2)|² dω over ∫₀^π ω²ⁿ exp(−σ²ω²) dω, by Gauss' rule on panels.
    private static func spectralDistance(of taps: [Double], radius: Int, from continuous: GaussianDerivative) -> Double
    {
        // The square of the difference oscillates no faster than 2·radius, two periods in a panel; and a panel is not much wider than 1/σ.
        // Twelve nodes then integrate it to eleven digits.
        let panels = max(radius, Int((5 * continuous.sigma).rounded(.up))) / 2 + 8
        let rule = GaussLegendre(count: 12)
        let width = Double.pi / Double(panels)
        var (distance, energy) = (0.0, 0.0)
        for panel in 0..<panels {
            for (node, weight) in zip(rule.nodes, rule.weights) {
                let omega = (Double(panel) + (node + 1) / 2) * width
                let ideal = continuous.fourierTransform(at: omega)
                let actual = transform(of: taps, radius: radius, at: omega)
                let (real, imaginary) = (actual.real - ideal.real, actual.imaginary - ideal.imaginary)
                distance += weight * (real * real + imaginary * imaginary)
                energy += weight * (ideal.real * ideal.real + ideal.imaginary * ideal.imaginary)
            }
        }
        return (distance / energy).squareRoot()
    }

    /// Σ h(x) e^{−iωx} over the offsets −`radius`, …, `radius`.
    private static func transform(
        of taps: [Double], radius: Int, at omega: Double
    ) -> (real: Double, imaginary: Double) {
        var (real, imaginary) = (taps[radius], 0.0)
        let (stepCosine, stepSine) = (cos(omega), sin(omega))
        var (cosine, sine) = (1.0, 0.0)
        for x in stride(from: 1, through: radius, by: 1) {
            (cosine, sine) = (cosine * stepCosine - sine * stepSine, sine * stepCosine + cosine * stepSine)
            let (right, left) = (taps[radius + x], taps[radius - x])
            real += (right + left) * cosine
            imaginary += (left - right) * sine
        }
        return (real, imaginary)
    }
}

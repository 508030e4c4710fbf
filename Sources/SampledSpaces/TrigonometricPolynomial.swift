import Randomness
import RealModule

/// A band-limited periodic function known everywhere: a finite sum of plane waves over a rectangle.
///
/// f(x, y) = Σ a_kl cos φ_kl + b_kl sin φ_kl with φ_kl = 2π (k (x − corner.x)/size.x + l (y − corner.y)/size.y), over the wave numbers
/// |k|, |l| ≤ cutoff. Because it can be evaluated, shifted and differentiated exactly, it is the reference against which operations on
/// samples are judged: sampled with more than 2·cutoff samples to a period it is determined by them.
public struct TrigonometricPolynomial: Sendable {
    /// One plane wave: a cos φ + b sin φ, with `k` periods over the domain's width and `l` over its height.
    public struct Wave: Sendable {
        /// Periods over the width.
        public let k: Int
        /// Periods over the height.
        public let l: Int
        /// The coefficient of the cosine.
        public var cosine: Double
        /// The coefficient of the sine.
        public var sine: Double

        /// The wave cosine · cos φ_kl + sine · sin φ_kl.
        public init(k: Int, l: Int, cosine: Double, sine: Double) {
            (self.k, self.l, self.cosine, self.sine) = (k, l, cosine, sine)
        }
    }

    /// The period in x and y, in domain units.
    public let size: SIMD2<Double>
    /// The point where every phase is zero.
    public let corner: SIMD2<Double>
    /// The plane waves.
    public let waves: [Wave]

    /// The sum of `waves` with period `size`.
    public init(waves: [Wave], size: SIMD2<Double>, corner: SIMD2<Double> = [0, 0]) {
        precondition(size.x > 0 && size.y > 0, "a period must be positive, not \(size)")
        (self.waves, self.size, self.corner) = (waves, size, corner)
    }

    /// A random function with period `grid.size`: a normal coefficient for every wave with |k|, |l| ≤ `cutoff`, unit variance in all.
    ///
    /// On `grid` it is band-limited in the strict sense where 2·cutoff is less than both extents.
    public init(random generator: inout SeededGenerator, cutoff: Int, over grid: Grid) {
        precondition(cutoff >= 0, "a cutoff counts periods, so it is not negative")
        let amplitude = (1 / Double((2 * cutoff + 1) * (2 * cutoff + 1))).squareRoot()
        var waves: [Wave] = []
        for l in 0...cutoff {
            for k in -cutoff...cutoff where l > 0 || k >= 0 {
                // Each (k, l) ≠ 0 also stands for (−k, −l), so it carries twice the variance.
                let deviation = amplitude * (k == 0 && l == 0 ? 1 : 2.0.squareRoot())
                let cosine = deviation * generator.normal()
                waves.append(
                    Wave(k: k, l: l, cosine: cosine, sine: k == 0 && l == 0 ? 0 : deviation * generator.normal()))
            }
        }
        self.init(waves: waves, size: grid.size, corner: grid.corner)
    }

    /// The value at a point of the plane.
    ///
    /// - Complexity: one sine and cosine a wave.
    public func callAsFunction(_ x: Double, _ y: Double) -> Double {
        let turn = (SIMD2(x, y) - corner) / size * (2 * Double.pi)
        return waves.reduce(0) { sum, wave in
            let phase = Double(wave.k) * turn.x + Double(wave.l) * turn.y
            return sum + wave.cosine * Double.cos(phase) + wave.sine * Double.sin(phase)
        }
    }

    /// The partial derivative ∂x^i ∂y^j of the function.
    public func derivative(x i: Int, y j: Int) -> TrigonometricPolynomial {
        mapWaves { wave in
            let ωx = 2 * Double.pi * Double(wave.k) / size.x
            let ωy = 2 * Double.pi * Double(wave.l) / size.y
            let scale = Double.pow(ωx, i) * Double.pow(ωy, j)
            // Differentiating a cos φ + b sin φ once gives ω (b cos φ − a sin φ): a quarter turn of (a, b).
            switch (i + j) % 4 {
            case 0: return (scale * wave.cosine, scale * wave.sine)
            case 1: return (scale * wave.sine, -scale * wave.cosine)
            case 2: return (-scale * wave.cosine, -scale * wave.sine)
            default: return (-scale * wave.sine, scale * wave.cosine)
            }
        }
    }

    /// The function moved by `shift`: x ↦ f(x − shift), in domain units.
    public func shifted(by shift: SIMD2<Double>) -> TrigonometricPolynomial {
        TrigonometricPolynomial(waves: waves, size: size, corner: corner + shift)
    }

    /// The function with every wave multiplied by the real number `transfer(ωx, ωy)`: convolution with an even kernel of that transform.
    public func filtered(_ transfer: (_ ωx: Double, _ ωy: Double) -> Double) -> TrigonometricPolynomial {
        mapWaves { wave in
            let h = transfer(2 * Double.pi * Double(wave.k) / size.x, 2 * Double.pi * Double(wave.l) / size.y)
            return (h * wave.cosine, h * wave.sine)
        }
    }

    private func mapWaves(_ coefficients: (Wave) -> (Double, Double)) -> TrigonometricPolynomial {
        let mapped = waves.map { wave in
            let (cosine, sine) = coefficients(wave)
            return Wave(k: wave.k, l: wave.l, cosine: cosine, sine: sine)
        }
        return TrigonometricPolynomial(waves: mapped, size: size, corner: corner)
    }
}

extension SampledFunction {
    /// A random band-limited periodic function's samples on `grid`: up to `cutoff` periods over the domain in each direction.
    ///
    /// - Complexity: width · height · (2·cutoff + 1)² waves.
    public static func randomBandLimited(
        on grid: Grid, cutoff: Int, using generator: inout SeededGenerator
    ) -> SampledFunction {
        SampledFunction(
            grid: grid, sampling: TrigonometricPolynomial(random: &generator, cutoff: cutoff, over: grid).callAsFunction
        )
    }
}

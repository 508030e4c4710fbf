import Parallelism
import RealModule
import SampledSpaces

/// Operations that are exact for band-limited periodic functions: the samples are taken for those of the trigonometric polynomial of the
/// lowest degree through them, with the grid's domain as its period. An even number of samples leaves its highest wave as a pure cosine.
///
/// For a function that is not periodic the jump across the border rings through the result. All run on the shared pool of threads.
extension SampledFunction where Scalar: FourierScalar {
    /// The function moved by `shift`, any real vector in domain units: x ↦ f(x − shift), on the same grid.
    ///
    /// - Complexity: O(n log n).
    public func spectrallyShifted(by shift: SIMD2<Double>) -> SampledFunction {
        multipliedSpectrally(
            x: shift.x == 0 ? nil : { ω in turn(-ω * shift.x) }, y: shift.y == 0 ? nil : { ω in turn(-ω * shift.y) },
            onto: grid)
    }

    /// The partial derivative ∂x^i ∂y^j, per domain unit to the power of i + j.
    ///
    /// Rounding is amplified by up to (π/h)^(i+j).
    /// - Complexity: O(n log n).
    public func spectralDerivative(x i: Int, y j: Int) -> SampledFunction {
        precondition(i >= 0 && j >= 0, "orders of derivatives are not negative")
        return multipliedSpectrally(
            x: i == 0 ? nil : { ω in powerOfImaginary(ω, i) }, y: j == 0 ? nil : { ω in powerOfImaginary(ω, j) },
            onto: grid)
    }

    /// The function on `width` × `height` samples of the same domain, finer or coarser in each direction by any ratio.
    ///
    /// Refining interpolates; coarsening first removes the waves that the new grid cannot hold.
    /// - Complexity: O(n log n) in the larger grid.
    public func bandLimitedResampled(width: Int, height: Int) -> SampledFunction {
        let target = grid.resampled(width: width, height: height)
        let offset = target.origin - grid.origin
        return multipliedSpectrally(
            x: width == grid.width ? nil : { ω in turn(ω * offset.x) },
            y: height == grid.height ? nil : { ω in turn(ω * offset.y) }, onto: target)
    }

    /// Multiplies the wave of angular frequency ω by `x(ω)`·`y(ω)`, and keeps of it what `target` can hold; nil leaves an axis alone.
    private func multipliedSpectrally(
        x: ((Double) -> SIMD2<Double>)?, y: ((Double) -> SIMD2<Double>)?, onto target: Grid
    ) -> SampledFunction {
        var (values, width) = (values, grid.width)
        if let x {
            values = AxisFilter<Scalar>(count: width, newCount: target.width, period: grid.size.x, multiplier: x)
                .alongRows(values, rows: grid.height)
            width = target.width
        }
        if let y {
            values = AxisFilter<Scalar>(count: grid.height, newCount: target.height, period: grid.size.y, multiplier: y)
                .alongColumns(values, columns: width)
        }
        return SampledFunction(grid: target, values: values)
    }
}

/// e^{iφ} as (real part, imaginary part).
private func turn(_ φ: Double) -> SIMD2<Double> { [Double.cos(φ), Double.sin(φ)] }

/// (iω)ⁿ as (real part, imaginary part).
private func powerOfImaginary(_ ω: Double, _ n: Int) -> SIMD2<Double> {
    let magnitude = Double.pow(ω, n)
    switch n % 4 {
    case 0: return [magnitude, 0]
    case 1: return [0, magnitude]
    case 2: return [-magnitude, 0]
    default: return [0, -magnitude]
    }
}

/// Multiplication of half spectra of real lines, and a change of their number of samples.
private struct AxisFilter<Scalar: FourierScalar> {
    let count: Int
    let newCount: Int
    /// What the spectrum's number k is multiplied by, for the waves that both lengths hold; pairs of scalars.
    let multipliers: [Scalar]
    /// The wave that the new length holds as a pure cosine, where it does.
    let cosine: Int?

    init(count: Int, newCount: Int, period: Double, multiplier: (Double) -> SIMD2<Double>) {
        (self.count, self.newCount) = (count, newCount)
        let highest = min(count, newCount) / 2
        cosine = newCount % 2 == 0 && highest == newCount / 2 ? highest : nil
        let halved = count % 2 == 0 && highest == count / 2 && highest > 0 ? highest : nil
        multipliers = (0...highest).flatMap { k -> [Scalar] in
            // Half of a pure cosine belongs to −k. A wave that becomes one receives both halves.
            let weight = (k == halved ? 0.5 : 1) * (k == newCount / 2 && newCount % 2 == 0 && k > 0 ? 2 : 1)
            let m = multiplier(2 * Double.pi * Double(k) / period) * (weight / Double(count))
            return [Scalar(m.x), Scalar(m.y)]
        }
    }

    func alongRows(_ values: [Scalar], rows: Int) -> [Scalar] {
        let forward = FourierPlan<Scalar>(TransformLayout(kind: .realToComplex, length: count), needsAlignment: false)
        let backward = FourierPlan<Scalar>(
            TransformLayout(kind: .complexToReal, length: newCount), needsAlignment: false)
        return transform(values, resultCount: rows * newCount) { from, to in
            WorkerPool.shared.forEach(
                rows, scratch: { AlignedBuffer<Scalar>(zeros: 2 * (max(count, newCount) / 2 + 1)) }
            ) {
                row, spectrum in
                forward.execute(UnsafeMutableBufferPointer(rebasing: from[(row * count)...]), spectrum.scalars)
                multiplyAndCut(spectrum, slice: 1)
                backward.execute(
                    spectrum.scalars,
                    UnsafeMutableBufferPointer(rebasing: to[(row * newCount)..<((row + 1) * newCount)]))
            }
        }
    }

    func alongColumns(_ values: [Scalar], columns: Int) -> [Scalar] {
        func plan(_ kind: TransformKind, _ length: Int) -> FourierPlan<Scalar> {
            FourierPlan(
                TransformLayout(
                    kind: kind, axes: [TransformAxis(length: length, stride: columns)],
                    batch: [TransformAxis(length: columns, stride: 1)]),
                needsAlignment: false)
        }
        let (forward, backward) = (plan(.realToComplex, count), plan(.complexToReal, newCount))
        return transform(values, resultCount: columns * newCount) { from, to in
            let spectrum = AlignedBuffer<Scalar>(zeros: 2 * columns * (max(count, newCount) / 2 + 1))
            forward.execute(from, spectrum.scalars)
            multiplyAndCut(spectrum, slice: columns)
            backward.execute(spectrum.scalars, to)
        }
    }

    private func transform(
        _ values: [Scalar], resultCount: Int,
        _ body: (UnsafeMutableBufferPointer<Scalar>, UnsafeMutableBufferPointer<Scalar>) -> Void
    ) -> [Scalar] {
        var values = values
        return [Scalar](unsafeUninitializedCapacity: resultCount) { result, initialized in
            result.initialize(repeating: 0)
            values.withUnsafeMutableBufferPointer { body($0, result) }
            initialized = resultCount
        }
    }

    /// Multiplies slice k of `slice` complex numbers by multiplier k, and clears the slices that the new length has and the old one had not.
    private func multiplyAndCut(_ spectrum: AlignedBuffer<Scalar>, slice: Int) {
        let kept = multipliers.count / 2
        for k in 0..<kept {
            Scalar.fourierLibrary.scale(
                spectrum.pointer + 2 * k * slice, multipliers[2 * k], multipliers[2 * k + 1], slice)
        }
        let end = 2 * slice * (newCount / 2 + 1)
        if 2 * kept * slice < end {
            (spectrum.pointer + 2 * kept * slice).update(repeating: 0, count: end - 2 * kept * slice)
        }
    }
}

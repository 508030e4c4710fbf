/// What stride and dilation do to spectra, so that neither discarded outputs nor zero taps need be transformed.
///
/// All work on one axis of an array of complex numbers, stored as pairs of scalars: `period` slices of `sliceLength` complex numbers each. For
/// [height, width, channels], height is folded with slices of width·channels, and the width of each row with slices of `channels`.
public enum SpectrumFolding {
    /// Folds a spectrum: Y_s[m] = 1/s · Σ_j Y[m + j·N/s], the spectrum of every s-th sample.
    ///
    /// - Parameters:
    ///   - spectrum: N slices.
    ///   - period: N, a multiple of `factor`.
    ///   - factor: s.
    ///   - sliceLength: complex numbers to a slice.
    ///   - folded: N/s slices, which may begin where `spectrum` begins.
    /// - Complexity: O(N · sliceLength).
    @inlinable public static func fold<Scalar: FourierScalar>(
        _ spectrum: UnsafeBufferPointer<Scalar>, period: Int, by factor: Int, sliceLength: Int,
        into folded: UnsafeMutableBufferPointer<Scalar>
    ) {
        precondition(factor >= 1 && period % factor == 0, "a period of \(period) cannot be folded \(factor) times")
        let count = period / factor * sliceLength * 2
        precondition(spectrum.count >= count * factor && folded.count >= count, "the spectra are too short")
        let scale = 1 / Scalar(factor)
        for i in 0..<count {
            var sum = spectrum[i]
            for j in 1..<max(factor, 1) { sum += spectrum[i + j * count] }
            folded[i] = scale * sum
        }
    }

    /// Repeats a spectrum: K_d[m] = K[m mod N/d], the N-point spectrum of taps moved d apart, from their N/d-point spectrum.
    ///
    /// - Parameters:
    ///   - spectrum: N/d slices.
    ///   - period: N, a multiple of `factor`.
    ///   - factor: d.
    ///   - sliceLength: complex numbers to a slice.
    ///   - repeated: N slices, elsewhere in memory.
    /// - Complexity: O(N · sliceLength).
    @inlinable public static func `repeat`<Scalar: FourierScalar>(
        _ spectrum: UnsafeBufferPointer<Scalar>, period: Int, times factor: Int, sliceLength: Int,
        into repeated: UnsafeMutableBufferPointer<Scalar>
    ) {
        precondition(factor >= 1 && period % factor == 0, "a period of \(period) cannot hold \(factor) repetitions")
        let count = period / factor * sliceLength * 2
        precondition(spectrum.count >= count && repeated.count >= count * factor, "the spectra are too short")
        for j in 0..<factor {
            for i in 0..<count { repeated[j * count + i] = spectrum[i] }
        }
    }

    /// Picks a dilated spectrum out of an undilated one: K_d[m] = K[d·m mod N], for any d, whether or not it divides N.
    ///
    /// - Parameters:
    ///   - spectrum: N slices.
    ///   - period: N.
    ///   - dilation: d.
    ///   - sliceLength: complex numbers to a slice.
    ///   - dilated: N slices, elsewhere in memory.
    /// - Complexity: O(N · sliceLength).
    @inlinable public static func dilate<Scalar: FourierScalar>(
        _ spectrum: UnsafeBufferPointer<Scalar>, period: Int, by dilation: Int, sliceLength: Int,
        into dilated: UnsafeMutableBufferPointer<Scalar>
    ) {
        precondition(dilation >= 1, "a dilation is at least 1, not \(dilation)")
        let slice = sliceLength * 2
        precondition(spectrum.count >= period * slice && dilated.count >= period * slice, "the spectra are too short")
        for m in 0..<period {
            let source = (dilation % period) * m % period * slice
            for i in 0..<slice { dilated[m * slice + i] = spectrum[source + i] }
        }
    }
}

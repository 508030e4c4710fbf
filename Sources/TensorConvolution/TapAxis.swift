/// Where on one axis a direct convolution reads and writes: target t < `count` stands at `targetStart` + t·`targetStep` and is the sum over
/// the taps of kernel[tap] · source[t·`sourceStep` + offset].
struct TapAxis: Hashable, Sendable {
    struct Tap: Hashable, Sendable {
        var tap: Int
        var offset: Int
    }

    var targetStart: Int
    var targetStep: Int
    var count: Int
    var sourceStep: Int
    /// The taps in the order of their offsets.
    var taps: [Tap]
    /// The number of samples of the source.
    var source: Int

    /// The axis of the forward direction.
    static func forward(_ axis: Axis) -> TapAxis {
        TapAxis(
            targetStart: 0, targetStep: 1, count: axis.output, sourceStep: axis.stride,
            taps: (0..<axis.kernel).map { Tap(tap: $0, offset: $0 * axis.dilation - axis.padding) }, source: axis.input)
    }

    /// The axes of the input's gradient, one for each residue of the input's index modulo the stride.
    ///
    /// Input i receives the gradient of output o through tap u where i = o·stride + u·dilation − padding.
    static func adjoint(_ axis: Axis) -> [TapAxis] {
        (0..<min(axis.stride, axis.input)).map { residue in
            let taps = (0..<axis.kernel).reversed().compactMap { tap -> Tap? in
                let distance = residue + axis.padding - tap * axis.dilation
                guard distance % axis.stride == 0 else { return nil }
                return Tap(tap: tap, offset: distance / axis.stride)
            }
            return TapAxis(
                targetStart: residue, targetStep: axis.stride,
                count: ceilingDivision(axis.input - residue, by: axis.stride), sourceStep: 1, taps: taps,
                source: axis.output)
        }
    }

    /// The first source sample that target 0 may read.
    var lowest: Int { taps.first?.offset ?? 0 }

    /// The samples from the first to the last that one target may read, both counted.
    var span: Int { (taps.last?.offset ?? 0) - lowest + 1 }

    /// Whether every tap of every target reads inside the source.
    var staysInside: Bool { lowest >= 0 && (count - 1) * sourceStep + lowest + span <= source }

    /// Whether neighbouring taps read neighbouring samples.
    var isContiguous: Bool { span == taps.count }

    /// The positions in `taps` of those that read inside the source for target `index`.
    func insideTaps(at index: Int) -> Range<Int> {
        let start = index * sourceStep
        let lower = taps.firstIndex { start + $0.offset >= 0 } ?? taps.count
        let upper = taps.firstIndex { start + $0.offset >= source } ?? taps.count
        return lower..<max(lower, upper)
    }

    /// A run of targets and the taps that any of them needs.
    struct Segment: Hashable, Sendable {
        var targets: Range<Int>
        var taps: Range<Int>
    }

    /// The targets in runs of at least `minimum` with the same taps inside the source, so that a wide dilation costs only the taps it has.
    func segments(minimum: Int) -> [Segment] {
        var segments: [Segment] = []
        for index in 0..<count {
            let inside = insideTaps(at: index)
            if let last = segments.last, last.taps == inside || last.targets.count < minimum {
                segments[segments.count - 1] = Segment(
                    targets: last.targets.lowerBound..<index + 1, taps: Self.hull(last.taps, inside))
            } else {
                segments.append(Segment(targets: index..<index + 1, taps: inside))
            }
        }
        if segments.count > 1, let last = segments.last, last.targets.count < minimum {
            segments.removeLast()
            let previous = segments[segments.count - 1]
            segments[segments.count - 1] = Segment(
                targets: previous.targets.lowerBound..<last.targets.upperBound,
                taps: Self.hull(previous.taps, last.taps))
        }
        return segments
    }

    private static func hull(_ a: Range<Int>, _ b: Range<Int>) -> Range<Int> {
        if a.isEmpty { return b }
        if b.isEmpty { return a }
        return min(a.lowerBound, b.lowerBound)..<max(a.upperBound, b.upperBound)
    }
}

import TensorConvolution

/// Which pixels of a picture the values of a feature map depend on, along one axis and away from the borders; where kernels are not square, along the
/// axis on which that is more after each of them.
///
/// After strides and transposed convolutions that depends on where a value lies between the strides, so that there is an interval for each of
/// `intervals.count` neighbouring values, and then the same again `shift` pixels further on.
struct Reach: Sendable, Hashable {
    /// The first and last pixel; the last before the first where there is none.
    struct Interval: Sendable, Hashable {
        var first: Int
        var last: Int

        static let none = Interval(first: .max, last: .min)
        var isNone: Bool { last < first }
        var count: Int { isNone ? 0 : last - first + 1 }

        func moved(by pixels: Int) -> Interval { isNone ? self : Interval(first: first + pixels, last: last + pixels) }
        func joined(_ other: Interval) -> Interval {
            Interval(first: min(first, other.first), last: max(last, other.last))
        }
    }

    private(set) var intervals = [Interval(first: 0, last: 0)]
    private(set) var shift = 1

    /// The largest number of pixels that one value depends on.
    var field: Int { intervals.map(\.count).max() ?? 0 }

    /// The interval of any value, by its place.
    private subscript(place: Int) -> Interval {
        let period = intervals.count
        let phase = ((place % period) + period) % period
        return intervals[phase].moved(by: (place - phase) / period * shift)
    }

    /// What the outputs of a convolution depend on, along the axis where that is more.
    func through(_ vertical: ConvolutionAxis, _ horizontal: ConvolutionAxis) -> Reach {
        let (down, across) = (through(vertical), through(horizontal))
        return down.field >= across.field ? down : across
    }

    /// What the outputs of a convolution depend on.
    func through(_ axis: ConvolutionAxis) -> Reach {
        let period = intervals.count / Self.commonDivisor(intervals.count, axis.stride)
        var result = self
        result.shift = axis.stride * period / intervals.count * shift
        result.intervals = (0..<period).map { place in
            let start = axis.stride * place - axis.paddingBefore
            return (0..<axis.kernel).reduce(.none) { $0.joined(self[start + axis.dilation * $1]) }
        }
        return result
    }

    /// What the outputs of a transposed convolution depend on; the axis is that of the convolution whose adjoint it is.
    func throughAdjoint(of axis: ConvolutionAxis) -> Reach {
        var result = self
        result.intervals = (0..<axis.stride * intervals.count).map { place in
            (0..<axis.kernel).reduce(.none) { joined, tap in
                let offset = place + axis.paddingBefore - axis.dilation * tap
                return offset % axis.stride == 0 ? joined.joined(self[offset / axis.stride]) : joined
            }
        }
        return result
    }

    /// What values depend on that are computed from both.
    func joined(_ other: Reach) -> Reach {
        // Values at another distance have no places in common; that happens only behind a mean over space.
        guard shift * other.intervals.count == other.shift * intervals.count else {
            return field >= other.field ? self : other
        }
        let repeats = other.intervals.count / Self.commonDivisor(intervals.count, other.intervals.count)
        var result = self
        result.shift *= repeats
        result.intervals = (0..<intervals.count * repeats).map { self[$0].joined(other[$0]) }
        return result
    }

    private static func commonDivisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : commonDivisor(b, a % b) }
}

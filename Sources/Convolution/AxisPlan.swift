import SampledSpaces

/// How much of a convolution's result is kept along each axis, for n samples and a kernel that reaches from −a to b (dilated).
public enum ConvolutionExtent: String, Sendable, Hashable, CaseIterable, Codable {
    /// One output for every sample: positions 0 … n − 1.
    case same
    /// Every position that a sample reaches: −a … n − 1 + b, n + a + b of them.
    case full
    /// Every position that only samples reach, whatever the boundary: b … n − 1 − a, n − a − b of them.
    case valid
}

/// One axis of a convolution as a correlation of taps with an extended line:
///
///     output[m] = Σ_t weight[t] · line[stride·m + dilation·t],   line[e] = map[e] < 0 ? 0 : source[map[e]]
///
/// Convolution and its transpose both have this form, with the weights of one the reverse of the other's, so that every algorithm is written once.
struct AxisPlan: Sendable, Hashable {
    /// The number of weights.
    let taps: Int
    let dilation: Int
    let stride: Int
    /// The number of samples along the axis.
    let sourceCount: Int
    /// The number of outputs.
    let count: Int
    /// The sample that stands at each place of the extended line, or −1: stride·(count − 1) + dilation·(taps − 1) + 1 places.
    let map: [Int32]

    /// The length that the taps span.
    var reach: Int { (taps - 1) * dilation + 1 }

    private init(
        taps: Int, dilation: Int, stride: Int, sourceCount: Int, count: Int, source: (Int) -> Int?
    ) {
        (self.taps, self.dilation, self.stride) = (taps, dilation, stride)
        (self.sourceCount, self.count) = (sourceCount, count)
        map = (0..<stride * (count - 1) + dilation * (taps - 1) + 1).map { source($0).map { Int32($0) } ?? -1 }
    }

    /// The positions, in samples, of the outputs with stride 1; empty where no output only depends on samples.
    static func outputs(
        count n: Int, taps: Int, origin: Int, dilation: Int, extent: ConvolutionExtent
    ) -> Range<Int> {
        let before = origin * dilation
        let after = (taps - 1 - origin) * dilation
        switch extent {
        case .same: return 0..<n
        case .full: return -before..<max(n + after, -before)
        case .valid: return after..<max(n - before, after)
        }
    }

    /// The convolution itself, on every `stride`-th of `outputs`, its weights in reverse.
    static func convolution(
        count n: Int, taps: Int, origin: Int, dilation: Int, stride: Int, outputs: Range<Int>, boundary: Boundary
    ) -> AxisPlan {
        // Output i needs the samples i − (j − origin)·dilation: the last tap the earliest one.
        let first = outputs.lowerBound - (taps - 1 - origin) * dilation
        return AxisPlan(
            taps: taps, dilation: dilation, stride: stride, sourceCount: n, count: (outputs.count + stride - 1) / stride
        ) { boundary.source(of: first + $0, count: n) }
    }

    /// The transpose, from the outputs to every `positions` of the extended line of samples, its weights in order.
    static func transpose(
        of outputs: Range<Int>, taps: Int, origin: Int, dilation: Int, stride: Int, to positions: Range<Int>
    ) -> AxisPlan {
        let outputCount = (outputs.count + stride - 1) / stride
        let first = positions.lowerBound - origin * dilation - outputs.lowerBound
        return AxisPlan(
            taps: taps, dilation: dilation, stride: 1, sourceCount: outputCount, count: positions.count
        ) { e in
            let position = first + e
            guard position >= 0, position % stride == 0, position / stride < outputCount else { return nil }
            return position / stride
        }
    }

    /// The places of the extended line that a convolution of `outputs` reads, in samples of the source.
    static func positionsRead(outputs: Range<Int>, taps: Int, origin: Int, dilation: Int, stride: Int) -> Range<Int> {
        let first = outputs.lowerBound - (taps - 1 - origin) * dilation
        let count = (outputs.count + stride - 1) / stride
        return first..<first + stride * (count - 1) + dilation * (taps - 1) + 1
    }

    /// The shortest good period at which a circular correlation gives the same outputs: places that fall together must hold the same sample.
    ///
    /// Zeros beyond the border may overlap one another, and a periodic line whose period is a good size needs no margin at all.
    func goodPeriod(_ isGood: (Int) -> Int) -> Int {
        let length = map.count
        var period = isGood(max(1, length / 2))
        while period < length {
            if (period..<length).allSatisfy({ map[$0] == map[$0 - period] }) { return period }
            period = isGood(period + 1)
        }
        return period
    }
}

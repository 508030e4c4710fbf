import CInnerLoops
import Testing

@Suite("Rows of convolutions within channels, for every number of channels")
struct ChannelwiseRowsTests {
    /// An axis with borders on which some or all taps lie outside.
    private static let axes: [ccnn_axis] = [
        ccnn_axis(input: 7, output: 7, kernel: 3, dilation: 1, padding: 1),
        ccnn_axis(input: 9, output: 9, kernel: 3, dilation: 2, padding: 2),
        ccnn_axis(input: 3, output: 5, kernel: 2, dilation: 3, padding: 2),
        ccnn_axis(input: 4, output: 9, kernel: 5, dilation: 1, padding: 6),
        ccnn_axis(input: 8, output: 4, kernel: 4, dilation: 1, padding: -1),
        ccnn_axis(input: 6, output: 6, kernel: 1, dilation: 1, padding: 0),
        ccnn_axis(input: 23, output: 23, kernel: 10, dilation: 1, padding: 4),
    ]

    /// The taps of `vertical` × `horizontal` that each output of a row reads, and where.
    private func reads(_ p: ccnn_channelwiseRows, _ y: Int, _ x: Int) -> [(tap: Int, pixel: Int)] {
        (0..<p.vertical.kernel).flatMap { u in
            (0..<p.horizontal.kernel).compactMap { v in
                let row = y - p.vertical.padding + u * p.vertical.dilation
                let column = x - p.horizontal.padding + v * p.horizontal.dilation
                guard (0..<p.vertical.input).contains(row), (0..<p.horizontal.input).contains(column) else {
                    return nil
                }
                return (u * p.horizontal.kernel + v, row * p.horizontal.input + column)
            }
        }
    }

    @Test("Outputs and the kernel's gradient", arguments: 1...36)
    func rows(channels: Int) {
        var memory = Memory(seed: UInt64(300 + channels))
        let period = channels * (16 / min(channels & -channels, 16))
        for vertical in Self.axes {
            for horizontal in Self.axes {
                var p = ccnn_channelwiseRows(
                    vertical: vertical, horizontal: horizontal, channels: channels, period: period)
                let taps = vertical.kernel * horizontal.kernel
                let kernel = memory.integers(taps * channels)
                let bias = memory.integers(channels)
                let input = memory.integers(vertical.input * horizontal.input * channels)
                let gradient = memory.integers(vertical.output * horizontal.output * channels)
                let line = period + 16
                let table = (0..<taps * line).map { kernel[$0 / line * channels + $0 % line % channels] }
                let shifts = (0..<line).map { bias[$0 % channels] }
                let (first, count) = (vertical.output / 3, vertical.output - vertical.output / 3 - 1)
                var output = [Float](repeating: untouched, count: gradient.count)
                var sums = [Float](repeating: 1, count: taps * line)
                let hasBias = channels % 2 == 0
                shifts.withUnsafeBufferPointer {
                    ccnn_channelwiseOutput(
                        &p, first, count, input, table, hasBias ? $0.baseAddress : nil, &output)
                }
                ccnn_channelwiseKernelGradient(&p, first, count, input, gradient, &sums)

                var expected = [Float](repeating: untouched, count: gradient.count)
                var expectedSums = [Float](repeating: Float(period / channels), count: taps * channels)
                for y in first..<first + count {
                    for x in 0..<horizontal.output {
                        let reads = reads(p, y, x)
                        for c in 0..<channels {
                            let place = (y * horizontal.output + x) * channels + c
                            expected[place] = reads.reduce(hasBias ? bias[c] : 0) {
                                $0 + input[$1.pixel * channels + c] * kernel[$1.tap * channels + c]
                            }
                            for (tap, pixel) in reads {
                                expectedSums[tap * channels + c] += input[pixel * channels + c] * gradient[place]
                            }
                        }
                    }
                }
                let folded = (0..<taps * channels).map { index in
                    stride(from: index % channels, to: period, by: channels).reduce(Float(0)) {
                        $0 + sums[index / channels * line + $1]
                    }
                }
                #expect(output == expected, "\(vertical), \(horizontal)")
                #expect(folded == expectedSums, "\(vertical), \(horizontal)")
                #expect((0..<taps).allSatisfy { sums[$0 * line + period..<($0 + 1) * line].allSatisfy { $0 == 1 } })
            }
        }
    }
}

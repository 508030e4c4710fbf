import CInnerLoops
import Testing

@Suite("Products within channels for every remainder of rows and channels")
struct ChannelwiseProductTests {
    @Test("The real product", arguments: 1...35)
    func real(rows: Int) {
        var memory = Memory(seed: UInt64(100 + rows))
        for columns in 1...35 {
            let lanes = (columns + 15) / 16 * 16
            let (inner, outer) = (1 + columns % 4, 1 + rows % 3)
            let steps = (0..<outer).map { ccnn_step(a: $0 * lanes, b: $0 * inner * lanes) }
            let a = memory.integers((rows + inner + outer) * lanes)
            let b = memory.integers(inner * outer * lanes)
            let bias = memory.integers(lanes)
            let cRow = columns + 3
            let start = memory.integers(rows * cRow)
            for (hasBias, accumulate) in [(false, false), (true, false), (true, true)] {
                var c = start
                steps.withUnsafeBufferPointer { steps in
                    bias.withUnsafeBufferPointer { bias in
                        var shape = ccnn_realShape(
                            rows: rows, columns: columns, inner: inner, outer: outer, aRow: lanes, aInner: lanes,
                            bInner: lanes, cRow: cRow, steps: steps.baseAddress, bias: hasBias ? bias.baseAddress : nil,
                            accumulate: accumulate)
                        ccnn_channelwiseProduct(&shape, a, b, &c)
                    }
                }
                var expected = start
                for r in 0..<rows {
                    for j in 0..<columns {
                        var sum: Float = (hasBias ? bias[j] : 0) + (accumulate ? start[r * cRow + j] : 0)
                        for step in steps {
                            for i in 0..<inner {
                                sum += a[step.a + (r + i) * lanes + j] * b[step.b + i * lanes + j]
                            }
                        }
                        expected[r * cRow + j] = sum
                    }
                }
                #expect(c == expected, "\(rows) rows, \(columns) channels, bias \(hasBias), adding \(accumulate)")
            }
        }
    }

    @Test("The real product of single terms for every number of taps", arguments: 1...20)
    func taps(count: Int) {
        var memory = Memory(seed: UInt64(200 + count))
        for (rows, columns) in [(1, 1), (2, 15), (3, 16), (7, 17), (16, 33), (5, 48)] {
            let lanes = (columns + 15) / 16 * 16
            let steps = (0..<count).map { ccnn_step(a: $0 * $0 % 7 * lanes, b: $0 * lanes) }
            let a = memory.integers((rows + 7) * lanes)
            let b = memory.integers(count * lanes)
            let cRow = lanes + 16
            let c = memory.integers(rows * cRow)
            var product = c
            steps.withUnsafeBufferPointer { steps in
                var shape = ccnn_realShape(
                    rows: rows, columns: columns, inner: 1, outer: count, aRow: lanes, aInner: 0, bInner: 0, cRow: cRow,
                    steps: steps.baseAddress, bias: nil, accumulate: false)
                ccnn_channelwiseProduct(&shape, a, b, &product)
            }
            for j in 0..<columns {
                for r in 0..<rows {
                    #expect(product[r * cRow + j] == steps.reduce(0) { $0 + a[$1.a + r * lanes + j] * b[$1.b + j] })
                }
            }
            #expect(
                (0..<rows).allSatisfy {
                    product[$0 * cRow + columns..<($0 + 1) * cRow] == c[$0 * cRow + columns..<($0 + 1) * cRow]
                })
        }
    }

    @Test("The complex product", arguments: [false, true], [false, true])
    func complex(conjugate: Bool, accumulate: Bool) {
        var memory = Memory(seed: 9)
        for (rows, columns, inner) in [(1, 1, 1), (3, 16, 2), (5, 17, 3), (2, 48, 4)] {
            let lanes = (columns + 15) / 16 * 16
            let a = memory.integers((rows + inner) * 2 * lanes)
            let b = memory.integers(inner * 2 * lanes)
            let start = memory.integers(rows * 2 * lanes)
            var c = start
            var shape = ccnn_complexShape(
                rows: rows, columns: columns, inner: inner, aRow: 2 * lanes, aInner: 2 * lanes, aImaginary: lanes,
                bInner: 2 * lanes, bImaginary: lanes, cRow: 2 * lanes, cImaginary: lanes, conjugate: conjugate,
                accumulate: accumulate)
            ccnn_complexChannelwiseProduct(&shape, a, b, &c)
            let sign: Float = conjugate ? -1 : 1
            for r in 0..<rows {
                for j in 0..<columns {
                    let at = r * 2 * lanes + j
                    var (re, im) = accumulate ? (start[at], start[at + lanes]) : (0, 0)
                    for i in 0..<inner {
                        let (ar, ai) = (a[(r + i) * 2 * lanes + j], a[(r + i) * 2 * lanes + lanes + j])
                        let (br, bi) = (b[i * 2 * lanes + j], sign * b[i * 2 * lanes + lanes + j])
                        re += ar * br - ai * bi
                        im += ar * bi + ai * br
                    }
                    #expect(c[at] == re && c[at + lanes] == im)
                }
            }
        }
    }
}

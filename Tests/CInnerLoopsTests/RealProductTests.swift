import CInnerLoops
import Testing

@Suite("Real matrix products for every remainder of rows and columns")
struct RealProductTests {
    @Test("The product, its bias and what it adds to", arguments: 1...27)
    func product(rows: Int) {
        var memory = Memory(seed: UInt64(rows))
        for columns in 1...66 {
            let (inner, outer) = (1 + columns % 5, 1 + columns % 3)
            let bInner = (columns + 15) / 16 * 16 + 3
            let steps = (0..<outer).map { ccnn_step(a: $0 * 7, b: $0 * inner * bInner) }
            // Rows side by side may be written beyond their columns on the way.
            let (aRow, cRow) = (inner + 9, columns % 2 == 0 ? columns : columns + 5)
            let a = memory.integers(rows * aRow + outer * 7 + inner)
            let b = memory.integers(outer * inner * bInner + 16)
            let bias = memory.integers((columns + 15) / 16 * 16)
            let start = memory.integers(rows * cRow) + [Float](repeating: untouched, count: 80)
            for (hasBias, accumulate) in [(false, false), (true, false), (false, true), (true, true)] {
                var c = start
                steps.withUnsafeBufferPointer { steps in
                    bias.withUnsafeBufferPointer { bias in
                        var shape = ccnn_realShape(
                            rows: rows, columns: columns, inner: inner, outer: outer, aRow: aRow, aInner: 1,
                            bInner: bInner, cRow: cRow, steps: steps.baseAddress,
                            bias: hasBias ? bias.baseAddress : nil, accumulate: accumulate)
                        ccnn_realProduct(&shape, a, b, &c)
                    }
                }
                var expected = start
                for r in 0..<rows {
                    for j in 0..<columns {
                        var sum: Float = (hasBias ? bias[j] : 0) + (accumulate ? start[r * cRow + j] : 0)
                        for step in steps {
                            for i in 0..<inner { sum += a[step.a + r * aRow + i] * b[step.b + i * bInner + j] }
                        }
                        expected[r * cRow + j] = sum
                    }
                }
                #expect(c == expected, "\(rows) rows, \(columns) columns, bias \(hasBias), adding \(accumulate)")
            }
        }
    }

    @Test("The transposed left factor is a matter of strides")
    func transposed() {
        var memory = Memory(seed: 77)
        let (rows, columns, inner) = (19, 35, 6)
        let a = memory.integers(inner * rows)
        let b = memory.integers(inner * 48)
        var c = [Float](repeating: 0, count: rows * columns)
        withUnsafePointer(to: ccnn_step(a: 0, b: 0)) { step in
            var shape = ccnn_realShape(
                rows: rows, columns: columns, inner: inner, outer: 1, aRow: 1, aInner: rows, bInner: 48, cRow: columns,
                steps: step, bias: nil, accumulate: false)
            ccnn_realProduct(&shape, a, b, &c)
        }
        for r in 0..<rows {
            for j in 0..<columns {
                #expect(c[r * columns + j] == (0..<inner).reduce(0) { $0 + a[$1 * rows + r] * b[$1 * 48 + j] })
            }
        }
    }
}

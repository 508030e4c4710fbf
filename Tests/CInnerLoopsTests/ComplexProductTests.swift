import CInnerLoops
import Testing

@Suite("Complex matrix products for every remainder of rows and columns")
struct ComplexProductTests {
    @Test("The product, conjugated or not, added or not", arguments: 1...17)
    func product(rows: Int) {
        var memory = Memory(seed: UInt64(200 + rows))
        for vectors in 1...7 {
            let (columns, lanes, inner) = (vectors * 16 - rows % 16, vectors * 16, 1 + vectors % 4)
            let aRow = inner + 2
            let a = memory.integers(2 * rows * aRow)
            let b = memory.integers(inner * 2 * lanes)
            let start = memory.integers(rows * 2 * lanes + 1)
            for (conjugate, accumulate) in [(false, false), (true, false), (false, true), (true, true)] {
                var c = start
                var shape = ccnn_complexShape(
                    rows: rows, columns: columns, inner: inner, aRow: aRow, aInner: 1, aImaginary: rows * aRow,
                    bInner: 2 * lanes, bImaginary: lanes, cRow: 2 * lanes, cImaginary: lanes, conjugate: conjugate,
                    accumulate: accumulate)
                ccnn_complexProduct(&shape, a, b, &c)
                let sign: Float = conjugate ? -1 : 1
                var expected = start
                for r in 0..<rows {
                    for j in 0..<lanes {
                        let at = r * 2 * lanes + j
                        var (re, im) = accumulate ? (start[at], start[at + lanes]) : (0, 0)
                        for i in 0..<inner {
                            let (ar, ai) = (a[r * aRow + i], a[rows * aRow + r * aRow + i])
                            let (br, bi) = (b[i * 2 * lanes + j], sign * b[i * 2 * lanes + lanes + j])
                            re += ar * br - ai * bi
                            im += ar * bi + ai * br
                        }
                        (expected[at], expected[at + lanes]) = (re, im)
                    }
                }
                #expect(c == expected, "\(rows) rows, \(vectors) vectors, conjugate \(conjugate), adding \(accumulate)")
            }
        }
    }
}

import FourierTransforms
import Testing

@Suite struct TransformSizeTests {
    private func isGood(_ n: Int) -> Bool {
        var rest = n
        for factor in [2, 3, 5] {
            while rest % factor == 0 { rest /= factor }
        }
        return rest == 1
    }

    @Test func smallestGoodSize() {
        for n in 1...3000 {
            let size = TransformSize.good(atLeast: n)
            #expect(size == (n...).first(where: isGood))
            #expect(Double(size) < Double(n) * 7 / 6)
            #expect(TransformSize.good(atLeast: n, even: true) == (n...).first { isGood($0) && $0 % 2 == 0 })
        }
    }

    /// Circular convolution of period P and linear convolution agree on the kept outputs at the minimal period, and not below it.
    @Test(arguments: [(10, 2, 2), (10, 0, 4), (7, 5, 1), (6, 9, 9), (12, 3, 0)])
    func minimalPeriodIsMinimal(n: Int, before: Int, after: Int) {
        let crops = [-before..<n + after, 0..<n] + (n - before > after ? [after..<n - before] : [])
        for outputs in crops {
            let period = TransformSize.minimalPeriod(
                inputCount: n, reachBefore: before, reachAfter: after, outputs: outputs)
            #expect(wrapsInto(outputs, period, n, before, after) == false)
            #expect(period == n || wrapsInto(outputs, period - 1, n, before, after))
        }
    }

    /// Whether some position of the linear result, outside or inside the crop, coincides with another one inside it modulo `period`.
    private func wrapsInto(_ outputs: Range<Int>, _ period: Int, _ n: Int, _ before: Int, _ after: Int) -> Bool {
        outputs.contains { kept in (-before..<n + after).contains { $0 != kept && ($0 - kept) % period == 0 } }
    }
}

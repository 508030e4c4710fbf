import Measurement
import Testing

@Suite("Timings")
struct TimingTests {
    @Test("Median, minimum and spread of known times")
    func statistics() {
        let timing = Timing(seconds: [5, 1, 3, 2, 4])
        #expect(timing.minimum == 1 && timing.median == 3)
        #expect(timing.quantile(0.25) == 2 && timing.quantile(0.75) == 4)
        #expect(abs(timing.spread - 2.0 / 3) < 1e-12)
        #expect(Timing(seconds: [1, 2]).median == 1.5)
        #expect(Timing(seconds: [7]).spread == 0)
    }

    @Test("Computations take turns, once without a clock and then at least as often as asked")
    func turns() {
        var order: [Int] = []
        let timings = interleavedTimings(
            Repetitions(count: 3...100, seconds: 0.5),
            [
                {
                    order.append(0)
                    return 1
                },
                {
                    order.append(1)
                    return 0.25
                },
            ])
        #expect(order == [0, 1, 0, 1, 0, 1, 0, 1])
        #expect(timings.map(\.seconds) == [[1, 1, 1], [0.25, 0.25, 0.25]])
    }

    @Test("There are no more repetitions than asked for, and time is taken by the clock where a computation does not")
    func limits() {
        let timings = interleavedTimings(Repetitions(count: 1...4, seconds: .infinity), [{ nil }])
        #expect(timings[0].seconds.count == 4)
        #expect(timings[0].minimum >= 0 && timings[0].minimum < 1)
    }
}

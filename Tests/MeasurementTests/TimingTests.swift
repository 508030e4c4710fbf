import Measurement
import Testing

@Suite struct TimingTests {
    @Test func medianAndQuartiles() {
        #expect(Timing(milliseconds: [5, 1, 3]).median == 3)
        #expect(Timing(milliseconds: [4, 1, 3, 2]).median == 2.5)
        #expect(Timing(milliseconds: [5, 4, 3, 2, 1]).spread == 2)
        #expect(Timing(milliseconds: [7]).spread == 0)
        #expect(Timing(milliseconds: [1, 2]).quantile(1) == 2)
    }

    @Test func jobsTakeTurnsAfterOneRunThatDoesNotCount() {
        var order: [Int] = []
        var rounds: [Int] = []
        let timings = Timing.interleaved(2, repeats: 3, progress: { rounds.append($0) }) { order.append($0) }
        #expect(order == [0, 1, 0, 1, 0, 1, 0, 1])
        #expect(rounds == [0, 1, 2, 3])
        #expect(timings.count == 2 && timings.allSatisfy { $0.milliseconds.count == 3 })
    }

    @Test func timesAreMilliseconds() {
        let timing = Timing.interleaved(1, repeats: 3) { _ in
            let start = ContinuousClock.now
            while ContinuousClock.now - start < .milliseconds(5) {}
        }[0]
        #expect(timing.milliseconds.allSatisfy { $0 >= 5 } && timing.quantile(0) < 500)
    }
}

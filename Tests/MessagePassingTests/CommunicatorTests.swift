import MessagePassing
import Randomness
import TestSupport
import Testing

@Suite struct CommunicatorTests {
    @Test(arguments: 1...4) func sharesFollowOneAnotherAndDifferByOneAtMost(count: Int) throws {
        for items in [0, 1, 3, 8, 33] {
            let shares = try LocalRanks.run(count) { $0.share(of: items) }
            #expect(Array(shares.joined()) == Array(0..<items))
            let lengths = shares.map(\.count)
            #expect((lengths.max() ?? 0) - (lengths.min() ?? 0) <= 1)
        }
    }

    @Test(arguments: 1...4) func exchangesGiveEveryRankWhatTheySay(count: Int) throws {
        let findings = try LocalRanks.run(count) { CommunicatorChecks.findings(on: $0) }
        for (rank, found) in findings.enumerated() { #expect(found.isEmpty, "rank \(rank): \(found)") }
    }

    @Test func aProcessByItselfIsARankOfOne() {
        #expect(CommunicatorChecks.findings(on: SingleProcess()).isEmpty)
    }

    @Test func numbersInSinglePrecisionAreRoundedOnce() {
        // One by one in single precision the ones would be lost: 2²⁴ + 1 is not a number there.
        let big = Float(1 << 24)
        #expect(Float.sums(over: [big, 1, 1], rows: 3) == [big + 2])
        #expect(Double.sums(over: [1, 10, 2, 20, 3, 30], rows: 3) == [6, 60])
    }

    @Test func theLeaderSpeaksForAllAndAnyoneMayObject() throws {
        #expect(try LocalRanks.run(3) { $0.leaderSays($0.rank == 0) } == [true, true, true])
        #expect(try LocalRanks.run(3) { $0.leaderSays($0.rank == 1) } == [false, false, false])
        #expect(try LocalRanks.run(3) { $0.anyoneSays($0.rank == 2) } == [true, true, true])
        #expect(try LocalRanks.run(3) { $0.anyoneSays(false) } == [false, false, false])
    }
}

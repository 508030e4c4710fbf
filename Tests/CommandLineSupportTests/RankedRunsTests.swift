import CommandLineSupport
import Experiments
import Foundation
import MessagePassing
import Reports
import TestSupport
import Testing

/// Commands on several ranks, here threads of one process.
@Suite struct RankedRunsTests {
    private final class Lines: @unchecked Sendable {
        private let lock = NSLock()
        private var lines: [Int: [String]] = [:]

        func add(_ line: String, from rank: Int) { lock.withLock { lines[rank, default: []].append(line) } }
        func of(_ rank: Int) -> [String] { lock.withLock { lines[rank] ?? [] } }
    }

    @Test func onlyTheFirstRankOfATrainingSpeaksAndWrites() throws {
        let folder = try TemporaryFolder()
        var arguments = TrainRequest.Arguments()
        arguments.network = "strided"
        arguments.out = folder.file("run").path
        (arguments.epochs, arguments.stepsPerEpoch, arguments.batch) = (2, 2, 5)
        let request = try TrainRequest(arguments)
        arguments.resumes = true
        let resuming = try TrainRequest(arguments)
        let lines = Lines()
        // One rank alone wants to stop, and all do.
        let stopped = try LocalRanks.run(3) { ranks in
            try TrainRun(request, style: .plain, on: ranks).run(
                shouldStop: { ranks.rank == 2 }, notice: { lines.add($0, from: ranks.rank) })
        }
        #expect(stopped == ["stopped after step 1; --resume goes on from there\n", "", ""])
        #expect(lines.of(0).contains { $0.contains("batches of 5 on 3 ranks") })
        #expect(lines.of(0).contains { $0.hasPrefix("exchange of rank 0 in a step: ") })
        #expect(lines.of(1).isEmpty && lines.of(2).isEmpty)
        let again = Result { try LocalRanks.run(2) { try TrainRun(request, style: .plain, on: $0).run() } }
        #expect(throws: CommandFailure.self) { try again.get() }
        let finished = try LocalRanks.run(2) { try TrainRun(resuming, style: .plain, on: $0).run() }
        #expect(finished[0].hasPrefix("test accuracy at the end: ") && finished[1].isEmpty)
    }

    @Test func claimsThatAreSpreadOverRanksHaveTheSameResults() throws {
        let folder = try TemporaryFolder()
        var arguments = ValidateRequest.Arguments()
        arguments.claims = ["effective-radius", "semigroup", "pointwise-is-dirac", "dilated-causal"]
        arguments.report = folder.file("report").path
        _ = try ValidateRun(ValidateRequest(arguments), style: .plain, version: "test").run()
        let store = ResultStore(folder: folder.file("report/results"))
        let wanted = try arguments.claims.map { try #require(try store.result(for: $0)) }

        arguments.report = folder.file("spread").path
        let request = try ValidateRequest(arguments)
        let texts = try LocalRanks.run(3) {
            try ValidateRun(request, style: .plain, version: "test", on: $0).run()
        }
        #expect(texts[1].isEmpty && texts[2].isEmpty)
        for id in arguments.claims { #expect(texts[0].contains(id)) }
        let spread = ResultStore(folder: folder.file("spread/results"))
        for result in wanted {
            let found = try #require(try spread.result(for: result.text.id))
            #expect(found.evidence == result.evidence)
        }
        #expect(FileManager.default.fileExists(atPath: folder.file("spread/index.html").path))
    }
}

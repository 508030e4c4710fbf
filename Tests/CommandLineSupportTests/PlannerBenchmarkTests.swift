import CommandLineSupport
import Foundation
import Testing

@Suite struct PlannerBenchmarkTests {
    private func arguments(_ change: (inout PlannerBenchmark.Arguments) -> Void) -> PlannerBenchmark.Arguments {
        var arguments = PlannerBenchmark.Arguments()
        (arguments.shapes, arguments.repeats, arguments.largest) = (4, 1, 1e6)
        change(&arguments)
        return arguments
    }

    @Test func everyShapeHasAChoiceOfEachPolicy() throws {
        let run = try PlannerBenchmark(arguments { $0.format = "json" })
        let document = try JSONDecoder().decode(PlannerDocument.self, from: Data(run.run(style: .plain).utf8))
        #expect(document.policies.map(\.name) == ["estimate", "measure"])
        #expect(document.cases.count { $0.planned } == 4)
        let regrets = document.cases.filter(\.planned).compactMap(\.regret)
        #expect(abs(document.policies[0].meanRegret - regrets.reduce(0, +) / 4) < 1e-12)
        #expect(document.policies.allSatisfy { $0.largest >= $0.meanRegret && $0.meanRegret >= 0 })
    }

    @Test func theSeedDrawsTheShapes() throws {
        func names(_ seed: UInt64) throws -> [String] {
            let run = try PlannerBenchmark(arguments { ($0.format, $0.seed, $0.shapes) = ("json", seed, 3) })
            return try JSONDecoder().decode(PlannerDocument.self, from: Data(run.run(style: .plain).utf8)).cases.map(
                \.name)
        }
        let first = try names(1)
        #expect(try names(1) == first)
        #expect(try names(2) != first)
    }

    @Test func mistakesAreSentences() {
        for (part, change) in [
            ("--shapes is 0", { $0.shapes = 0 }), ("--repeats is 0", { $0.repeats = 0 }),
            ("--threads is 0", { $0.threads = 0 }), ("--format is 'xml'", { $0.format = "xml" }),
        ] as [(String, (inout PlannerBenchmark.Arguments) -> Void)] {
            let failure = #expect(throws: CommandFailure.self) { try PlannerBenchmark(arguments(change)) }
            #expect(failure?.exitCode == 2 && failure?.description.contains(part) == true)
        }
    }
}

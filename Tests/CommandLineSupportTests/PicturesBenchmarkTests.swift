import CommandLineSupport
import Foundation
import Measurement
import Testing

@Suite struct PicturesBenchmarkTests {
    private func arguments(_ change: (inout PicturesBenchmark.Arguments) -> Void) -> PicturesBenchmark.Arguments {
        var arguments = PicturesBenchmark.Arguments()
        arguments.repeats = 1
        arguments.shrink = 32
        change(&arguments)
        return arguments
    }

    @Test func everyCaseHasOneChoiceAndAnAdjoint() throws {
        let run = try PicturesBenchmark(arguments { ($0.format, $0.precision, $0.large) = ("json", "double", true) })
        let document = try JSONDecoder().decode(BenchmarkDocument.self, from: Data(run.run(style: .plain).utf8))
        for (_, cases) in Dictionary(grouping: document.cases, by: \.name) {
            #expect(cases.count { $0.planned && $0.direction == "forward" } == 1)
            #expect(cases.count { $0.direction == "adjoint" } == 1)
            #expect(cases.allSatisfy { $0.milliseconds > 0 })
        }
        #expect(Set(document.cases.map(\.name)).count == 6)
    }

    @Test func textIsATable() throws {
        let text = try PicturesBenchmark(arguments { _ in }).run(style: .plain)
        #expect(text.contains("1024² with 31×31") && text.contains("✓"))
    }

    @Test func mistakesAreSentences() {
        let mistakes: [(String, (inout PicturesBenchmark.Arguments) -> Void)] = [
            ("--repeats is 0", { $0.repeats = 0 }), ("--threads is 0", { $0.threads = 0 }),
            ("--precision is 'half'", { $0.precision = "half" }), ("--format is 'xml'", { $0.format = "xml" }),
        ]
        for (part, change) in mistakes {
            let failure = #expect(throws: CommandFailure.self) { try PicturesBenchmark(arguments(change)) }
            #expect(failure?.exitCode == 2 && failure?.description.contains(part) == true)
        }
    }
}

import Foundation
import Measurement
import NeuralNetworks
import Testing

@testable import CommandLineSupport

@Suite struct NetworksBenchmarkTests {
    private func arguments(_ change: (inout NetworksBenchmark.Arguments) -> Void) -> NetworksBenchmark.Arguments {
        var arguments = NetworksBenchmark.Arguments()
        arguments.repeats = 1
        arguments.leastSeconds = 0
        change(&arguments)
        return arguments
    }

    @Test func theDocumentHasTheFormOfTheOthers() throws {
        let run = try NetworksBenchmark(arguments { ($0.networks, $0.batch, $0.format) = (["strided"], "2,3", "json") })
        let text = try run.run(style: .plain)
        let document = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect((document["machine"] as? [String: Any])?["processor"] is String)
        let cases = try #require(document["cases"] as? [[String: Any]])
        #expect(cases.map { $0["batch"] as? Int } == [2, 3])
        for found in cases {
            #expect(found["name"] as? String == "strided" && found["threads"] is Int)
            #expect(try #require(found["trainStepMilliseconds"] as? Double) > 0)
            #expect(try #require(found["trainLoopMilliseconds"] as? Double) > 0)
        }
    }

    @Test func convolutionsAreThoseOfTheNetwork() throws {
        let run = try NetworksBenchmark(arguments { ($0.networks, $0.batch, $0.format) = (["cascade"], "1", "json") })
        let document = try JSONDecoder().decode(NetworksDocument.self, from: Data(run.run(style: .plain).utf8))
        let convolutions = try #require(document.cases.first).convolutions
        #expect(convolutions.count == 11)
        #expect(convolutions.first?.layer == "batch=1,size=32x32,in=3,out=16,kernel=3x3,dilation=1,stride=1,groups=1")
        // The tenth and the dense layer have no normalisation.
        #expect(convolutions.map(\.isNormalized) == Array(repeating: true, count: 9) + [false, false])
    }

    @Test func textIsATable() throws {
        let text = try NetworksBenchmark(arguments { ($0.networks, $0.batch) = (["strided"], "2") }).run(style: .plain)
        #expect(text.contains("strided") && text.contains("loop adds"))
    }

    @Test func namesStayWholeInEightyColumns() {
        let networks = StandardNetwork.all.filter { !$0.scoresPixels }
        let cases = networks.map {
            NetworksDocument.Case(
                name: $0.name, batch: 4_096, threads: 2, trainStepMilliseconds: 12_345, trainStepSpread: 0.001234,
                trainLoopMilliseconds: 10_987, trainLoopSpread: 0.001234, convolutions: [], classes: 10)
        }
        let text = NetworksBenchmark.table(NetworksDocument(machine: .current, cases: cases)).text(in: .plain)
        #expect(networks.allSatisfy { text.contains($0.name) })
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }

    @Test func mistakesAreSentences() {
        let mistakes: [(String, (inout NetworksBenchmark.Arguments) -> Void)] = [
            ("there is no network 'dilatd'; did you mean 'dilated'?", { $0.networks = ["dilatd"] }),
            ("'segmentation' scores pixels", { $0.networks = ["segmentation"] }),
            ("--batch has '0'", { $0.batch = "0" }),
            ("--repeats is 0", { $0.repeats = 0 }), ("--threads is 999", { $0.threads = 999 }),
            ("--memory is '-1'", { $0.memory = "-1" }), ("--format is 'csv'", { $0.format = "csv" }),
        ]
        for (part, change) in mistakes {
            let failure = #expect(throws: CommandFailure.self) { try NetworksBenchmark(arguments(change)) }
            #expect(failure?.exitCode == 2 && failure?.description.contains(part) == true, "\(failure as Any)")
        }
    }
}

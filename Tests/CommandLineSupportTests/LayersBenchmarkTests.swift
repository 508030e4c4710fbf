import CommandLineSupport
import Foundation
import Measurement
import TestSupport
import Testing

@Suite struct LayersBenchmarkTests {
    private func arguments(_ change: (inout LayersBenchmark.Arguments) -> Void) -> LayersBenchmark.Arguments {
        var arguments = LayersBenchmark.Arguments()
        arguments.repeats = 1
        change(&arguments)
        return arguments
    }

    private func document(_ change: (inout LayersBenchmark.Arguments) -> Void) throws -> BenchmarkDocument {
        var arguments = arguments(change)
        arguments.format = "json"
        return try JSONDecoder().decode(
            BenchmarkDocument.self, from: Data(LayersBenchmark(arguments).run(style: .plain).utf8))
    }

    @Test func everyDirectionHasOneChoiceAmongItsAlgorithms() throws {
        let found = try document {
            $0.layers = ["batch=2,size=8,in=3,out=4,kernel=3", "batch=1,size=9,in=4,out=4,kernel=5,stride=2,groups=4"]
            $0.threads = 2
        }
        #expect(found.threads == 2)
        let groups = Dictionary(grouping: found.cases) { "\($0.name) \($0.direction)" }
        #expect(groups.count == 6)
        for (name, cases) in groups {
            #expect(cases.count { $0.planned } == 1)
            #expect(Set(cases.map(\.algorithm)).count == (name.contains("kernel=3x3") ? 4 : 2))
            #expect(cases.contains { $0.regret == 0 })
            for found in cases {
                let (direct, done) = (try #require(found.directGigaflops), try #require(found.doneGigaflops))
                #expect(direct > 0 && done > 0 && found.milliseconds > 0)
            }
        }
        #expect(Set(found.cases.map(\.direction)) == ["forward", "input-gradient", "kernel-gradient"])
    }

    @Test func directArithmeticIsCountedByTheLayer() throws {
        let found = try document { $0.layers = ["batch=1,size=4x5,in=2,out=16,kernel=1"] }
        for found in found.cases where found.algorithm == "direct" && found.direction == "forward" {
            let operations = try #require(found.directGigaflops) * found.milliseconds * 1e6
            #expect(abs(operations - 2 * 4 * 5 * 2 * 16) < 1e-3)
        }
    }

    @Test func networksAreTheirDifferentLayers() throws {
        let found = try document {
            $0.networks = ["strided"]
            $0.layers = ["batch=1,size=4,in=1,out=1,kernel=2"]
        }
        // Four convolutions, the dense layer and the one beside them.
        #expect(Set(found.cases.map(\.name)).count == 6)
        #expect(throws: CommandFailure.self) { try document { $0.networks = ["stridded"] } }
    }

    @Test func sweepsAreAllCombinations() throws {
        let found = try document {
            ($0.kernelSizes, $0.sizes, $0.channels, $0.batch) = ("1,3", "5", "2,3", "1")
            $0.layers = ["batch=1,size=4,in=1,out=1,kernel=2"]
        }
        #expect(Set(found.cases.map(\.name)).count == 5)
    }

    @Test func aReportHasItsCurves() throws {
        let folder = try TemporaryFolder()
        let text = try LayersBenchmark(
            arguments {
                ($0.kernelSizes, $0.sizes, $0.channels, $0.batch) = ("1,3,5", "6", "2", "1")
                $0.report = folder.file("new").path
            }
        ).run(style: .plain)
        #expect(text.contains("✓") && text.contains("The page: "))
        let page = try String(contentsOf: folder.file("new/index.html"), encoding: .utf8)
        #expect(page.contains("2→2 channels, 6×6, batch 1: input-gradient") && page.contains("winograd-2x2"))
    }

    @Test(arguments: [
        (["dilation=1", "dilation=2"], "2→2 channels, 3×3, 6×6, batch 1: forward", "dilation"),
        (["in=2,out=2,dilation=1", "in=4,out=4,dilation=1"], "3×3, 6×6, batch 1: forward", "channels"),
    ])
    func curvesRunAlongWhatDiffers(words: [String], title: String, axis: String) throws {
        let folder = try TemporaryFolder()
        _ = try LayersBenchmark(
            arguments {
                $0.layers = words.map { word in
                    "batch=1,size=6,kernel=3," + (word.contains("in=") ? word : "in=2,out=2," + word)
                }
                $0.report = folder.file("new").path
            }
        ).run(style: .plain)
        let page = try String(contentsOf: folder.file("new/index.html"), encoding: .utf8)
        #expect(page.contains(title) && page.contains(axis))
    }

    @Test func aLimitOfMemoryChangesTheChoice() throws {
        let layer = ["batch=4,size=32,in=16,out=16,kernel=15"]
        let (free, limited) = (
            try document { $0.layers = layer }, try document { ($0.layers, $0.memory) = (layer, "100KB") }
        )
        func chosen(_ document: BenchmarkDocument) -> [String] { document.cases.filter(\.planned).map(\.algorithm) }
        #expect(chosen(free).first == "fourier" && chosen(limited).first == "direct")
    }

    @Test func mistakesAreSentences() {
        let mistakes: [(String, (inout LayersBenchmark.Arguments) -> Void)] = [
            ("--repeats is 0", { $0.repeats = 0 }), ("--threads is 0", { $0.threads = 0 }),
            ("--format is 'xml'", { $0.format = "xml" }), ("--kernel-sizes has 'x'", { $0.kernelSizes = "3,x" }),
            ("--sizes has '0'", { $0.sizes = "0" }), ("--channels has ''", { $0.channels = "" }),
            ("--batch has '-1'", { $0.batch = "-1" }), ("--memory is 'much'", { $0.memory = "much" }),
            ("--layer has the part 'size'", { $0.layers = ["size"] }),
        ]
        for (part, change) in mistakes {
            let failure = #expect(throws: CommandFailure.self) { try LayersBenchmark(arguments(change)) }
            #expect(failure?.exitCode == 2 && failure?.description.contains(part) == true, "\(failure as Any)")
        }
    }
}

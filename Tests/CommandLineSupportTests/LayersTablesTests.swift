import Measurement
import Reports
import Testing

@testable import CommandLineSupport
@testable import ContinuousCNN

@Suite struct LayersTablesTests {
    /// Every algorithm in every direction, of which the first takes `slowest` milliseconds and the others `fastest`.
    private func document(_ layer: LayerDescription, fastest: Double, slowest: Double, bytes: Int) -> BenchmarkDocument
    {
        var cases: [BenchmarkDocument.Case] = []
        for direction in ConvolutionDirection.allCases {
            for (place, algorithm) in ConvolutionAlgorithm.allCases.enumerated() {
                let median = place == 0 ? slowest : fastest
                var found = BenchmarkDocument.Case(
                    name: layer.description, algorithm: algorithm.rawValue, direction: direction.rawValue,
                    timing: Timing(milliseconds: [0, median, 4 * median]), planned: place == 0,
                    directOperations: 9999e6 * median, operations: 9999e6 * median, workSpaceBytes: bytes)
                found.regret = median / fastest - 1
                cases.append(found)
            }
        }
        return BenchmarkDocument(threads: 64, cases: cases)
    }

    /// The layers that are timed where none is asked for, and one whose name is longer than a line.
    private func layers() throws -> [LayerDescription] {
        let long = "batch=4096,size=1024x1024,in=1024,out=1024,kernel=101x101,dilation=16,stride=16,groups=512"
        return try LayerDescription.judged() + [LayerDescription(long)]
    }

    /// Whatever the numbers are.
    @Test(arguments: [(0.0123, 0.0246), (0.0123, 1.23), (12.3, 1230), (9990, 99900)], [999, 999_000_000])
    func noLineIsWiderThan80Columns(times: (fastest: Double, slowest: Double), bytes: Int) throws {
        for layer in try layers() {
            let found = document(layer, fastest: times.fastest, slowest: times.slowest, bytes: bytes)
            for line in LayersTables(found, [layer]).text(in: .plain).split(separator: "\n") {
                #expect(line.count <= 80, "\(line.count): \(line)")
            }
        }
    }

    /// With times and memory as they are found, 80 columns show every direction and algorithm whole.
    @Test(arguments: [(0.0123, 0.0246), (1.23, 2.46), (99.9, 120), (9990, 9999)])
    func nothingIsCut(fastest: Double, slowest: Double) throws {
        for layer in try layers() {
            let found = document(layer, fastest: fastest, slowest: slowest, bytes: 63_400_000)
            let text = LayersTables(found, [layer]).text(in: .plain)
            for direction in ConvolutionDirection.allCases { #expect(text.contains(direction.rawValue + " ")) }
            for algorithm in ConvolutionAlgorithm.allCases { #expect(text.contains(algorithm.rawValue + " ")) }
            #expect(!text.contains("…"))
        }
    }
}

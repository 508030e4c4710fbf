import ContinuousCNN
import Foundation
import Testing

/// The guide's table of formats against the code's own list.
@Suite struct FormatsTableTests {
    @Test func theGuideHasEveryFormat() throws {
        let guide = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Docs/Fitting.md")
        let lines = try String(contentsOf: guide, encoding: .utf8).components(separatedBy: "\n")
        let start = try #require(lines.firstIndex { $0.hasPrefix("<!-- formats:") })
        let end = try #require(lines.firstIndex { $0.hasPrefix("<!-- end of formats") })
        let rows = TensorArchive.Format.all.map { format in
            let extensions = format.extensions.map { "`.\($0)`" }.joined(separator: ", ")
            return "| \(format.name) | \(extensions) | \(format.writers) | \(format.reading) |"
        }
        let table = ["| format | extensions | written by | what is read |", "|---|---|---|---|"] + rows
        #expect(
            Array(lines[(start + 1)..<end]) == table,
            "Docs/Fitting.md: between the two comments belongs\n\(table.joined(separator: "\n"))")
    }
}

import Foundation
import Testing

/// Each fault of `Tests/Faults/list` changes a line that stands once in its file, so that the list does not fall behind the sources.
@Suite struct PlantedFaultsTests {
    @Test func everyFaultCanBePlanted() throws {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..")
        func text(_ path: String) throws -> String {
            try String(contentsOf: package.appendingPathComponent(path), encoding: .utf8)
        }
        let blocks = try text("Tests/Faults/list").components(separatedBy: "\n\n").filter { !$0.hasPrefix("#") }
        #expect(blocks.count >= 30, "the list was read")
        for block in blocks {
            let lines = block.split(separator: "\n").map(String.init)
            try #require(lines.count == 4, "a fault has four lines: \(block)")
            let places = try text(lines[1]).components(separatedBy: lines[2]).count - 1
            #expect(places == 1 && lines[2] != lines[3], "\(lines[0]): stands \(places) times in \(lines[1])")
            let module = lines[1].split(separator: "/")[1]
            let tests = package.appendingPathComponent("Tests/\(module)Tests")
            #expect(FileManager.default.fileExists(atPath: tests.path), "\(lines[0]): no tests of \(module)")
        }
    }
}

import Foundation
import Testing

/// The version stands in four files, which have to agree.
@Suite struct VersionTests {
    private func text(_ path: String) throws -> String {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..")
        return try String(contentsOf: package.appendingPathComponent(path), encoding: .utf8)
    }

    @Test func everyFileSaysTheSame() throws {
        let code = try text("Sources/CommandLineSupport/Version.swift")
        let version = try String(#require(code.firstMatch(of: /ccnnVersion = "([0-9.]+)"/)).1)
        let citation = try #require(try text("CITATION.cff").firstMatch(of: /\nversion: ([0-9.]+)\n/)).1
        let newest = try #require(try text("CHANGELOG.md").firstMatch(of: /\n## ([0-9.]+)\n/)).1
        let example = try #require(try text("Sources/Reports/Page.swift").firstMatch(of: /continuous-cnn ([0-9.]+)"/)).1
        #expect(citation == version && newest == version && example == version, "CITATION, CHANGELOG, Page")
    }
}

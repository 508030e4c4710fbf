import Foundation
import Testing

/// Every block of Swift in README and in the guides stands, word for word but for its indentation, between `// begin` and `// end`
/// in a file of the folder `Examples`, which the compiler reads.
@Suite struct CodeBlockTests {
    private static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static func files(_ folder: String, suffix: String) throws -> [URL] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: package.appendingPathComponent(folder).path)
        return names.filter { $0.hasSuffix(suffix) }.sorted().map {
            package.appendingPathComponent(folder).appendingPathComponent($0)
        }
    }

    /// The runs of lines between a line that is `begin` and the next that is `end`, without their common indentation.
    private static func blocks(of file: URL, from begin: String, to end: String) throws -> [String] {
        var blocks: [String] = []
        var lines: [Substring]?
        for line in try String(contentsOf: file, encoding: .utf8).split(
            separator: "\n", omittingEmptySubsequences: false)
        {
            let word = line.trimmingCharacters(in: .whitespaces)
            if word == begin, lines == nil {
                lines = []
            } else if word == end, let block = lines {
                blocks.append(withoutIndentation(block))
                lines = nil
            } else {
                lines?.append(line)
            }
        }
        return blocks
    }

    private static func withoutIndentation(_ lines: [Substring]) -> String {
        let depths = lines.filter { !$0.isEmpty }.map { $0.prefix { $0 == " " }.count }
        let depth = depths.min() ?? 0
        return lines.map { $0.dropFirst(min(depth, $0.count)) }.joined(separator: "\n")
    }

    @Test func everyBlockIsCompiled() throws {
        let examples = try Self.files("Tests/DocumentationTests/Examples", suffix: ".swift")
        let compiled = try Set(examples.flatMap { try Self.blocks(of: $0, from: "// begin", to: "// end") })
        let guides = try [Self.package.appendingPathComponent("README.md")] + Self.files("Docs", suffix: ".md")
        var shown: Set<String> = []
        for guide in guides {
            for block in try Self.blocks(of: guide, from: "```swift", to: "```") {
                #expect(
                    compiled.contains(block), "\(guide.lastPathComponent) shows what no example compiles:\n\(block)")
                shown.insert(block)
            }
        }
        #expect(shown.count >= 5, "the guides have examples")
        for example in compiled.subtracting(shown) {
            Issue.record("an example that no guide shows:\n\(example)")
        }
    }

    /// Links between the guides, and from them to pictures and sources, lead somewhere.
    @Test func everyRelativeLinkLeadsToAFile() throws {
        let beside = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"]
        let guides = try beside.map { Self.package.appendingPathComponent($0) } + Self.files("Docs", suffix: ".md")
        for guide in guides {
            let text = try String(contentsOf: guide, encoding: .utf8)
            for match in text.matches(of: /\]\(([^)\s]+)\)/) {
                let address = String(match.1)
                guard !address.contains("://"), !address.hasPrefix("#") else { continue }
                let path = address.prefix { $0 != "#" }
                let target = guide.deletingLastPathComponent().appendingPathComponent(String(path))
                #expect(
                    FileManager.default.fileExists(atPath: target.path),
                    "\(guide.lastPathComponent) links to \(address), which is not there")
            }
        }
    }
}

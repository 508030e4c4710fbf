import Foundation
import Testing

/// Every public function and initialiser that throws says in its comment what, found by reading the sources line by line.
@Suite struct ThrowsCommentsTests {
    private struct Declaration {
        let line: Int
        let comment: String
        let signature: String

        /// Whether `throws` follows the parameter list, as it may stand within that, too.
        var isThrowing: Bool {
            var depth = 0
            for place in signature.indices {
                switch signature[place] {
                case "(": depth += 1
                case ")": depth -= 1
                default: continue
                }
                guard depth == 0 else { continue }
                return signature[place...].prefix { $0 != "{" }.split { !$0.isLetter }.contains("throws")
            }
            return false
        }
    }

    /// Whether a line begins a public function or initialiser. A regular expression takes a quarter of a minute for all lines.
    private func isDeclaration(_ line: Substring) -> Bool {
        guard line.utf8.count > 10, line.contains("public ") else { return false }
        var words = line.split(separator: " ").drop { $0.hasPrefix("@") }
        guard words.popFirst() == "public" else { return false }
        words = words.drop { ["static", "mutating", "consuming", "convenience", "prefix"].contains($0) }
        return words.first.map { $0 == "func" || $0.hasPrefix("init") } ?? false
    }

    private func declarations(in text: String) -> [Declaration] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.indices.compactMap { first in
            guard isDeclaration(lines[first]) else { return nil }
            let comment = lines[..<first].reversed().lazy.map { $0.drop { $0 == " " } }
                .prefix { $0.hasPrefix("///") || $0.hasPrefix("@") }
            var signature = ""
            for line in lines[first...].prefix(20) {
                signature += line + "\n"
                if line.contains("{") { break }
            }
            return Declaration(line: first + 1, comment: comment.joined(separator: "\n"), signature: signature)
        }
    }

    @Test func whatIsThrownIsSaid() throws {
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "../../Sources")
        let names = try FileManager.default.subpathsOfDirectory(atPath: sources.path).filter { $0.hasSuffix(".swift") }
        var count = 0
        for name in names.sorted() {
            let text = try String(contentsOf: sources.appendingPathComponent(name), encoding: .utf8)
            for declaration in declarations(in: text) where declaration.isThrowing {
                count += 1
                #expect(declaration.comment.contains("- Throws:"), "Sources/\(name):\(declaration.line)")
            }
        }
        #expect(count > 100, "the sources were read")
    }

    /// The reader itself: a closure that throws makes no function that does.
    @Test func throwingIsToldFromItsArguments() {
        let text = """
            /// A.
            public func a(_ body: () throws -> Void) { }
            /// B.
            public static func b(
                _ x: Int
            ) throws(E) -> Int {
            public init() throws {
            func c() throws {
            """
        let found = declarations(in: text)
        #expect(found.map(\.isThrowing) == [false, true, true] && found.map(\.comment) == ["/// A.", "/// B.", ""])
    }
}

import Foundation
import Randomness
import Testing

@testable import Reports

struct TextTableTests {
    private let table = Table(
        "conv1, 64 × 3 kernels",
        columns: [.init("order", .right), .init("σ", .decimal), .init("R²", .decimal), .init("largest")],
        rows: [["0", "1", "0.19", "g"], ["10", "1.25", "0.4425", "∂x² and ∂y²"], ["2", "–", "12.5", ""]],
        footer: "R² is pooled.")

    @Test func columnsLineUpUnderTheirHeadings() {
        #expect(
            table.text(in: .plain) == """
                conv1, 64 × 3 kernels
                order     σ       R²  largest
                ─────  ────  ───────  ───────────
                    0  1      0.19    g
                   10  1.25   0.4425  ∂x² and ∂y²
                    2  –     12.5
                R² is pooled.

                """)
    }

    /// Any table whose text columns can give way fits: the numbers here take at most 3 · (10 + 2) columns, text four of its own.
    @Test(arguments: [60, 80, 120], 0..<25)
    func noLineIsWiderThanTheTerminal(_ width: Int, _ seed: Int) {
        let table = randomTable(seed: seed)
        let lines = table.text(in: TerminalStyle(width: width, color: .none)).split(separator: "\n").map(String.init)
        #expect(lines.allSatisfy { DisplayWidth.of($0) <= width })
        #expect(lines.allSatisfy { !$0.hasSuffix(" ") })
        #expect(lines.count >= table.rows.count + 3)
    }

    @Test(arguments: 0..<25)
    func decimalPointsStandInOneColumn(_ seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let numbers = (0..<12).map { _ in
            Format.fixed(
                Double.random(in: -1000...1000, using: &generator), decimals: Int.random(in: 1...4, using: &generator))
        }
        let table = Table(
            columns: [.init("name"), .init("value", .decimal), .init("after")],
            rows: numbers.map { ["漢字", .init($0), "x"] })
        let lines = table.text(in: .plain).split(separator: "\n").dropFirst(2)
        let places = try Set(
            lines.map { line in
                DisplayWidth.of(String(line[..<(try #require(line.firstIndex(of: ".")))]))
            })
        #expect(places.count == 1)
        #expect(zip(lines, numbers).allSatisfy { $0.contains($1) })
    }

    @Test func numbersAreNeverCutTextIs() {
        let number = "123456789.123456789"
        let table = Table(
            columns: [.init("a heading of many words", .decimal), .init("text")],
            rows: [[.init(number), "an explanation that is longer than all that is there"]])
        let text = table.text(in: TerminalStyle(width: 30, color: .none))
        #expect(text.contains(number))
        #expect(text.contains("…"))
        #expect(text.split(separator: "\n").allSatisfy { DisplayWidth.of(String($0)) <= 30 })
    }

    @Test func theWidestColumnOfTextIsCutFirst() {
        let long = String(repeating: "long ", count: 20)
        let table = Table(
            columns: [.init("a"), .init("b"), .init("n", .right)], rows: [["features.0.weight", .init(long), "1"]])
        let line = table.text(in: .plain).split(separator: "\n")[2]
        #expect(line.hasPrefix("features.0.weight  long"))
        #expect(line.hasSuffix("…  1"))
    }

    /// Two rows that read the same would be one tensor with two fits.
    @Test(arguments: [30, 40, 60, 80]) func rowsAndHeadingsThatDifferReadDifferently(_ width: Int) {
        let names = ["exp_avg", "exp_avg_sq", "exp_avg_sq.extra"].flatMap { end in
            (0..<12).map { "optimizer.state.\($0).\(end)_of_a_deep_network.weight" }
        }
        let table = Table(
            columns: [
                .init("layer"), .init("R² of the kernels before", .decimal), .init("R² of the kernels after", .decimal),
                .init("another text"),
            ], rows: names.map { [.init($0), "0.5", "0.25", .init("about \($0)")] })
        let lines = table.text(in: TerminalStyle(width: width, color: .none)).split(separator: "\n").map(String.init)
        let rows = lines.dropFirst(2).filter { !$0.hasPrefix(" ") }
        #expect(rows.count == names.count && lines.allSatisfy { DisplayWidth.of($0) <= width })
        #expect(Set(rows.map { $0.prefix { $0 != " " } }).count == names.count)
        let headings = lines[0].split(separator: "  ").map { $0.trimmingCharacters(in: .whitespaces) }
        #expect(Set(headings).count == headings.count && headings.count == 4, "\(headings)")
    }

    @Test func textOfTheLastColumnGoesOnBelowItself() {
        let words = (1...30).map { "word\($0)" }
        let table = Table(
            columns: [.init("name"), .init("n", .right), .init("what it is")],
            rows: [["first", "12", .init(words.joined(separator: " "))], ["second", "3", "short"]])
        let lines = table.text(in: TerminalStyle(width: 40, color: .none)).split(separator: "\n").map(String.init)
        #expect(lines.allSatisfy { DisplayWidth.of($0) <= 40 })
        #expect(lines[2].hasPrefix("first   12  word1"))
        #expect(lines[3].hasPrefix(String(repeating: " ", count: 12) + "word"))
        #expect(lines.last == "second   3  short")
        let shown = lines.dropFirst(2).dropLast().flatMap { $0.split(separator: " ") }.filter { $0.hasPrefix("word") }
        #expect(shown.map(String.init) == words)
    }

    @Test func coloursChangeNoColumn() {
        var colored = table
        colored.rows[1][2].tone = .strong
        colored.rows[1][3].tone = .unfavourable
        colored.rows[0][0].tone = .faint
        let style = TerminalStyle(width: 80, color: .trueColor)
        #expect(colored.text(in: style).contains("\u{1B}[1m0.4425\u{1B}[0m"))
        #expect(withoutColors(colored.text(in: style)) == table.text(in: .plain))
    }

    @Test func hostileCellsStayInTheirRow() {
        let table = Table(columns: [.init("name"), .init("n", .right)], rows: hostileTexts.map { [.init($0), "1"] })
        let text = table.text(in: TerminalStyle(width: 100, color: .none))
        #expect(text.split(separator: "\n").count == hostileTexts.count + 2)
        #expect(!text.contains("\u{1B}"))
    }

    @Test func aTableWithoutRowsHasItsHeadings() {
        #expect(Table(columns: [.init("a"), .init("b", .decimal)], rows: []).text(in: .plain) == "a  b\n─  ─\n")
    }

    private func randomTable(seed: Int) -> Table {
        var generator = SeededGenerator(seed: 7, index: seed)
        func word(_ longest: Int) -> String {
            String(
                (0..<Int.random(in: 0...longest, using: &generator)).map { _ in
                    "ab∂σ²漢 _.".randomElement(using: &generator) ?? "a"
                })
        }
        func number() -> String {
            Format.significant(
                Double.random(in: -99...99, using: &generator), digits: Int.random(in: 1...6, using: &generator))
        }
        let columns: [Table.Column] = [
            .init(word(30)), .init(word(20), .decimal), .init(word(12)), .init(word(9), .right),
            .init(word(60), .decimal),
        ]
        let rows = (0..<Int.random(in: 0...9, using: &generator)).map { _ -> [Table.Cell] in
            [.init(word(60)), .init(number()), .init(word(80)), .init(number()), .init(number())]
        }
        return Table(word(200), columns: columns, rows: rows, footer: word(200))
    }
}

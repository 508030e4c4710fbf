import Testing

@testable import Reports

struct TerminalStyleTests {
    private let xterm = ["TERM": "xterm-256color"]

    @Test func colourNeedsATerminalThatHasItAndAUserWhoWantsIt() {
        #expect(TerminalStyle(isTerminal: true, columns: 100, environment: xterm).color == .palette256)
        #expect(TerminalStyle(isTerminal: false, columns: 100, environment: xterm).color == .none)
        #expect(TerminalStyle(isTerminal: true, columns: 100, environment: xterm, allowsColor: false).color == .none)
        #expect(TerminalStyle(isTerminal: true, columns: 100, environment: [:]).color == .none)
        for term in ["dumb", "linux", "vt100", ""] {
            #expect(
                TerminalStyle(isTerminal: true, columns: 100, environment: ["TERM": term, "COLORTERM": "truecolor"])
                    .color == .none)
        }
        for name in ["truecolor", "24bit"] {
            #expect(
                TerminalStyle(isTerminal: true, columns: 9, environment: ["TERM": "xterm", "COLORTERM": name]).color
                    == .trueColor)
        }
    }

    /// no-color.org: any value but the empty one.
    @Test func noColorCountsWhenItIsNotEmpty() {
        for value in ["1", "0", "false"] {
            let environment = xterm.merging(["NO_COLOR": value]) { $1 }
            #expect(TerminalStyle(isTerminal: true, columns: 80, environment: environment).color == .none)
        }
        let empty = xterm.merging(["NO_COLOR": ""]) { $1 }
        #expect(TerminalStyle(isTerminal: true, columns: 80, environment: empty).color == .palette256)
    }

    @Test func theWidthIsTheTerminalElseColumnsVariableElse80AndAtLeast20() {
        #expect(TerminalStyle(isTerminal: true, columns: 132, environment: ["COLUMNS": "100"]).width == 132)
        #expect(TerminalStyle(isTerminal: false, columns: nil, environment: ["COLUMNS": "100"]).width == 100)
        #expect(TerminalStyle(isTerminal: false, columns: 0, environment: [:]).width == 80)
        #expect(TerminalStyle(isTerminal: false, columns: nil, environment: ["COLUMNS": "wide"]).width == 80)
        #expect(TerminalStyle(isTerminal: false, columns: nil, environment: ["COLUMNS": "-5"]).width == 20)
    }

    @Test func noWidthOverflows() {
        let style = TerminalStyle(isTerminal: false, columns: nil, environment: ["COLUMNS": String(Int.max)])
        #expect(style.width == 10_000)
        #expect(Table("t", columns: [.init("a"), .init("b")], rows: [["c", "d"]]).text(in: style).contains("c  d"))
    }

    @Test func aTextFromAStrangerIsOneLine() {
        #expect(
            TerminalStyle.printable("a\nb\r\u{1B}[2J\u{9B}1m\u{2028}\u{202E}é") == "a␊b␍␛[2J\u{FFFD}1m\u{FFFD}\u{FFFD}é"
        )
    }

    @Test func codesSurroundATextOnlyWhereThereIsColour() {
        #expect(TerminalStyle.plain.styled("x", .bold) == "x")
        #expect(TerminalStyle(width: 80, color: .palette256).styled("x", .bold) == "\u{1B}[1mx\u{1B}[0m")
        let ink = TerminalStyle.Emphasis.foreground(RGBColor(0xFF0000))
        #expect(TerminalStyle(width: 80, color: .trueColor).styled("x", ink) == "\u{1B}[38;2;255;0;0mx\u{1B}[0m")
        #expect(TerminalStyle(width: 80, color: .palette256).styled("x", ink) == "\u{1B}[38;5;196mx\u{1B}[0m")
        #expect(TerminalStyle(width: 80, color: .trueColor).styled("", .bold).isEmpty)
    }
}

/// What is left of a text on a screen when its colours are taken away.
func withoutColors(_ text: String) -> String {
    text.replacing(/\u{1B}\[[0-9;]*m/, with: "")
}

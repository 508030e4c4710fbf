/// What a terminal can show: its width in columns and its colours. A value, so that text is the same function of its input
/// whether a terminal is there or not.
///
///     let style = TerminalStyle(isTerminal: true, columns: 120, environment: environment)
///     print(table.text(in: style))
public struct TerminalStyle: Sendable, Hashable {
    /// The colours that a terminal can show.
    public enum Color: Sendable, Hashable {
        /// No colour, bold or dim: nothing but text.
        case none
        /// The 256 indexed colours of xterm.
        case palette256
        /// 24-bit colours.
        case trueColor
    }

    /// The number of columns.
    public var width: Int
    /// The colours in use.
    public var color: Color

    /// 80 columns without colour: what a file or a pipe gets.
    public static let plain = TerminalStyle(width: 80, color: .none)

    /// A style of `width` columns, at least 20 and at most 10,000.
    public init(width: Int, color: Color) {
        self.width = min(max(width, Self.leastWidth), Self.mostWidth)
        self.color = color
    }

    /// The style for a stream that is or is not a terminal.
    ///
    /// Colour needs a terminal, an environment without a non-empty `NO_COLOR` (no-color.org), and a `TERM` other than `dumb`, the
    /// Linux console and the serial terminals. `COLORTERM` of `truecolor` or `24bit` gives 24 bits, any other terminal 256 colours.
    ///
    /// - Parameters:
    ///   - isTerminal: whether somebody looks at the stream.
    ///   - columns: the terminal's width where known, else the variable `COLUMNS`, else 80.
    ///   - environment: the process's environment.
    ///   - allowsColor: false where a command's option forbids colour.
    public init(isTerminal: Bool, columns: Int?, environment: [String: String], allowsColor: Bool = true) {
        let known = columns.flatMap { $0 > 0 ? $0 : nil }
        self.init(
            width: known ?? environment["COLUMNS"].flatMap(Int.init) ?? Self.plain.width,
            color: isTerminal && allowsColor ? Self.color(in: environment) : .none)
    }

    private static func color(in environment: [String: String]) -> Color {
        if let refusal = environment["NO_COLOR"], !refusal.isEmpty { return .none }
        let term = environment["TERM"] ?? ""
        if ["", "dumb", "linux", "ansi", "cons25"].contains(term) || term.hasPrefix("vt") { return .none }
        return ["truecolor", "24bit"].contains(environment["COLORTERM"]) ? .trueColor : .palette256
    }

    private static let leastWidth = 20
    /// Beyond any screen; sums of a width and a text's columns do not overflow.
    private static let mostWidth = 10_000
}

extension TerminalStyle {
    /// A text fit for one line of a terminal whoever wrote it: control characters and line breaks are replaced by visible signs, tabs by
    /// spaces, and marks that reorder writing by U+FFFD.
    ///
    /// - Complexity: O(n) in the length of the text.
    public static func printable(_ text: String) -> String { DisplayWidth.visible(text) }
}

extension TerminalStyle {
    /// How a piece of text stands out.
    enum Emphasis {
        case bold, dim
        case foreground(RGBColor)
    }

    /// The text between the codes for `emphasis` and the code that ends it; the bare text where there is no colour.
    func styled(_ text: String, _ emphasis: Emphasis) -> String {
        guard color != .none, !text.isEmpty else { return text }
        let code =
            switch emphasis {
            case .bold: "1"
            case .dim: "2"
            case .foreground(let ink): foregroundCode(ink)
            }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }

    private func foregroundCode(_ ink: RGBColor) -> String {
        "38;" + (color == .trueColor ? "2;\(ink.red);\(ink.green);\(ink.blue)" : "5;\(ink.nearestIndexed)")
    }
}

/// A sentence or paragraph with words set as code or strong, and links. Everything else in it is plain text.
///
///     let lead: Prose = "\(code: "conv1.weight") is \(strong: "97 %") Gaussian derivatives, see \(link: "the claim", to: "span.html")."
public struct Prose: Sendable, Hashable {
    /// A piece of text in one style.
    enum Run: Sendable, Hashable {
        case plain(String)
        case code(String)
        case strong(String)
        case link(String, to: String)
    }

    private(set) var runs: [Run]

    /// Plain text.
    public init(_ text: String) { runs = [.plain(text)] }

    /// The text without its styles, for a terminal.
    public var plainText: String {
        runs.map { run in
            switch run {
            case .plain(let text), .code(let text), .strong(let text), .link(let text, _): text
            }
        }.joined()
    }

    /// The text as HTML, everything escaped. A link that leads neither to the same site nor to the web becomes plain text.
    var html: String {
        runs.map { run in
            switch run {
            case .plain(let text): return HTML.escaped(text)
            case .code(let text): return "<code>\(HTML.escaped(text))</code>"
            case .strong(let text): return "<strong>\(HTML.escaped(text))</strong>"
            case .link(let text, let address):
                guard HTML.isSafe(address: address) else { return HTML.escaped(text) }
                return "<a href=\"\(HTML.escaped(address))\">\(HTML.escaped(text))</a>"
            }
        }.joined()
    }
}

extension Prose: ExpressibleByStringInterpolation {
    /// Collects the pieces of an interpolated literal.
    public struct StringInterpolation: StringInterpolationProtocol {
        var runs: [Run] = []

        /// An interpolation without pieces yet.
        public init(literalCapacity: Int, interpolationCount: Int) {}

        /// Plain text.
        public mutating func appendLiteral(_ literal: String) {
            if !literal.isEmpty { runs.append(.plain(literal)) }
        }

        /// A value as plain text.
        public mutating func appendInterpolation(_ value: some CustomStringConvertible) {
            runs.append(.plain(value.description))
        }

        /// A name, command or path, set as code.
        public mutating func appendInterpolation(code: String) { runs.append(.code(code)) }

        /// Words that matter.
        public mutating func appendInterpolation(strong: String) { runs.append(.strong(strong)) }

        /// Words that lead to another page, place (`#id`) or paper.
        public mutating func appendInterpolation(link text: String, to address: String) {
            runs.append(.link(text, to: address))
        }
    }

    /// The text of a literal.
    public init(stringLiteral value: String) { self.init(value) }

    /// The pieces of an interpolated literal.
    public init(stringInterpolation: StringInterpolation) { runs = stringInterpolation.runs }
}

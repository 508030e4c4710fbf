import Foundation
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// What a test wants to know about a document: that it is well-formed, and which elements, attributes and texts it has.
final class ParsedMarkup: NSObject, XMLParserDelegate {
    private(set) var elements: [(name: String, attributes: [String: String])] = []
    private(set) var texts: [String: [String]] = [:]
    private var open: [(name: String, text: String)] = []

    /// Reads a document; one that is not well-formed is an issue of the test at the caller's line.
    init(_ document: String, sourceLocation: SourceLocation = #_sourceLocation) {
        super.init()
        let parser = XMLParser(data: Data(document.utf8))
        parser.delegate = self
        if !parser.parse() {
            let reason = parser.parserError.map { "\($0)" } ?? "unknown"
            Issue.record("not well-formed in line \(parser.lineNumber): \(reason)", sourceLocation: sourceLocation)
        }
    }

    /// The attributes of all elements called `name`.
    func attributes(of name: String) -> [[String: String]] { elements.filter { $0.name == name }.map(\.attributes) }

    /// All values of an attribute, of any element.
    func values(of attribute: String) -> [String] { elements.compactMap { $0.attributes[attribute] } }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        elements.append((name, attributes))
        open.append((name, ""))
    }

    func parser(_ parser: XMLParser, foundCharacters characters: String) {
        if !open.isEmpty { open[open.count - 1].text += characters }
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        guard let element = open.popLast() else { return }
        texts[element.name, default: []].append(element.text)
    }
}

/// Texts that would do harm if they were taken for markup, for gnuplot's commands or for a terminal's.
let hostileTexts = [
    "<script>alert(1)</script>", "a & b < c > \"d\" 'e'", "]]> --> </style></title>", "{{title}} {{{style}}}",
    "'; system('touch injected'); '",
    "`touch x` $(touch x) @x \\n \\' \"", "%s %n %d 100%", "a\nEOD\nexit", "\u{1B}[31mred\u{1B}[0m\u{7}",
    "\u{0}\u{8}\u{FFFE}", "{/*9 big} x^2_i ~a &{b}",
    "σ² ∂x∂y 漢字 e\u{301}", "",
]

import Foundation

/// An element of an XML document with what it holds. Attributes keep their order.
struct MarkupElement {
    enum Child {
        case element(MarkupElement)
        /// Text as it stood in the file, still escaped.
        case text(Substring)
    }

    var name: String
    var attributes: [(name: String, value: String)] = []
    var children: [Child] = []

    subscript(attribute: String) -> String? { attributes.first { $0.name == attribute }?.value }

    /// The root element of a document as gnuplot writes it: no CDATA, no entities in names. Declarations and comments are left out.
    /// Nil where elements do not nest or an attribute is not quoted.
    init?(parsing document: String) {
        var open: [MarkupElement] = []
        var rest = document[...]
        while let start = rest.firstIndex(of: "<") {
            if !open.isEmpty, start > rest.startIndex { open[open.count - 1].children.append(.text(rest[..<start])) }
            rest = rest[start...]
            if rest.hasPrefix("<!--") {
                guard let end = rest.range(of: "-->") else { return nil }
                rest = rest[end.upperBound...]
                continue
            }
            guard let end = Self.endOfTag(in: rest) else { return nil }
            var tag = rest[rest.index(after: start)..<end]
            rest = rest[rest.index(after: end)...]
            if tag.hasPrefix("?") || tag.hasPrefix("!") { continue }
            if tag.hasPrefix("/") {
                let name = tag.dropFirst().filter { !$0.isWhitespace }
                guard let closed = open.popLast(), closed.name == name else { return nil }
                if open.isEmpty {
                    self = closed
                    return
                }
                open[open.count - 1].children.append(.element(closed))
                continue
            }
            let isEmpty = tag.hasSuffix("/")
            if isEmpty { tag = tag.dropLast() }
            guard let element = MarkupElement(tag: tag) else { return nil }
            if !isEmpty {
                open.append(element)
            } else if open.isEmpty {
                self = element
                return
            } else {
                open[open.count - 1].children.append(.element(element))
            }
        }
        return nil
    }

    /// The place of the bracket that ends a tag, which is none inside quotes.
    private static func endOfTag(in text: Substring) -> Substring.Index? {
        var quote: Character?
        return text.firstIndex { character in
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "\"" || character == "'" {
                quote = character
            }
            return character == ">" && quote == nil
        }
    }

    /// An element from what stands between the angle brackets of its opening tag.
    private init?(tag: Substring) {
        name = String(tag.prefix { !$0.isWhitespace })
        guard !name.isEmpty else { return nil }
        var rest = tag.dropFirst(name.count).drop { $0.isWhitespace }
        while !rest.isEmpty {
            guard let equals = rest.firstIndex(of: "=") else { return nil }
            let key = rest[..<equals].filter { !$0.isWhitespace }
            rest = rest[rest.index(after: equals)...].drop { $0.isWhitespace }
            guard let quote = rest.first, quote == "\"" || quote == "'" else { return nil }
            rest = rest.dropFirst()
            guard let end = rest.firstIndex(of: quote) else { return nil }
            attributes.append((String(key), String(rest[..<end])))
            rest = rest[rest.index(after: end)...].drop { $0.isWhitespace }
        }
    }
}

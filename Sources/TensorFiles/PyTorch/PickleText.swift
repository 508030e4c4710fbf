/// Text as pickles of protocol 0 write it, in lines of ASCII with escapes.
enum PickleText {
    /// The text of a Python literal in quotation marks, or nil where there are none around it. Escaped bytes become characters of
    /// Latin-1.
    static func unquoted(_ literal: String) -> String? {
        let bytes = Array(literal.utf8)
        guard bytes.count >= 2, let quote = bytes.first, quote == bytes.last, "'\"".utf8.contains(quote) else {
            return nil
        }
        return unescaped(bytes[1..<bytes.count - 1], letters: ["x": 2], isRaw: false)
    }

    /// The text whose characters beyond Latin-1 are escaped by their numbers, and nothing else is.
    static func rawUnescaped(_ text: String) -> String {
        unescaped(Array(text.utf8)[...], letters: ["u": 4, "U": 8], isRaw: true)
    }

    /// The text with escapes replaced; `letters` say how many hexadecimal digits follow each.
    private static func unescaped(
        _ bytes: ArraySlice<UInt8>, letters: [Unicode.Scalar: Int], isRaw: Bool
    ) -> String {
        guard bytes.contains(UInt8(ascii: "\\")) else { return String(decoding: bytes, as: UTF8.self) }
        var text = String.UnicodeScalarView()
        var rest = String(decoding: bytes, as: UTF8.self).unicodeScalars[...]
        while let scalar = rest.popFirst() {
            guard scalar == "\\", let letter = rest.first else {
                text.append(scalar)
                continue
            }
            let digits = rest.dropFirst().prefix(letters[letter] ?? 0)
            if let wanted = letters[letter], digits.count == wanted,
                let escaped = UInt32(String(digits), radix: 16).flatMap(Unicode.Scalar.init)
            {
                text.append(escaped)
                rest = rest.dropFirst(1 + wanted)
            } else if !isRaw, let escaped = simple[letter] {
                text.append(escaped)
                rest.removeFirst()
            } else {
                text.append(scalar)
            }
        }
        return String(text)
    }

    private static let simple: [Unicode.Scalar: Unicode.Scalar] = [
        "n": "\n", "r": "\r", "t": "\t", "\\": "\\", "'": "'", "\"": "\"", "a": "\u{7}", "b": "\u{8}", "f": "\u{C}",
        "v": "\u{B}",
    ]
}

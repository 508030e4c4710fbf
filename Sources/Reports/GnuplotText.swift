/// Texts on their way through gnuplot.
///
/// Every ASCII character but letters, digits and the space stands in gnuplot's script as a private-use character, one for one, and
/// becomes itself again in the SVG. So no quote, backslash, backquote, dollar, per cent sign or line end ever reaches gnuplot's
/// parsers of strings, formats and labels, whose rules differ.
enum GnuplotText {
    /// U+E000 and the ASCII code.
    private static let base: UInt32 = 0xE000
    /// The places of a figure that hold a text, each with the number of characters that fits: gnuplot would drop a whole key for one
    /// entry that is too long.
    enum Place: Int {
        case keyEntry = 44
        case axis = 40
        case tick = 18
        /// The name of a category on the vertical axis.
        case row = 28
    }

    /// The text between the single quotes that make it a string of gnuplot's, shortened to what its place holds.
    static func quoted(_ text: String, for place: Place) -> String { quoted([text], for: place)[0] }

    /// The texts of places of one kind in a figure, shortened to what such a place holds, and so that those that differ do not look the same.
    static func quoted(_ texts: [String], for place: Place) -> [String] {
        let clean = texts.map(HTML.clean)
        return DisplayWidth.shortened(clean, to: clean.map { _ in place.rawValue }).map { text in
            var scalars = String.UnicodeScalarView()
            for scalar in text.unicodeScalars { scalars.append(veiled(scalar)) }
            return "'" + String(scalars) + "'"
        }
    }

    private static func veiled(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", " ": scalar
        case _ where scalar.value < 0x21 || scalar.properties.isWhitespace: " "
        case _ where scalar.isASCII: Unicode.Scalar(base + scalar.value) ?? " "
        case "\u{E000}"..."\u{F8FF}": "\u{FFFD}"
        default: scalar
        }
    }

    /// Text of gnuplot's SVG with the veiled characters as markup for what they were.
    static func unveiled(_ text: some StringProtocol) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if (base + 0x21...base + 0x7E).contains(scalar.value), let original = Unicode.Scalar(scalar.value - base) {
                result += HTML.escaped(String(original))
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

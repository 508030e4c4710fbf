/// How many columns of a terminal a text takes, and how to fit a text into columns.
///
/// A terminal gives one column to most characters, two to the wide ones of East Asia and to pictographs (Unicode Standard Annex
/// 11), and none to a combining mark. Characters that would move the cursor or change the terminal's state are shown, not
/// obeyed: a name that was read from a file cannot repaint the screen.
enum DisplayWidth {
    /// The columns that `text` takes once made visible by ``visible(_:)``.
    ///
    /// - Complexity: O(n) in the length of the text.
    static func of(_ text: String) -> Int {
        text.reduce(0) { $0 + of($1) }
    }

    /// The columns of one character: 0, 1 or 2.
    static func of(_ character: Character) -> Int {
        let scalars = character.unicodeScalars
        guard let first = scalars.first else { return 0 }
        if first.isASCII { return scalars.count > 1 && scalars.contains("\u{FE0F}") ? 2 : 1 }
        switch first.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        if first.properties.isEmojiPresentation || scalars.contains("\u{FE0F}") { return 2 }
        return wide.contains { $0.contains(first.value) } ? 2 : 1
    }

    /// Blocks whose characters are Wide or Fullwidth in Unicode Standard Annex 11.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
        0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
        0x17000...0x18CFF, 0x1B000...0x1B2FF, 0x20000...0x3FFFD,
    ]

    /// The text with every control character replaced by a visible sign, a tab by a space, and every mark that reorders writing
    /// by U+FFFD.
    static func visible(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { replacement(for: $0) != nil }) else { return text }
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { scalars.append(replacement(for: scalar) ?? scalar) }
        return String(scalars)
    }

    private static func replacement(for scalar: Unicode.Scalar) -> Unicode.Scalar? {
        switch scalar.value {
        case 0x09: " "
        case 0x00...0x1F: Unicode.Scalar(0x2400 + scalar.value)
        case 0x7F: "\u{2421}"
        case 0x80...0x9F, 0x2028, 0x2029, 0x200E, 0x200F, 0x061C, 0x202A...0x202E, 0x2066...0x2069: "\u{FFFD}"
        default: nil
        }
    }

    /// The text, or as much of its start as fits with an ellipsis behind it.
    static func truncated(_ text: String, to width: Int) -> String {
        guard of(text) > width else { return text }
        guard width > 0 else { return "" }
        var kept = ""
        var room = width - 1
        for character in text {
            room -= of(character)
            if room < 0 { break }
            kept.append(character)
        }
        return kept + "…"
    }

    /// The text, or as much of its start and end as fits around an ellipsis: names that differ in their last index stay apart. The end is
    /// what stands from the last square bracket on, or else half of the columns.
    static func truncatedInside(_ text: String, to width: Int) -> String {
        guard of(text) > width else { return text }
        let half = (width - 1) / 2
        let index = text.lastIndex(of: "[").map { text[$0...] } ?? ""
        if !index.isEmpty, of(String(index)) <= half { return truncated(text, to: width - of(String(index))) + index }
        var end = ""
        for character in text.reversed() {
            guard of(end) + of(character) <= half else { break }
            end.insert(character, at: end.startIndex)
        }
        return truncated(text, to: width - of(end)) + end
    }

    /// The text with spaces behind it (`.left`) or before it, up to `width`; unchanged where it is wider.
    static func padded(_ text: String, to width: Int, alignedLeft: Bool = true) -> String {
        let spaces = String(repeating: " ", count: max(0, width - of(text)))
        return alignedLeft ? text + spaces : spaces + text
    }

    /// The text in the middle of `width` columns, an odd space behind it.
    static func centered(_ text: String, in width: Int) -> String {
        let before = max(0, width - of(text)) / 2
        return padded(String(repeating: " ", count: before) + text, to: width)
    }

    /// The words of the text in lines of at most `width` columns; a longer word is cut. A percent sign stays beside its number.
    static func wrapped(_ text: String, to width: Int) -> [String] {
        var lines: [String] = []
        for word in visible(text).replacing(" %", with: "\u{A0}%").split(separator: " ") {
            let word = truncated(String(word), to: width)
            if let last = lines.last, of(last) + 1 + of(word) <= width {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(word)
            }
        }
        return lines.map { $0.replacing("\u{A0}%", with: " %") }
    }
}

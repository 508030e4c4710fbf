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
        return cut(text, to: width, keeping: half)
    }

    /// The texts, each at most as wide as its own width, so that those that differ are shown differently.
    ///
    /// What is left out of a text that is too wide is its middle, or with `keepingStarts` the end of one of several words, until two texts would look
    /// the same: then it is what does not tell them apart, and as a last resort their numbers stand in place of their ends.
    ///
    /// - Complexity: O(n·w²) for n texts that look the same at width w; O(n·w) for others.
    /// - Precondition: There is a width for each text. Texts are surely kept apart where a width has a column for an ellipsis and the digits of n.
    static func shortened(_ texts: [String], to widths: [Int], keepingStarts: Bool = false) -> [String] {
        precondition(texts.count == widths.count, "\(texts.count) texts have \(widths.count) widths")
        let items = zip(texts, widths).map { Item(text: $0, width: $1) }
        var shown: [Item: String] = [:]
        var looks: [String: [Item]] = [:]
        for item in items where shown[item] == nil {
            let isCutAtItsEnd = keepingStarts && item.text.contains(" ")
            let look =
                isCutAtItsEnd
                ? truncated(item.text, to: item.width) : truncatedInside(item.text, to: item.width)
            shown[item] = look
            looks[look, default: []].append(item)
        }
        let alike = looks.values.filter { Set($0.map(\.text)).count > 1 }
        guard !alike.isEmpty else { return items.map { shown[$0] ?? $0.text } }
        var taken = Set(looks.filter { Set($0.value.map(\.text)).count == 1 }.keys)
        // In the order of the texts, so that the same texts are always shown the same way.
        var waiting = Set(alike.joined())
        for item in items where waiting.contains(item) {
            let group = looks[shown[item] ?? ""] ?? []
            let apart = keptApart(group, besides: taken)
            for (item, look) in zip(group, apart) {
                shown[item] = look
                taken.insert(look)
                waiting.remove(item)
            }
        }
        return items.map { shown[$0] ?? $0.text }
    }

    private struct Item: Hashable {
        let text: String
        let width: Int
    }

    /// What shows texts that would look the same, none of it among `taken`.
    private static func keptApart(_ group: [Item], besides taken: Set<String>) -> [String] {
        func isApart(_ looks: [String]) -> Bool {
            var owners: [String: String] = [:]
            for (item, look) in zip(group, looks)
            where owners.updateValue(item.text, forKey: look) ?? item.text != item.text {
                return false
            }
            return taken.isDisjoint(with: owners.keys)
        }
        let width = group.map(\.width).min() ?? 0
        let half = (width - 1) / 2
        // More of the start and less of the end, or the other way, nearest to halves first.
        for distance in 0...max(half, 0) {
            for end in [half - distance, half + distance] where end >= 0 && end < width {
                let looks = group.map { cut($0.text, to: $0.width, keeping: end) }
                if isApart(looks) { return looks }
            }
        }
        // Some of the start, and what comes after all that the texts have in common.
        let texts = group.map { Array($0.text) }
        let shared = (0..<(texts.map(\.count).min() ?? 0)).prefix { place in
            texts.allSatisfy { $0[place] == texts[0][place] }
        }.count
        for start in [width / 3, width / 6, 1, 0] {
            let looks = group.map { item in
                let rest = String(Array(item.text).dropFirst(shared))
                let head = String(item.text.prefix(min(start, shared))) + (shared > start ? "…" : "")
                return head + truncated(rest, to: max(item.width - of(head), 0))
            }
            if isApart(looks), zip(group, looks).allSatisfy({ of($1) <= $0.width }) { return looks }
        }
        var looks: [String] = []
        var used = taken
        for (place, item) in group.enumerated() {
            var number = place + 1
            var look = ""
            repeat {
                look = truncated(item.text, to: max(item.width - of("\(number)"), 1)) + "\(number)"
                number += 1
            } while !used.insert(look).inserted
            looks.append(look)
        }
        return looks
    }

    /// The text's start and `end` columns of its end around an ellipsis, where it is too wide.
    private static func cut(_ text: String, to width: Int, keeping end: Int) -> String {
        guard of(text) > width else { return text }
        var tail = ""
        var room = end
        for character in text.reversed() {
            room -= of(character)
            guard room >= 0 else { break }
            tail.insert(character, at: tail.startIndex)
        }
        return truncated(text, to: width - of(tail)) + tail
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

    /// The words of the text in lines of at most `width` columns; a longer word goes on in the next line. A percent sign stays beside its number.
    static func wrapped(_ text: String, to width: Int) -> [String] {
        var lines: [String] = []
        let words = visible(text).replacing(" %", with: "\u{A0}%").split(separator: " ")
        for word in words.flatMap({ pieces(of: String($0), to: width) }) {
            if let last = lines.last, of(last) + 1 + of(word) <= width {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(word)
            }
        }
        return lines.map { $0.replacing("\u{A0}%", with: " %") }
    }

    /// The word in pieces of at most `width` columns, or of one character where that is wider.
    private static func pieces(of word: String, to width: Int) -> [String] {
        var pieces: [String] = []
        var room = 0
        for character in word {
            if pieces.isEmpty || of(character) > room {
                pieces.append("")
                room = width
            }
            pieces[pieces.count - 1].append(character)
            room -= of(character)
        }
        return pieces
    }
}

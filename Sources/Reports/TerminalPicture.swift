/// Kernels drawn with characters: rows of images side by side, as many rows beside each other as the width holds.
///
/// With colour a character shows two values, one above the other, in ``DivergingScale``'s colours. Without colour every value is a
/// signed number: its share of the row's largest magnitude in hundredths, or in ninths where hundredths would be too wide; a dot is zero.
/// Kernels that are too wide even so are shown as the means of square blocks, and the label says of which size.
///
///     let row = KernelRow("conv1[0, 2]", note: "R² 0.981", panels: [("kernel", kernel), ("fit", fit), ("residual", residual)])
///     print(TerminalPicture([.init("best fitted", [row])]).text(in: style))
public struct TerminalPicture: Sendable, Hashable {
    /// Rows of images under a heading.
    public struct Group: Sendable, Hashable {
        /// What the rows have in common; no line where empty.
        public var title: String
        /// The rows, first to last.
        public var rows: [KernelRow]

        /// A group of rows under a heading.
        public init(_ title: String, _ rows: [KernelRow]) {
            self.title = title
            self.rows = rows
        }

        /// A group of rows without a heading.
        public init(_ rows: [KernelRow]) { self.init("", rows) }
    }

    /// The groups, first to last.
    public var groups: [Group]

    /// A picture of groups of rows, all values drawn in one size.
    public init(_ groups: [Group]) {
        self.groups = groups
    }

    /// The picture as lines of text, each ended by a newline and at most `style.width` columns wide, with a line that explains the
    /// scale at the end. Empty without rows.
    ///
    /// - Complexity: O(number of values).
    public func text(in style: TerminalStyle) -> String {
        let rows = groups.flatMap(\.rows)
        guard !rows.isEmpty else { return "" }
        let painter = Painter(rows, style)
        var lines: [String] = []
        var headings = painter.headings[...]
        for group in groups where !group.rows.isEmpty {
            lines += DisplayWidth.wrapped(group.title, to: style.width).map { style.styled($0, .bold) }
            let blocks = zip(group.rows, headings).map { painter.block(of: $0, under: $1) }
            headings = headings.dropFirst(group.rows.count)
            // As many lines as are needed, with as equally many blocks in each as can be.
            let lineCount = (blocks.count + painter.blocksAcross - 1) / painter.blocksAcross
            let across = (blocks.count + lineCount - 1) / lineCount
            for start in stride(from: 0, to: blocks.count, by: across) {
                lines += painter.beside(Array(blocks[start..<min(start + across, blocks.count)]))
                lines.append("")
            }
        }
        return (lines + [painter.legend]).map { $0 + "\n" }.joined()
    }
}

/// Draws rows of images in a style, all in one size.
private struct Painter {
    private let style: TerminalStyle
    private let cells: CellStyle
    /// The side of the blocks whose means are drawn, 1 for every value.
    private let factor: Int
    /// How many images stand side by side in a block.
    private let panelsAcross: Int
    /// The columns of the widest image of a row.
    private let panelWidth: Int
    let blocksAcross: Int
    /// The lines above each row of images.
    private(set) var headings: [[String]] = []

    private static let panelGap = 2
    private static let blockGap = 5

    /// What one value looks like.
    private enum CellStyle {
        /// A square of `side` columns and as many half lines.
        case squares(side: Int)
        /// A whole number and its sign, at most `largest`, after `gap` spaces but for the first of a line.
        case numbers(largest: Int, gap: Int)

        static let hundredths = CellStyle.numbers(largest: 99, gap: 1)
        static let ninths = CellStyle.numbers(largest: 9, gap: 1)
        static let tightNinths = CellStyle.numbers(largest: 9, gap: 0)

        /// The columns that `count` values take side by side.
        func width(of count: Int) -> Int {
            switch self {
            case .squares(let side): count * side
            case .numbers(let largest, let gap): count * ((largest > 9 ? 3 : 2) + gap) - gap
            }
        }
    }

    init(_ rows: [KernelRow], _ style: TerminalStyle) {
        self.style = style
        let images = rows.flatMap { $0.panels.map(\.image) }
        let columns = images.map(\.width).max() ?? 1
        let panels = max(rows.map(\.panels.count).max() ?? 1, 1)
        let captions = rows.flatMap { $0.panels.map { DisplayWidth.of(DisplayWidth.visible($0.caption)) } }.max() ?? 0

        let room = (style.width - (panels - 1) * Self.panelGap) / panels
        if style.color == .none {
            let choices = [CellStyle.hundredths, .ninths, .tightNinths]
            cells = choices.first { $0.width(of: columns) <= room } ?? .tightNinths
        } else {
            let wanted = (min(captions, 8) + columns - 1) / columns
            cells = .squares(side: max(1, min(wanted, room / columns)))
        }
        factor = (cells.width(of: columns) + style.width - 1) / style.width
        let width = cells.width(of: (columns + factor - 1) / factor)
        panelWidth = min(max(width, min(captions, 10)), style.width)
        panelsAcross = max(1, min(panels, (style.width + Self.panelGap) / (panelWidth + Self.panelGap)))
        let blockWidth = panelsAcross * (panelWidth + Self.panelGap) - Self.panelGap
        blocksAcross = max(1, (style.width + Self.blockGap) / (blockWidth + Self.blockGap))
        headings = headings(of: rows)
    }

    private var blockWidth: Int { panelsAcross * (panelWidth + Self.panelGap) - Self.panelGap }

    /// The lines of one row of images, each padded to the width of a block.
    func block(of row: KernelRow, under heading: [String]) -> [String] {
        var lines = heading
        let visible = row.panels.map { DisplayWidth.visible($0.caption) }
        let names = DisplayWidth.shortened(visible, to: visible.map { _ in panelWidth }, keepingStarts: true)
        for start in stride(from: 0, to: row.panels.count, by: panelsAcross) {
            let group = row.panels[start..<min(start + panelsAcross, row.panels.count)]
            let captions = names[group.indices].map { DisplayWidth.centered($0, in: panelWidth) }
            let pictures = group.map { picture(of: $0.image.averaged(by: factor), limit: row.limit) }
            let gap = String(repeating: " ", count: Self.panelGap)
            for line in 0..<(pictures.map(\.count).max() ?? 0) {
                let parts = pictures.map { line < $0.count ? $0[line] : String(repeating: " ", count: panelWidth) }
                lines.append(padded(parts.joined(separator: gap), count: group.count))
            }
            lines.append(padded(captions.map { style.styled($0, .dim) }.joined(separator: gap), count: group.count))
        }
        return lines
    }

    /// Spaces behind a line of `count` images, up to the width of a block.
    private func padded(_ line: String, count: Int) -> String {
        line + String(repeating: " ", count: (panelsAcross - count) * (panelWidth + Self.panelGap))
    }

    /// Labels and notes, in one line where both have room; labels that differ are shown differently.
    private func headings(of rows: [KernelRow]) -> [[String]] {
        let width = blocksAcross == 1 ? style.width : blockWidth
        let size = factor > 1 ? " (means of \(factor) × \(factor))" : ""
        let notes = rows.map { DisplayWidth.truncated(DisplayWidth.visible($0.note), to: width) }
        let labels = rows.map { DisplayWidth.visible($0.label) + size }
        let rooms = zip(labels, notes).map { label, note in
            let room = width - (note.isEmpty ? 0 : DisplayWidth.of(note) + Self.panelGap)
            return room >= min(DisplayWidth.of(label), 12) ? room : nil
        }
        let shown = DisplayWidth.shortened(labels, to: rooms.map { $0 ?? width })
        return rows.indices.map { index in
            let (text, note) = (shown[index], notes[index])
            guard rooms[index] != nil else {
                return [DisplayWidth.padded(text, to: width), DisplayWidth.padded(note, to: width)]
            }
            let between = note.isEmpty ? "" : String(repeating: " ", count: Self.panelGap)
            let rest = width - DisplayWidth.of(text + between + note)
            return [text + between + note + String(repeating: " ", count: rest)]
        }
    }

    /// The blocks next to each other, without spaces at the ends of lines.
    func beside(_ blocks: [[String]]) -> [String] {
        let gap = String(repeating: " ", count: Self.blockGap)
        return (0..<(blocks.map(\.count).max() ?? 0)).map { line in
            let parts = blocks.map { line < $0.count ? $0[line] : String(repeating: " ", count: blockWidth) }
            var text = parts.joined(separator: gap)
            while text.last == " " { text.removeLast() }
            return text
        }
    }

    private func picture(of image: KernelImage, limit: Double) -> [String] {
        switch cells {
        case .squares(let side): squares(of: image, limit: limit, side: side)
        case .numbers(let largest, let gap): numbers(of: image, limit: limit, largest: largest, gap: gap)
        }
    }

    private func numbers(of image: KernelImage, limit: Double, largest: Int, gap: Int) -> [String] {
        (0..<image.height).map { row in
            let numbers = (0..<image.width).map { column in
                DisplayWidth.padded(
                    number(image[row, column], limit, largest), to: largest > 9 ? 3 : 2, alignedLeft: false)
            }
            let line = numbers.joined(separator: String(repeating: " ", count: gap))
            return centred(line, width: cells.width(of: image.width))
        }
    }

    private func number(_ value: Double, _ limit: Double, _ largest: Int) -> String {
        guard value.isFinite else { return "?" }
        let scaled = limit > 0 ? (value / limit * Double(largest)).rounded() : 0
        return scaled == 0 ? "·" : String(Int(scaled))
    }

    private func squares(of image: KernelImage, limit: Double, side: Int) -> [String] {
        let halves = image.height * side
        return stride(from: 0, to: halves, by: 2).map { half in
            let line = (0..<image.width).map { column in
                let upper = "38;" + ink(of: image[half / side, column], limit)
                guard half + 1 < halves else { return "\u{1B}[\(upper)m" + String(repeating: "▀", count: side) }
                let lower = "48;" + ink(of: image[(half + 1) / side, column], limit)
                return "\u{1B}[\(upper);\(lower)m" + String(repeating: "▀", count: side)
            }
            return centred(line.joined() + "\u{1B}[0m", width: image.width * side)
        }
    }

    /// The parameters of an escape sequence that name the colour of a value.
    private func ink(of value: Double, _ limit: Double) -> String {
        if style.color == .palette256 { return "5;\(DivergingScale.indexedColor(of: value, limit: limit))" }
        let color = DivergingScale.color(of: value, limit: limit)
        return "2;\(color.red);\(color.green);\(color.blue)"
    }

    /// A line of an image `width` columns wide, in the middle of the columns of a panel.
    private func centred(_ line: String, width: Int) -> String {
        let before = max(0, panelWidth - width) / 2
        let after = max(0, panelWidth - width - before)
        return String(repeating: " ", count: before) + line + String(repeating: " ", count: after)
    }

    /// The line that says what colours or numbers mean.
    var legend: String {
        switch cells {
        case .numbers(let largest, _):
            let unit = largest > 9 ? "hundredths" : "ninths"
            return DisplayWidth.truncated(
                "Numbers: \(unit) of each kernel's largest magnitude; · is zero.", to: style.width)
        case .squares:
            let bar = stride(from: -1.0, through: 1, by: style.width < 40 ? 0.25 : 0.125).map { t in
                "\u{1B}[38;\(ink(of: t, 1))m█"
            }
            return "− " + bar.joined() + "\u{1B}[0m +"
                + (style.width >= 72 ? "  each kernel on its own scale; white is zero" : "")
        }
    }
}

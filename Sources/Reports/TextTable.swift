extension Table {
    /// The table as lines of text: title, headings over a rule, rows, footer, each ended by a newline.
    ///
    /// No line is wider than the style's width as long as text can give way: the widest column of text is narrowed first, then headings wider than the numbers below them. Numbers are never cut: a table whose numbers alone are too wide
    /// stays too wide. Text that its column is too narrow for is shortened, with an ellipsis, but so that texts of a column that differ are shown
    /// differently; in a last column that has room for a few words it goes on in further lines.
    ///
    /// - Complexity: O(rows · columns) cells, each in its length.
    public func text(in style: TerminalStyle) -> String {
        let layout = TableLayout(self, width: style.width)
        var lines = DisplayWidth.wrapped(title, to: style.width).map { style.styled($0, .bold) }
        lines.append(layout.line(layout.headings.map { ($0, nil) }, isHeading: true, style))
        let rule = layout.widths.map { String(repeating: "─", count: $0) }.joined(separator: TableLayout.gap)
        lines.append(style.styled(rule, .dim))
        lines += zip(rows, layout.rows).flatMap { row, texts in
            layout.lines(zip(row, texts).map { ($1, $0.tone.emphasis) }, style)
        }
        lines += DisplayWidth.wrapped(footer, to: style.width).map { style.styled($0, .dim) }
        return lines.map { $0 + "\n" }.joined()
    }
}

/// The widths of a table's columns, and how a row is written in them.
struct TableLayout {
    static let gap = "  "
    /// What a cut column of text keeps at least.
    static let leastTextWidth = 4
    /// The width from which the last column's text goes on in further lines.
    static let leastWrappedWidth = 16

    /// The width of each column.
    private(set) var widths: [Int]
    /// The columns that a number has from its decimal point on, the widest of each column of the table; 0 without a point.
    private let fractions: [Int]
    private let columns: [Table.Column]
    /// The columns' titles as they are shown.
    private(set) var headings: [String]
    /// The cells' texts as they are shown, but for those of the last column, which may go on in further lines.
    private(set) var rows: [[String]]

    /// A cell's text as it is laid out: visible, without spaces around it.
    static func shown(_ text: String) -> String {
        var text = DisplayWidth.visible(text).drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return String(text)
    }

    init(_ table: Table, width: Int) {
        let columns = table.columns
        var fractions: [Int] = []
        var contents: [Int] = []
        for (index, column) in columns.enumerated() {
            let cells = table.rows.map { Self.shown($0[index].text) }
            if column.alignment == .decimal {
                let parts = cells.map(Table.splitAtPoint)
                fractions.append(parts.map { DisplayWidth.of(String($0.fraction)) }.max() ?? 0)
                contents.append((parts.map { DisplayWidth.of(String($0.whole)) }.max() ?? 0) + fractions[index])
            } else {
                fractions.append(0)
                contents.append(cells.map(DisplayWidth.of).max() ?? 0)
            }
        }
        self.columns = columns
        self.fractions = fractions
        headings = columns.map { Self.shown($0.title) }
        rows = table.rows.map { $0.map { Self.shown($0.text) } }
        // An ellipsis and the number of the row keep any texts apart.
        let leastTextWidth = max(Self.leastTextWidth, 1 + "\(table.rows.count)".count)
        widths = zip(contents, columns).map { max($0, DisplayWidth.of(Self.shown($1.title)), 1) }
        shrink(
            to: width,
            least: zip(widths, columns).map { $1.alignment == .left ? min($0, leastTextWidth) : $0 })
        shrink(
            to: width, least: zip(widths, zip(contents, columns)).map { $1.1.alignment == .left ? $0 : max($1.0, 1) })
        headings = DisplayWidth.shortened(headings, to: widths, keepingStarts: true)
        for index in columns.indices where columns[index].alignment == .left && !wraps(index) {
            let texts = rows.map { $0[index] }
            let shown = DisplayWidth.shortened(
                texts, to: texts.map { _ in widths[index] }, keepingStarts: true)
            for (row, text) in shown.enumerated() { rows[row][index] = text }
        }
    }

    /// Whether a column's text may go on in further lines.
    private func wraps(_ column: Int) -> Bool {
        column == columns.count - 1 && columns[column].alignment == .left && widths[column] >= Self.leastWrappedWidth
    }

    /// Narrows the widest column that is wider than its least width, one column of text after the other, until the table fits.
    private mutating func shrink(to width: Int, least: [Int]) {
        var excess = widths.reduce(0, +) + Self.gap.count * (widths.count - 1) - width
        while excess > 0 {
            let narrowable = widths.indices.filter { widths[$0] > least[$0] }
            guard let widest = narrowable.max(by: { widths[$0] < widths[$1] }) else { return }
            widths[widest] -= 1
            excess -= 1
        }
    }

    /// A row's lines: one, or several where the text of the last column goes on.
    func lines(_ cells: [(text: String, emphasis: TerminalStyle.Emphasis?)], _ style: TerminalStyle) -> [String] {
        let last = columns.count - 1
        guard last >= 0, wraps(last), DisplayWidth.of(cells[last].text) > widths[last] else {
            return [line(cells, isHeading: false, style)]
        }
        return DisplayWidth.wrapped(cells[last].text, to: widths[last]).enumerated().map { index, piece in
            var cells = index == 0 ? cells : cells.map { ("", $0.emphasis) }
            cells[last].text = piece
            return line(cells, isHeading: false, style)
        }
    }

    /// One line, without spaces at its end.
    func line(_ cells: [(text: String, emphasis: TerminalStyle.Emphasis?)], isHeading: Bool, _ style: TerminalStyle)
        -> String
    {
        var line = ""
        // Spaces wait here until something follows them.
        var pending = 0
        for (index, cell) in cells.enumerated() {
            let column = columns[index]
            let text = cell.text
            let free = max(0, widths[index] - DisplayWidth.of(text))
            let after =
                switch column.alignment {
                case .left: free
                case .right: 0
                case .decimal:
                    isHeading ? 0 : fractions[index] - DisplayWidth.of(String(Table.splitAtPoint(text).fraction))
                }
            pending += max(0, free - after)
            if !text.isEmpty {
                line += String(repeating: " ", count: pending) + (cell.emphasis.map { style.styled(text, $0) } ?? text)
                pending = 0
            }
            pending += after + Self.gap.count
        }
        return line
    }
}

/// A table of text and numbers, drawn with ``text(in:)`` in a terminal and on a ``Page`` in a browser.
///
///     let table = Table(
///         "conv1, 64 × 3 kernels of 9 × 9",
///         columns: [.init("order", .right), .init("R²", .decimal), .init("chance", .decimal), .init("largest", .left)],
///         rows: [["0", "0.31", "0.012", "g"], ["1", "0.513", "0.037", "∂x"]],
///         footer: "R² is pooled over the layer.")
///     print(table.text(in: .plain))
public struct Table: Sendable, Hashable {
    /// How the cells of a column line up.
    public enum Alignment: Sendable, Hashable {
        /// Text, from the left. Only such columns are cut where a table is too wide.
        case left
        /// Whole numbers, to the right.
        case right
        /// Numbers, decimal point under decimal point; a cell without one ends where the point would stand.
        case decimal
    }

    /// A column's heading and alignment.
    public struct Column: Sendable, Hashable {
        /// The heading.
        public var title: String
        /// How the cells below it line up.
        public var alignment: Alignment

        /// A column.
        public init(_ title: String, _ alignment: Alignment = .left) {
            self.title = title
            self.alignment = alignment
        }
    }

    /// One cell: a text, how it stands out, and where it leads on a page.
    public struct Cell: Sendable, Hashable, ExpressibleByStringInterpolation {
        /// The text.
        public var text: String
        /// How it stands out.
        public var tone: Tone
        /// The address the text links to on a page, such as `claims/semigroup.html`.
        public var link: String?

        /// A cell.
        public init(_ text: String, tone: Tone = .plain, link: String? = nil) {
            self.text = text
            self.tone = tone
            self.link = link
        }

        /// A cell of ordinary text.
        public init(stringLiteral value: String) { self.init(value) }
    }

    /// What the table shows; no line where empty.
    public var title: String
    /// The columns, left to right.
    public var columns: [Column]
    /// The rows, each with one cell a column.
    public var rows: [[Cell]]
    /// A remark below; no line where empty.
    public var footer: String

    /// A table.
    public init(_ title: String = "", columns: [Column], rows: [[Cell]], footer: String = "") {
        precondition(rows.allSatisfy { $0.count == columns.count }, "a row has one cell a column")
        self.title = title
        self.columns = columns
        self.rows = rows
        self.footer = footer
    }

    /// A number's text up to its decimal point, and from the point on.
    static func splitAtPoint(_ text: String) -> (whole: Substring, fraction: Substring) {
        let point = text.firstIndex(of: ".") ?? text.endIndex
        return (text[..<point], text[point...])
    }
}

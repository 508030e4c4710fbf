/// The colours with which gnuplot draws, and what becomes of them on a page: a class whose colour follows the page's theme.
enum FigureInk {
    /// Axes, ticks and text: the page's own ink.
    static let text = RGBColor(0x000000)
    /// Lines of the grid.
    static let grid = RGBColor(0xD6D7D8)
    /// Dashed reference lines.
    static let reference = RGBColor(0x6C6D6E)

    /// The name of a colour that follows the theme, nil for one that does not, such as a cell of a heat map.
    static func name(of color: RGBColor) -> String? {
        if color == grid { return "grid" }
        if color == reference { return "reference" }
        return SeriesStyle.all.firstIndex { $0.light == color }.map { "\($0 + 1)" }
    }

    /// The rules that give the classes their colours.
    static let sheet: String = {
        let names = (1...SeriesStyle.count).map(String.init) + ["grid", "reference"]
        let rules = names.map { name in
            [("stroke", "stroke"), ("fill", "fill"), ("color", "ink")].map { property, prefix in
                ".\(prefix)-\(name) { \(property): var(--series-\(name)); }"
            }.joined(separator: " ")
        }
        return "svg { " + variables(\.light, grid: "#d6d7d8", reference: "#6c6d6e") + " }\n"
            + "@media (prefers-color-scheme: dark) { svg { "
            + variables(\.dark, grid: "#363c43", reference: "#99a1a9") + " } }\n"
            + "@media print { svg { " + variables(\.light, grid: "#d6d7d8", reference: "#6c6d6e") + " } }\n"
            + rules.joined(separator: "\n") + "\n"
    }()

    private static func variables(
        _ color: (SeriesStyle) -> RGBColor, grid: String, reference: String
    ) -> String {
        let series = SeriesStyle.all.enumerated().map { "--series-\($0.offset + 1): \(color($0.element).css);" }
        return (series + ["--series-grid: \(grid);", "--series-reference: \(reference);"]).joined(separator: " ")
    }
}

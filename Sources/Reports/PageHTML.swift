extension Page {
    /// The number of sections from which a table of contents helps.
    private static let sectionsForContents = 4
    /// The number of sections from which the table of contents scrolls in a box of its own.
    private static let sectionsForScrolling = 30

    /// The page as HTML that is well-formed XML too. The same page and the same gnuplot give the same bytes.
    ///
    /// - Parameter gnuplot: what draws the figures, the one on the search path by default; nil where the machine has none, and then
    ///   the page has their numbers instead.
    /// - Complexity: O(size of the page), and one run of gnuplot a figure.
    public func html(drawnBy gnuplot: Gnuplot? = .installed()) -> String {
        var writer = PageWriter(gnuplot: gnuplot)
        let ids = sections.map { HTML.identifier(for: $0.title, taken: &writer.identifiers) }
        let contents = zip(sections, ids).map { section, id in
            var values: [String: Any] = ["id": id, "title": section.heading]
            values.set("note", section.note)
            return values
        }
        var values: [String: Any] = [
            "title": HTML.clean(title), "style": PageStyle.sheet, "lead": lead.map(\.html),
            "hasContents": sections.count >= Self.sectionsForContents, "contents": contents,
            "isLong": sections.count >= Self.sectionsForScrolling,
            "keyNumbers": keyNumbers.isEmpty ? "" : writer.html(of: .keyNumbers(keyNumbers)),
            "sections": zip(sections, ids).map { writer.html(of: $0, id: $1) },
        ]
        values.set("kind", kind)
        values.set("command", command)
        values.set("version", version)
        return PageTemplate.page.filled(values)
    }
}

extension Page.Section {
    /// The title, or what stands for one: without any, the template would take the page's in the contents, and a folded section could not be
    /// opened.
    fileprivate var heading: String { title.isEmpty ? "(no name)" : HTML.clean(title) }
}

extension [String: Any] {
    /// Sets a text, unless it is empty: a template's section for it is then left out.
    fileprivate mutating func set(_ key: String, _ text: String) {
        if !text.isEmpty { self[key] = HTML.clean(text) }
    }
}

/// Writes the parts of one page, and remembers what must be unique on it.
private struct PageWriter {
    /// The characters of a cell's text from which its column may break lines.
    private static let longestUnbrokenText = 32

    /// The rows up to which a drawn figure's numbers are given too.
    private static let mostNumbersBesideFigure = 100

    let gnuplot: Gnuplot?
    var identifiers: Set<String> = []
    private var figureCount = 0

    init(gnuplot: Gnuplot?) { self.gnuplot = gnuplot }

    mutating func html(of section: Page.Section, id: String) -> String {
        var values: [String: Any] = [
            "id": id, "title": section.heading, "blocks": section.blocks.map { html(of: $0) },
        ]
        values.set("note", section.note)
        return (section.isFolded ? PageTemplate.foldedSection : .section).filled(values)
    }

    mutating func html(of block: Page.Block) -> String {
        switch block {
        case .paragraph(let prose): return "<p>\(prose.html)</p>"
        case .list(let items): return "<ul>" + items.map { "<li>\($0.html)</li>" }.joined() + "</ul>"
        case .verbatim(let text): return "<pre>\(HTML.escaped(text))</pre>"
        case .table(let table): return html(of: table)
        case .gallery(let gallery): return html(of: gallery)
        case .picture(let picture): return Self.html(of: picture)
        case .figures(let figures):
            return "<div class=\"figures\">" + figures.map { html(of: $0) }.joined() + "</div>"
        case .keyNumbers(let numbers): return html(of: numbers)
        case .folded(let title, let blocks):
            return PageTemplate.folded.filled(["title": HTML.clean(title), "blocks": blocks.map { html(of: $0) }])
        }
    }

    private mutating func html(of figure: Figure) -> String {
        var values: [String: Any] = [:]
        values.set("title", figure.title)
        values.set("caption", figure.caption.html)
        let numbers = figure.numbers
        switch figure.drawing(by: gnuplot) {
        case .drawn(let drawing):
            figureCount += 1
            values["svg"] = drawing.inline(prefix: "figure\(figureCount)-")
            if let numbers, numbers.rows.count <= Self.mostNumbersBesideFigure {
                values["folded"] = html(of: .folded("Numbers", [.table(numbers)]))
            }
        case .notDrawn(let reason):
            values.set("reason", reason)
            values["svg"] = figure.layers.compactMap { layer in
                if case .heatMap(let image) = layer { image.svg(name: figure.title) } else { nil }
            }.joined()
            if let numbers { values["folded"] = html(of: .table(numbers)) }
        }
        return PageTemplate.figure.filled(values)
    }

    private static func html(of picture: PagePicture) -> String {
        var values: [String: Any] = ["svg": picture.html]
        values.set("title", picture.title)
        values.set("caption", picture.caption.html)
        return PageTemplate.figure.filled(values)
    }

    private func html(of numbers: [Page.KeyNumber]) -> String {
        let entries = numbers.map { number in
            var values: [String: Any] = [:]
            values.set("label", number.label)
            values.set("value", number.value)
            values.set("note", number.note)
            return values
        }
        return PageTemplate.keyNumbers.filled(["numbers": entries])
    }

    private func html(of gallery: KernelGallery) -> String {
        let rows = gallery.rows.map { row in
            let limit = row.limit
            var values: [String: Any] = [
                "label": HTML.clean(row.label),
                "panels": row.panels.map { panel in
                    [
                        "svg": panel.image.svg(limit: limit, name: panel.caption),
                        "caption": HTML.clean(panel.caption),
                    ]
                },
            ]
            values.set("note", row.note)
            return values
        }
        var values: [String: Any] = ["rows": rows, "caption": gallery.caption.html]
        values.set("title", gallery.title)
        return PageTemplate.gallery.filled(values)
    }

    private func html(of table: Table) -> String {
        let fractions = table.columns.indices.map { column in
            table.columns[column].alignment == .decimal
                ? table.rows.map { Table.splitAtPoint($0[column].text).fraction.count }.max() ?? 0 : 0
        }
        let classes = table.columns.indices.map { column in
            guard table.columns[column].alignment == .left else { return "number" }
            return table.rows.contains { $0[column].text.count > Self.longestUnbrokenText } ? "prose" : "text"
        }
        let rows = table.rows.map { row in
            row.indices.map { column in
                let cell = row[column]
                let tone = cell.tone == .plain ? "" : " \(cell.tone.rawValue)"
                let padding =
                    table.columns[column].alignment == .decimal ? Self.padding(cell.text, to: fractions[column]) : ""
                let text = Self.html(of: cell, isNumber: classes[column] == "number")
                return "<td class=\"\(classes[column])\(tone)\">\(text)\(padding)</td>"
            }.joined()
        }
        var values: [String: Any] = [
            "headings": zip(table.columns, classes).map { ["title": HTML.clean($0.title), "class": $1] },
            "rows": rows, "label": HTML.clean(table.title.isEmpty ? "Table" : table.title),
        ]
        values.set("title", table.title)
        values.set("footer", table.footer)
        return PageTemplate.table.filled(values)
    }

    /// The cell's text, a number with a minus sign as wide as a plus sign.
    private static func html(of cell: Table.Cell, isNumber: Bool) -> String {
        let text = HTML.escaped(isNumber && cell.text.hasPrefix("-") ? "−" + cell.text.dropFirst() : cell.text)
        guard let link = cell.link, HTML.isSafe(address: link) else { return text }
        return "<a href=\"\(HTML.escaped(link))\">\(text)</a>"
    }

    /// Spaces as wide as the digits and the point that `text` has fewer than the longest fraction of its column.
    private static func padding(_ text: String, to length: Int) -> String {
        let fraction = Table.splitAtPoint(text).fraction.count
        guard fraction < length else { return "" }
        return (fraction == 0 ? "\u{2008}" : "") + String(repeating: "\u{2007}", count: length - max(fraction, 1))
    }
}

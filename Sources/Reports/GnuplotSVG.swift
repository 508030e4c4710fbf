/// Turns gnuplot's SVG into a drawing for a page: nothing but shapes and text, colours that follow the theme, identifiers that take a
/// prefix, and no size.
enum GnuplotSVG {
    /// The drawing, nil where `output` is not the SVG of a figure.
    static func drawing(from output: String, title: String, name: String) -> SVGDrawing? {
        guard let root = MarkupElement(parsing: output), root.name == "svg", let box = root["viewBox"] else {
            return nil
        }
        let numbers = box.split(separator: " ").compactMap { Double($0) }
        guard numbers.count == 4, numbers[2] > 0, numbers[3] > 0 else { return nil }
        var writer = Writer(used: references(in: root))
        for child in root.children { writer.write(child) }
        return SVGDrawing(width: numbers[2], height: numbers[3], title: title, name: name, pieces: writer.pieces)
    }

    /// The identifiers that something drawn refers to, and those that they refer to in turn.
    private static func references(in root: MarkupElement) -> Set<String> {
        var targets: [String: MarkupElement] = [:]
        var used: Set<String> = []
        var pending: [String] = []
        func visit(_ element: MarkupElement, isDefinition: Bool) {
            if let identifier = element["id"] { targets[identifier] = element }
            if !isDefinition, let target = target(of: element) { pending.append(target) }
            for case .element(let child) in element.children {
                visit(child, isDefinition: isDefinition || element.name == "defs")
            }
        }
        visit(root, isDefinition: false)
        while let identifier = pending.popLast() {
            guard used.insert(identifier).inserted, let element = targets[identifier] else { continue }
            if let target = target(of: element) { pending.append(target) }
        }
        return used
    }

    /// The identifier of the element that a `use` element repeats.
    private static func target(of element: MarkupElement) -> String? {
        guard element.name == "use", let address = element["xlink:href"] ?? element["href"], address.hasPrefix("#")
        else { return nil }
        return String(address.dropFirst())
    }

    /// The colour in gnuplot's notation: `black`, `#rrggbb` or `rgb(r, g, b)`.
    private static func color(_ text: String) -> RGBColor? {
        if text == "black" { return FigureInk.text }
        if text.hasPrefix("#"), text.count == 7 { return UInt32(text.dropFirst(), radix: 16).map { RGBColor($0) } }
        guard text.hasPrefix("rgb("), text.hasSuffix(")") else { return nil }
        let parts = text.dropFirst(4).dropLast().split(separator: ",").compactMap { UInt8($0.filter { $0 != " " }) }
        guard parts.count == 3 else { return nil }
        return RGBColor(UInt32(parts[0]) << 16 | UInt32(parts[1]) << 8 | UInt32(parts[2]))
    }

    /// Writes elements as markup, cut before every identifier.
    private struct Writer {
        /// The identifiers that are kept.
        let used: Set<String>
        var pieces = [""]

        private static let shapes: Set<String> = [
            "g", "path", "rect", "circle", "polygon", "polyline", "line", "use", "defs", "text", "tspan",
        ]
        private static let geometry: Set<String> = [
            "d", "x", "y", "x1", "y1", "x2", "y2", "width", "height", "r", "cx", "cy", "points", "transform",
            "stroke-width",
            "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "stroke-opacity", "fill-opacity", "fill-rule",
            "text-anchor",
            "font-size", "font-weight", "font-style", "dx", "dy", "xml:space",
        ]

        mutating func write(_ child: MarkupElement.Child) {
            switch child {
            case .text(let text): append(text.allSatisfy(\.isWhitespace) ? "" : GnuplotText.unveiled(text))
            case .element(let element): write(element)
            }
        }

        private mutating func write(_ element: MarkupElement) {
            // gnuplot clears the ground below some markers in white, which is no colour of the page.
            guard Self.shapes.contains(element.name), !isEmptyContainer(element),
                element["color"] != "white" || element.name == "g"
            else { return }
            append("<" + element.name)
            if isCell(element) { append(" shape-rendering=\"crispEdges\"") }
            var classes: [String] = []
            for (name, value) in element.attributes {
                switch name {
                case "stroke", "fill", "color": append(ink(name, value, &classes))
                case "id" where used.contains(value): identifier(" id=\"", value)
                case "href", "xlink:href":
                    if value.hasPrefix("#") { identifier(" href=\"#", String(value.dropFirst())) }
                case _ where Self.geometry.contains(name): append(" \(name)=\"\(Self.quoted(value))\"")
                default: break
                }
            }
            if !classes.isEmpty { append(" class=\"\(classes.joined(separator: " "))\"") }
            append(">")
            for child in element.children { write(child) }
            append("</\(element.name)>" + (element.name == "g" ? "\n" : ""))
        }

        /// Whether an element draws nothing: a group of nothing, or the definition of a marker that is not used.
        private func isEmptyContainer(_ element: MarkupElement) -> Bool {
            if let identifier = element["id"], element.name != "g" { return !used.contains(identifier) }
            guard ["g", "defs"].contains(element.name) else { return false }
            return !element.children.contains { child in
                guard case .element(let inner) = child else { return false }
                return Self.shapes.contains(inner.name) && !isEmptyContainer(inner)
            }
        }

        /// Whether an element is a cell of a heat map or its scale, which must adjoin the next without a seam.
        private func isCell(_ element: MarkupElement) -> Bool {
            guard ["path", "polygon", "rect"].contains(element.name),
                let fill = element["fill"].flatMap(GnuplotSVG.color)
            else { return false }
            return fill != FigureInk.text && FigureInk.name(of: fill) == nil
        }

        private func ink(_ name: String, _ value: String, _ classes: inout [String]) -> String {
            guard let color = GnuplotSVG.color(value) else {
                return ["none", "currentColor"].contains(value) ? " \(name)=\"\(value)\"" : ""
            }
            // The page's ink is inherited; a marker's own colour is set as "color" and drawn as currentColor.
            if color == FigureInk.text { return name == "color" ? "" : " \(name)=\"currentColor\"" }
            if let theme = FigureInk.name(of: color) { classes.append("\(name == "color" ? "ink" : name)-\(theme)") }
            return " \(name)=\"\(color.css)\""
        }

        private mutating func append(_ text: String) { pieces[pieces.count - 1] += text }

        private mutating func identifier(_ before: String, _ value: String) {
            append(before)
            pieces.append(Self.quoted(value) + "\"")
        }

        private static func quoted(_ value: String) -> String {
            String(value.map { $0.isNewline ? " " : $0 }.filter { $0 != "\"" && $0 != "<" })
        }
    }
}

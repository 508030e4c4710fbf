/// What became of a figure.
public enum Drawing: Sendable, Hashable {
    /// It was drawn.
    case drawn(SVGDrawing)
    /// It was not, for the reason given in a sentence.
    case notDrawn(reason: String)
}

/// A drawing in SVG that follows the theme of the page it is put in, and has no fixed size.
public struct SVGDrawing: Sendable, Hashable {
    /// The width of the drawing's own coordinates, whose ratio to the height it keeps at every size.
    public let width: Double
    /// The height of the drawing's own coordinates.
    public let height: Double
    /// What it shows, in a line.
    public let title: String
    /// What it shows, for readers who do not see it.
    public let name: String
    /// The markup inside the root element, cut wherever an identifier wants its prefix.
    private let pieces: [String]

    init(width: Double, height: Double, title: String, name: String, pieces: [String]) {
        self.width = width
        self.height = height
        self.title = title
        self.name = name
        self.pieces = pieces
    }

    /// The element to be put into a page. Text and axes have the page's colour; a page that holds several drawings gives each a prefix
    /// of its own, so that no identifier appears twice. The title is the page's to show.
    public func inline(prefix: String) -> String {
        "<svg class=\"figure\" \(attributes(top: 0))>" + pieces.joined(separator: HTML.escaped(prefix)) + "</svg>"
    }

    /// The drawing under its title as a file of its own, which brings its colours for light and dark surroundings with it.
    public var document: String {
        let lines = DisplayWidth.wrapped(title, to: Int(width / Self.titleCharacterWidth))
        let top = Double(lines.count) * Self.titleLineHeight
        let heading = lines.enumerated().map { index, line in
            let baseline = Self.number(Double(index + 1) * Self.titleLineHeight - top - 8)
            return
                "<text x=\"\(Self.number(width / 2))\" y=\"\(baseline)\" text-anchor=\"middle\" fill=\"currentColor\""
                + " font-size=\"15\" font-weight=\"600\">\(HTML.escaped(line))</text>\n"
        }
        return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
            + "<svg xmlns=\"http://www.w3.org/2000/svg\" \(attributes(top: top))"
            + " font-family=\"system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif\">\n<style>\n"
            + "svg { color: #1b1e22; }\n@media (prefers-color-scheme: dark) { svg { color: #e4e7ea; } }\n"
            + "\(FigureInk.sheet)</style>\n" + heading.joined() + pieces.joined() + "</svg>\n"
    }

    private static let titleLineHeight = 24.0
    /// The mean width of a character of a title, rather too wide than too narrow.
    private static let titleCharacterWidth = 9.0

    /// The root element's attributes, `top` units of space above the drawing.
    private func attributes(top: Double) -> String {
        let box = [0, -top, width, height + top].map(Self.number).joined(separator: " ")
        return "viewBox=\"\(box)\" role=\"img\" aria-label=\"\(HTML.escaped(name))\""
    }

    private static func number(_ value: Double) -> String { value == value.rounded() ? "\(Int(value))" : "\(value)" }
}

extension Figure {
    /// Has the figure drawn. The same figure and the same gnuplot give the same bytes.
    ///
    /// - Parameter gnuplot: the plotting program, nil where the machine has none.
    public func drawing(by gnuplot: Gnuplot?) -> Drawing {
        guard let script = FigureScript.text(of: self) else {
            return .notDrawn(reason: "There is nothing to draw: the figure has no finite value on its axes.")
        }
        guard let gnuplot else {
            return .notDrawn(reason: "This figure was not drawn, because gnuplot is not installed; its numbers follow.")
        }
        let name = [title, caption.plainText].filter { !$0.isEmpty }.joined(separator: ". ")
        guard let output = try? gnuplot.output(for: script),
            let drawing = GnuplotSVG.drawing(from: output, title: title, name: name)
        else {
            return .notDrawn(reason: "This figure was not drawn, because gnuplot failed; its numbers follow.")
        }
        return .drawn(drawing)
    }
}

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
    /// What it shows, for readers who do not see it.
    public let name: String
    /// The markup inside the root element, cut wherever an identifier wants its prefix.
    private let pieces: [String]

    init(width: Double, height: Double, name: String, pieces: [String]) {
        self.width = width
        self.height = height
        self.name = name
        self.pieces = pieces
    }

    /// The element to be put into a page. Text and axes have the page's colour; a page that holds several drawings gives each a prefix
    /// of its own, so that no identifier appears twice.
    public func inline(prefix: String) -> String {
        "<svg class=\"figure\" \(attributes)>" + pieces.joined(separator: HTML.escaped(prefix)) + "</svg>"
    }

    /// The drawing as a file of its own, which brings its colours for light and dark surroundings with it.
    public var document: String {
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
            + "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" \(attributes)"
            + " font-family=\"system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif\">\n<style>\n"
            + "svg { color: #1b1e22; }\n@media (prefers-color-scheme: dark) { svg { color: #e4e7ea; } }\n"
            + "\(FigureInk.sheet)</style>\n" + pieces.joined() + "</svg>\n"
    }

    private var attributes: String {
        "viewBox=\"0 0 \(Self.number(width)) \(Self.number(height))\" role=\"img\" aria-label=\"\(HTML.escaped(name))\""
    }

    private static func number(_ value: Double) -> String { value == value.rounded() ? "\(Int(value))" : "\(value)" }
}

extension Figure {
    /// Has the figure drawn. The same figure and the same gnuplot give the same bytes.
    ///
    /// - Parameters:
    ///   - gnuplot: the plotting program, nil where the machine has none.
    ///   - showsTitle: whether the title is part of the drawing, as a drawing on its own needs; a page shows it beside.
    public func drawing(by gnuplot: Gnuplot?, showsTitle: Bool = false) -> Drawing {
        guard let script = FigureScript.text(of: self, showsTitle: showsTitle) else {
            return .notDrawn(reason: "There is nothing to draw: the figure has no finite value on its axes.")
        }
        guard let gnuplot else {
            return .notDrawn(reason: "This figure was not drawn, because gnuplot is not installed; its numbers follow.")
        }
        let name = [title, caption.plainText].filter { !$0.isEmpty }.joined(separator: ". ")
        guard let output = try? gnuplot.output(for: script), let drawing = GnuplotSVG.drawing(from: output, name: name)
        else {
            return .notDrawn(reason: "This figure was not drawn, because gnuplot failed; its numbers follow.")
        }
        return .drawn(drawing)
    }
}

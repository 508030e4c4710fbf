extension KernelImage {
    /// The image as an SVG element to be put inline: one square a value in ``DivergingScale``'s colours, each with its value as a
    /// tooltip. It has no size of its own: its place on the page gives it one.
    ///
    /// - Parameters:
    ///   - limit: the end of the symmetric scale; the image's largest magnitude where nil.
    ///   - name: what the image shows, for readers who do not see it.
    /// - Complexity: O(width · height).
    public func svg(limit: Double? = nil, name: String) -> String {
        let limit = limit ?? largestMagnitude
        let finite = values.filter(\.isFinite)
        let range = "from \(Format.significant(finite.min() ?? 0)) to \(Format.significant(finite.max() ?? 0))"
        let label = HTML.escaped("\(name), \(height) × \(width), \(range)")
        var svg = "<svg class=\"kernel\" viewBox=\"0 0 \(width) \(height)\" role=\"img\" aria-label=\"\(label)\""
        svg += " shape-rendering=\"crispEdges\">"
        for row in 0..<height {
            for column in 0..<width {
                let color = DivergingScale.color(of: self[row, column], limit: limit).css
                svg += "<path fill=\"\(color)\" d=\"M\(column) \(row)h1v1h-1z\">"
                svg += "<title>\(Format.significant(self[row, column]))</title></path>"
            }
        }
        return svg + "</svg>"
    }
}

/// Rows of kernels on a page: kernel beside fit beside residual, each row on its own symmetric scale.
///
///     let gallery = KernelGallery("Best fitted", rows: rows, caption: "Order 4, σ = 1.85.")
public struct KernelGallery: Sendable, Hashable {
    /// What the rows have in common.
    public var title: String
    /// The rows, first to last.
    public var rows: [KernelRow]
    /// A sentence below.
    public var caption: Prose

    /// A gallery.
    public init(_ title: String, rows: [KernelRow], caption: Prose = "") {
        self.title = title
        self.rows = rows
        self.caption = caption
    }
}

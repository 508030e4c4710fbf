/// A rectangle of signed numbers to be drawn: a kernel, its fit, what is left of it.
///
///     let image = KernelImage(width: 3, height: 3, values: [-1, 0, 1, -2, 0, 2, -1, 0, 1])
public struct KernelImage: Sendable, Hashable {
    /// The number of columns.
    public let width: Int
    /// The number of rows.
    public let height: Int
    /// The values row by row, top row first, `width * height` of them.
    public let values: [Double]

    /// An image of `width * height` values, row by row.
    public init(width: Int, height: Int, values: [Double]) {
        precondition(width > 0 && height > 0, "an image has at least one row and one column")
        precondition(values.count == width * height, "an image of \(width) × \(height) has that many values")
        self.width = width
        self.height = height
        self.values = values
    }

    /// The value at row `row` and column `column`, counted from the top left.
    public subscript(row: Int, column: Int) -> Double { values[row * width + column] }

    /// The largest magnitude of a finite value, 0 where there is none.
    public var largestMagnitude: Double { values.lazy.filter(\.isFinite).map(abs).max() ?? 0 }

    /// The means over blocks of `factor` × `factor` values; blocks at the right and lower edge may be smaller.
    ///
    /// - Complexity: O(width · height).
    func averaged(by factor: Int) -> KernelImage {
        guard factor > 1 else { return self }
        let (columns, rows) = ((width + factor - 1) / factor, (height + factor - 1) / factor)
        var means: [Double] = []
        for row in 0..<rows {
            for column in 0..<columns {
                let (y, x) = (row * factor, column * factor)
                let block = (y..<min(y + factor, height)).flatMap { y in
                    (x..<min(x + factor, width)).map { self[y, $0] }
                }
                means.append(block.reduce(0, +) / Double(block.count))
            }
        }
        return KernelImage(width: columns, height: rows, values: means)
    }
}

/// Images side by side that share one symmetric scale, with a label and a note: a kernel, its fit and the residual.
///
///     KernelRow("conv1[0, 2]", note: "R² 0.981", panels: [("kernel", kernel), ("fit", fit), ("residual", residual)])
public struct KernelRow: Sendable, Hashable {
    /// One image under its caption.
    public struct Panel: Sendable, Hashable {
        /// What the image shows, in a word.
        public var caption: String
        /// The image.
        public var image: KernelImage
    }

    /// What the row is called.
    public var label: String
    /// A few words beside the label, such as the explained energy.
    public var note: String
    /// The images, left to right.
    public var panels: [Panel]

    /// A row of captioned images.
    public init(_ label: String, note: String = "", panels: [(caption: String, image: KernelImage)]) {
        self.label = label
        self.note = note
        self.panels = panels.map { Panel(caption: $0.caption, image: $0.image) }
    }

    /// The end of the scale that all panels share: the largest magnitude in any of them.
    public var limit: Double { panels.map(\.image.largestMagnitude).max() ?? 0 }
}

/// A small grey picture of one digit, cut to the digit's own rectangle.
public struct Glyph: Hashable, Sendable {
    /// The digit.
    public var label: Int
    /// The number of columns.
    public var width: Int
    /// The pixels, row by row; 0 is background.
    public var pixels: [UInt8]
    /// The number of rows.
    public var height: Int { pixels.count / width }

    /// A glyph.
    /// - Precondition: Rows are whole.
    public init(label: Int, width: Int, pixels: [UInt8]) {
        precondition(width >= 1 && !pixels.isEmpty && pixels.count % width == 0, "a glyph has whole rows")
        self.label = label
        self.width = width
        self.pixels = pixels
    }

    /// Half as large along each axis: the mean over 2×2 pixels, background beyond the border.
    public var halved: Glyph {
        let (rows, columns) = ((height + 1) / 2, (width + 1) / 2)
        var result = [UInt8](repeating: 0, count: rows * columns)
        for y in 0..<rows {
            for x in 0..<columns {
                var sum = 0
                for (dy, dx) in [(0, 0), (0, 1), (1, 0), (1, 1)] where 2 * y + dy < height && 2 * x + dx < width {
                    sum += Int(pixels[(2 * y + dy) * width + 2 * x + dx])
                }
                result[y * columns + x] = UInt8((sum + 2) / 4)
            }
        }
        return Glyph(label: label, width: columns, pixels: result)
    }

    /// Twice as large along each axis, interpolated bilinearly between the pixels' centres and continued at the border.
    public var doubled: Glyph {
        var result = [UInt8](repeating: 0, count: 4 * pixels.count)
        // A new pixel's centre lies a quarter of a pixel from an old one's, so that the weights are 3/4 and 1/4.
        func neighbours(_ place: Int, _ count: Int) -> (near: Int, far: Int) {
            let near = place / 2
            return (near, min(max(place % 2 == 0 ? near - 1 : near + 1, 0), count - 1))
        }
        for y in 0..<2 * height {
            let (row, otherRow) = neighbours(y, height)
            for x in 0..<2 * width {
                let (column, otherColumn) = neighbours(x, width)
                let near = 3 * Int(pixels[row * width + column]) + Int(pixels[row * width + otherColumn])
                let far = 3 * Int(pixels[otherRow * width + column]) + Int(pixels[otherRow * width + otherColumn])
                result[y * 2 * width + x] = UInt8((3 * near + far + 8) / 16)
            }
        }
        return Glyph(label: label, width: 2 * width, pixels: result)
    }
}

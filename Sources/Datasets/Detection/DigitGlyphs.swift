import Foundation
import Randomness

/// Digits to compose pictures from: cut out of M2NIST's pictures, or drawn where there are none.
public enum DigitGlyphs {
    /// The longest side of a digit that is cut out. MNIST's digits have 20 pixels; two of the same class in one picture are mostly larger.
    static let longestSide = 22

    /// The digits of pictures with a class for every pixel, classes 0 to 9, each cut to the rectangle of its class.
    /// - Complexity: O(pixels).
    public static func cut(from pictures: LabelledPictures) -> [Glyph] {
        precondition(pictures.labelling == .perPixel && pictures.channels == 1, "every grey pixel has a class")
        var glyphs: [Glyph] = []
        for picture in 0..<pictures.count {
            var corners = [(top: Int, bottom: Int, left: Int, right: Int)?](repeating: nil, count: 10)
            let start = picture * pictures.bytesPerPicture
            for row in 0..<pictures.height {
                for column in 0..<pictures.width {
                    let label = Int(pictures.labels[start + row * pictures.width + column])
                    guard label < 10 else { continue }
                    let old = corners[label] ?? (row, row, column, column)
                    corners[label] = (old.top, row, min(old.left, column), max(old.right, column))
                }
            }
            for (label, corner) in corners.enumerated() {
                guard let corner else { continue }
                let (height, width) = (corner.bottom - corner.top + 1, corner.right - corner.left + 1)
                guard (2...longestSide).contains(width), (8...longestSide).contains(height) else { continue }
                var pixels: [UInt8] = []
                for row in corner.top...corner.bottom {
                    for column in corner.left...corner.right {
                        let place = start + row * pictures.width + column
                        pixels.append(pictures.labels[place] == label ? pictures.pixels[place] : 0)
                    }
                }
                glyphs.append(Glyph(label: label, width: width, pixels: pixels))
            }
        }
        return glyphs
    }

    /// The digits of the training and of the test pictures; those of the latter that are in the former too, to the pixel, are left out.
    ///
    /// M2NIST composes its pictures of MNIST's digits before it is divided, so that many digits are in both.
    /// - Complexity: O(pixels).
    public static func cut(from dataset: Dataset) -> (training: [Glyph], test: [Glyph]) {
        let training = cut(from: dataset.training)
        let known = Set(training)
        return (training, cut(from: dataset.test).filter { !known.contains($0) })
    }

    /// Digits drawn as seven segments, whose slant, width and thickness vary; the glyph at a place depends on the seed and the place alone.
    public static func drawn(_ places: Range<Int>, seed: UInt64) -> [Glyph] {
        places.map { place in
            var random = SeededGenerator(seed: seed, index: place)
            return draw(place % 10, &random)
        }
    }

    /// The segments of a digit, each from one corner (column 0 or 1, row 0 to 2) to another.
    private static let segments: [[(Double, Double, Double, Double)]] = {
        let all: [(Double, Double, Double, Double)] = [
            (0, 0, 1, 0), (0, 0, 0, 1), (1, 0, 1, 1), (0, 1, 1, 1), (0, 1, 0, 2), (1, 1, 1, 2), (0, 2, 1, 2),
        ]
        let lit = [
            [0, 1, 2, 4, 5, 6], [2, 5], [0, 2, 3, 4, 6], [0, 2, 3, 5, 6], [1, 2, 3, 5], [0, 1, 3, 5, 6],
            [0, 1, 3, 4, 5, 6], [0, 2, 5], [0, 1, 2, 3, 4, 5, 6], [0, 1, 2, 3, 5, 6],
        ]
        return lit.map { $0.map { all[$0] } }
    }()

    private static func draw(_ label: Int, _ random: inout SeededGenerator) -> Glyph {
        let slant = (2 * random.uniform() - 1) * 2.5
        let half = 3.5 + 1.5 * random.uniform()
        let thickness = 1 + 0.8 * random.uniform()
        let (rows, columns) = (20, 20)
        func corner(_ column: Double, _ row: Double) -> (x: Double, y: Double) {
            (10 + (2 * column - 1) * half + slant * (1 - row), 10 + (row - 1) * 7.5)
        }
        var pixels = [UInt8](repeating: 0, count: rows * columns)
        for row in 0..<rows {
            for column in 0..<columns {
                let (x, y) = (Double(column) + 0.5, Double(row) + 0.5)
                var nearest = Double.infinity
                for segment in segments[label] {
                    let (a, b) = (corner(segment.0, segment.1), corner(segment.2, segment.3))
                    let (dx, dy) = (b.x - a.x, b.y - a.y)
                    let along = min(max(((x - a.x) * dx + (y - a.y) * dy) / (dx * dx + dy * dy), 0), 1)
                    nearest = min(nearest, hypot(x - a.x - along * dx, y - a.y - along * dy))
                }
                let cover = min(max(thickness + 0.5 - nearest, 0), 1)
                pixels[row * columns + column] = UInt8((255 * cover).rounded())
            }
        }
        return trimmed(label, columns, pixels)
    }

    /// The rectangle of what is not background.
    private static func trimmed(_ label: Int, _ width: Int, _ pixels: [UInt8]) -> Glyph {
        let places = pixels.indices.filter { pixels[$0] > 0 }
        let (rows, columns) = (places.map { $0 / width }, places.map { $0 % width })
        guard let top = rows.min(), let bottom = rows.max(), let left = columns.min(), let right = columns.max() else {
            return Glyph(label: label, width: width, pixels: pixels)
        }
        let kept = (top...bottom).flatMap { row in pixels[row * width + left...row * width + right] }
        return Glyph(label: label, width: right - left + 1, pixels: kept)
    }
}

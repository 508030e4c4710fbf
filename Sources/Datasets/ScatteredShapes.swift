import Foundation
import Randomness

/// Pictures with up to three shapes on a dark ground and a class for every pixel, drawn from a seed: a stand-in for M2NIST that needs no file.
///
/// Ten classes of shapes and, last, the background: bars in four directions, two crosses, a disc, a ring and two triangles, each on black as digits
/// are, with a little noise. The picture at a place depends on the seed and the place alone.
public enum ScatteredShapes {
    /// The number of rows of a picture.
    public static let height = 32
    /// The number of columns of a picture, like that of rows a multiple of four, as an encoder that halves twice wants it.
    public static let width = 44

    /// A set of `training` and `test` pictures in one channel.
    /// - Complexity: O(pictures), some microseconds each.
    public static func dataset(training: Int = 1_000, test: Int = 200, seed: UInt64 = 1) -> Dataset {
        Dataset(
            name: "scattered-shapes", training: pictures(0..<training, seed: seed),
            test: pictures(training..<training + test, seed: seed))
    }

    static func pictures(_ range: Range<Int>, seed: UInt64) -> LabelledPictures {
        let names = OrientedShapes.classNames + ["background"]
        var pixels: [UInt8] = []
        var labels: [UInt8] = []
        for place in range {
            var random = SeededGenerator(seed: seed, index: place)
            var brightness = [Double](repeating: 0, count: height * width)
            var classes = [UInt8](repeating: UInt8(names.count - 1), count: height * width)
            let count = 1 + Int(random.uniform() * 3)
            for slot in 0..<count {
                let shape = Shape(slot: slot, of: count, &random)
                for row in 0..<height {
                    for column in 0..<width {
                        let cover = shape.cover(column: column, row: row)
                        guard cover > 0 else { continue }
                        brightness[row * width + column] = max(brightness[row * width + column], cover)
                        if cover > 0.5 { classes[row * width + column] = shape.label }
                    }
                }
            }
            pixels += brightness.map { UInt8(min(max(255 * ($0 + 0.05 * random.uniform()), 0), 255)) }
            labels += classes
        }
        return LabelledPictures(
            height: height, width: width, channels: 1, classNames: names, labelling: .perPixel, pixels: pixels,
            labels: labels)
    }

    /// One shape with its place, size and class.
    private struct Shape {
        let label: UInt8
        let x: Double
        let y: Double
        let size: Double

        /// A shape in the part of the picture that is number `slot` of `count` from the left.
        init(slot: Int, of count: Int, _ random: inout SeededGenerator) {
            let part = Double(ScatteredShapes.width) / Double(count)
            label = UInt8(random.uniform() * Double(OrientedShapes.classNames.count))
            x = part * (Double(slot) + 0.35 + 0.3 * random.uniform())
            y = 9 + random.uniform() * Double(ScatteredShapes.height - 18)
            size = 4.5 + 2 * random.uniform()
        }

        func cover(column: Int, row: Int) -> Double {
            let distance = OrientedShapes.signedDistance(
                Int(label), x: Double(column) - x, y: Double(row) - y, size: size, thickness: 1.2)
            return min(max(0.5 - distance, 0), 1)
        }
    }
}

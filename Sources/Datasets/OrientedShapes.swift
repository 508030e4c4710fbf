import Foundation
import Randomness

/// A small set of coloured shapes, drawn from a seed, with which everything that learns can be tried without any file.
///
/// Ten classes: a bar at 0°, 45°, 90° and 135°, an upright and a diagonal cross, a disc, a ring, and a triangle that points up or down.
/// Place, size, colours and a little of the direction vary, and noise is added. The picture at a place depends on the seed and the place
/// alone. Pictures are not mirrored to augment them: that would turn the 45° bar into the 135° one.
public enum OrientedShapes {
    /// The names of the classes.
    public static let classNames = [
        "bar 0°", "bar 45°", "bar 90°", "bar 135°", "cross +", "cross ×", "disc", "ring", "triangle up",
        "triangle down",
    ]

    /// A set of `training` and `test` pictures of 32×32 pixels in three channels.
    /// - Complexity: O(pictures), some microseconds each.
    public static func dataset(training: Int = 4_000, test: Int = 500, seed: UInt64 = 1) -> Dataset {
        Dataset(
            name: "shapes", training: pictures(0..<training, seed: seed),
            test: pictures(training..<training + test, seed: seed))
    }

    static let side = 32

    /// The pictures at the places of `range` in the endless sequence that `seed` determines.
    static func pictures(_ range: Range<Int>, seed: UInt64) -> LabelledPictures {
        var pixels: [UInt8] = []
        var labels: [UInt8] = []
        pixels.reserveCapacity(range.count * side * side * 3)
        for place in range {
            var random = SeededGenerator(seed: seed, index: place)
            let label = Int(random.uniform() * Double(classNames.count))
            labels.append(UInt8(label))
            draw(label, &random, into: &pixels)
        }
        return LabelledPictures(
            height: side, width: side, channels: 3, classNames: classNames, pixels: pixels, labels: labels)
    }

    private static func draw(_ label: Int, _ random: inout SeededGenerator, into pixels: inout [UInt8]) {
        func between(_ low: Double, _ high: Double) -> Double { low + (high - low) * random.uniform() }
        let size = between(5, 9)
        let centre = (x: between(10, 22), y: between(10, 22))
        let tilt = between(-8, 8) * .pi / 180
        let thickness = between(1, 2)
        let background = (0..<3).map { _ in between(0, 1) }
        // Far enough from the background in every channel that noise does not hide the shape.
        let foreground = background.map { $0 < 0.5 ? $0 + between(0.3, 0.5) : $0 - between(0.3, 0.5) }
        let noise = between(0.02, 0.14)
        let (cosine, sine) = (cos(tilt), sin(tilt))
        for row in 0..<side {
            for column in 0..<side {
                let (dx, dy) = (Double(column) - centre.x, Double(row) - centre.y)
                let (x, y) = (dx * cosine + dy * sine, dy * cosine - dx * sine)
                let distance = signedDistance(label, x: x, y: y, size: size, thickness: thickness)
                let cover = min(max(0.5 - distance, 0), 1)
                // Twenty bits of noise for each channel.
                var bits = random.next()
                for channel in 0..<3 {
                    let value = background[channel] + cover * (foreground[channel] - background[channel])
                    let uniform = Double(bits & 0xF_FFFF) * 0x1p-19 - 1
                    bits >>= 20
                    pixels.append(UInt8(min(max((value + noise * uniform) * 255, 0), 255).rounded()))
                }
            }
        }
    }

    /// The distance from a shape's border, negative inside, as far as the pixels at the border need it.
    static func signedDistance(_ label: Int, x: Double, y: Double, size: Double, thickness: Double) -> Double {
        /// A bar in the direction (c, −s): the y axis points down, so that one that rises to the right has a negative part there.
        func bar(_ c: Double, _ s: Double) -> Double {
            max(abs(x * c - y * s) - size, abs(y * c + x * s) - thickness)
        }
        let half = 0.5.squareRoot()
        func triangle(_ y: Double) -> Double { max(0.9 * abs(x) + 0.45 * y - 0.45 * size, -y - 0.6 * size) }
        let radius = hypot(x, y)
        switch label {
        case 0: return bar(1, 0)
        case 1: return bar(half, half)
        case 2: return bar(0, 1)
        case 3: return bar(-half, half)
        case 4: return min(bar(1, 0), bar(0, 1))
        case 5: return min(bar(half, half), bar(-half, half))
        case 6: return radius - 0.8 * size
        case 7: return abs(radius - 0.8 * size) - thickness
        case 8: return triangle(-y)
        default: return triangle(y)
        }
    }
}

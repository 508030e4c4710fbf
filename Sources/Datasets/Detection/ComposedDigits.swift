import Randomness
import Tensors

/// Pictures composed of digits at ×0.5, ×1 and ×2, whose boxes are known from the composition.
///
/// A picture has one or two digits of each size in places drawn at random; one that would come within two pixels of another after fifty tries is
/// left out. The picture at a place depends on the seed and the place alone.
public struct ComposedDigits: Sendable {
    /// The digits that pictures are composed of.
    public let glyphs: [Glyph]
    /// The number of rows and columns of a picture.
    public let side: Int

    let seed: UInt64

    /// The number of sizes: half, whole and twice.
    public static let sizes = 3

    /// Pictures of `side`×`side` pixels.
    /// - Precondition: There are digits, and each fits into a picture twice as large.
    public init(_ glyphs: [Glyph], side: Int = 96, seed: UInt64) {
        precondition(!glyphs.isEmpty, "there are digits to compose")
        precondition(glyphs.allSatisfy { 2 * max($0.width, $0.height) <= side }, "every digit fits into a picture")
        self.glyphs = glyphs
        self.side = side
        self.seed = seed
    }

    /// The picture at a place, its pixels row by row from 0 to 1, and the objects in it.
    public func picture(_ place: Int) -> (pixels: [Float], objects: [PictureObject]) {
        var random = SeededGenerator(seed: seed, index: place)
        var pixels = [Float](repeating: 0, count: side * side)
        var objects: [PictureObject] = []
        // The large ones first, while there is room.
        for size in (0..<Self.sizes).reversed() {
            for _ in 0..<(random.uniform() < 0.5 ? 1 : 2) {
                let glyph = glyphs[Int(random.uniform() * Double(glyphs.count))]
                let scaled = size == 0 ? glyph.halved : size == 1 ? glyph : glyph.doubled
                guard let (row, column) = freePlace(for: scaled, among: objects, &random) else { continue }
                for y in 0..<scaled.height {
                    for x in 0..<scaled.width {
                        pixels[(row + y) * side + column + x] = Float(scaled.pixels[y * scaled.width + x]) / 255
                    }
                }
                let box = PictureBox(
                    left: Float(column), top: Float(row), right: Float(column + scaled.width),
                    bottom: Float(row + scaled.height))
                objects.append(PictureObject(box: box, label: glyph.label, size: size))
            }
        }
        return (pixels, objects)
    }

    private func freePlace(
        for glyph: Glyph, among objects: [PictureObject], _ random: inout SeededGenerator
    ) -> (row: Int, column: Int)? {
        let gap: Float = 2
        for _ in 0..<50 {
            let row = Int(random.uniform() * Double(side - glyph.height + 1))
            let column = Int(random.uniform() * Double(side - glyph.width + 1))
            let isFree = objects.allSatisfy { other in
                Float(column) >= other.box.right + gap || Float(column + glyph.width) + gap <= other.box.left
                    || Float(row) >= other.box.bottom + gap || Float(row + glyph.height) + gap <= other.box.top
            }
            if isFree { return (row, column) }
        }
        return nil
    }

    /// The pictures at `places` as a network takes them, `[pictures, side, side, 1]`, and the objects of each.
    public func batch(_ places: Range<Int>) -> (pictures: Tensor, objects: [[PictureObject]]) {
        var numbers: [Float] = []
        var objects: [[PictureObject]] = []
        for place in places {
            let (pixels, own) = picture(place)
            numbers += pixels
            objects.append(own)
        }
        return (Tensor([places.count, side, side, 1], numbers), objects)
    }
}

import Randomness

/// How pictures are varied while a network learns from them.
///
/// With `flipsAndShifts`, half of the pictures are mirrored, left and right exchanged, and each is shifted along both axes by lengths uniformly
/// distributed over ±10 % of its size, not rounded to pixels: between samples it is interpolated bilinearly, outside its edge is continued.
public struct Augmentation: Sendable, Hashable {
    /// Whether half of the pictures are mirrored, left and right exchanged.
    public var mirrors: Bool
    /// The largest shift, as a part of the picture's size along each axis.
    public var largestShift: Double

    /// Pictures as they are.
    public static let none = Augmentation(mirrors: false, largestShift: 0)
    /// Mirrored by halves and shifted by up to 10 %.
    public static let flipsAndShifts = Augmentation(mirrors: true, largestShift: 0.1)

    /// An augmentation with the given parts.
    /// - Precondition: The shift is from 0 to 1.
    public init(mirrors: Bool, largestShift: Double) {
        precondition(largestShift >= 0 && largestShift <= 1, "a shift is a part of the picture's size")
        self.mirrors = mirrors
        self.largestShift = largestShift
    }

    /// Draws one picture's variation.
    func draw(height: Int, width: Int, _ random: inout SeededGenerator) -> PictureVariation {
        let isMirrored = mirrors && random.uniform() < 0.5
        guard largestShift > 0 else { return PictureVariation(isMirrored: isMirrored, down: 0, right: 0) }
        let down = (2 * random.uniform() - 1) * largestShift * Double(height)
        let right = (2 * random.uniform() - 1) * largestShift * Double(width)
        return PictureVariation(isMirrored: isMirrored, down: Float(down), right: Float(right))
    }
}

/// What is done to one picture: first it is shifted, then mirrored.
struct PictureVariation: Sendable, Hashable {
    /// Whether left and right are exchanged.
    var isMirrored: Bool
    /// By how many rows the picture moves down.
    var down: Float
    /// By how many columns the picture moves to the right.
    var right: Float

    /// Writes the varied picture, its bytes divided by 255.
    ///
    /// `row` is scratch memory for one row of the picture.
    func apply(
        to source: UnsafePointer<UInt8>, height: Int, width: Int, channels: Int,
        into target: UnsafeMutablePointer<Float>,
        row: UnsafeMutablePointer<Float>
    ) {
        let (rowsUp, rowPart) = Self.split(-down)
        let (columnsLeft, columnPart) = Self.split(-right)
        let rowLength = width * channels
        func clamped(_ index: Int, _ count: Int) -> Int { min(max(index, 0), count - 1) }
        for y in 0..<height {
            let first = source + clamped(y + rowsUp, height) * rowLength
            let second = source + clamped(y + rowsUp + 1, height) * rowLength
            let (secondWeight, firstWeight) = (rowPart / PictureEncoding.white, (1 - rowPart) / PictureEncoding.white)
            for i in 0..<rowLength { row[i] = firstWeight * Float(first[i]) + secondWeight * Float(second[i]) }
            let line = target + y * rowLength
            for x in 0..<width {
                let left = row + clamped(x + columnsLeft, width) * channels
                let right = row + clamped(x + columnsLeft + 1, width) * channels
                let pixel = line + (isMirrored ? width - 1 - x : x) * channels
                for c in 0..<channels { pixel[c] = left[c] + columnPart * (right[c] - left[c]) }
            }
        }
    }

    private static func split(_ shift: Float) -> (whole: Int, part: Float) {
        let whole = shift.rounded(.down)
        return (Int(whole), shift - whole)
    }
}

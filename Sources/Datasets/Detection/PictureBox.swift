/// A rectangle of a picture; pixel (row, column) covers the unit square whose upper left corner is (column, row).
public struct PictureBox: Hashable, Sendable, Codable {
    /// The left and upper sides.
    public var left, top: Float
    /// The right and lower sides.
    public var right, bottom: Float

    /// A box with the given sides.
    public init(left: Float, top: Float, right: Float, bottom: Float) {
        self.left = left
        self.top = top
        self.right = right
        self.bottom = bottom
    }

    /// The area in pixels; zero where sides are the wrong way round.
    public var area: Float { max(right - left, 0) * max(bottom - top, 0) }

    /// The area that both boxes cover, divided by that which either does (Jaccard's index); zero where neither has any.
    public func intersectionOverUnion(_ other: PictureBox) -> Float {
        let width = min(right, other.right) - max(left, other.left)
        let height = min(bottom, other.bottom) - max(top, other.top)
        let both = max(width, 0) * max(height, 0)
        let either = area + other.area - both
        return either > 0 ? both / either : 0
    }
}

/// An object in a picture.
public struct PictureObject: Hashable, Sendable {
    /// Where it is.
    public var box: PictureBox
    /// Its class.
    public var label: Int
    /// Its size, as a place in a list of sizes from small to large.
    public var size: Int

    /// An object.
    public init(box: PictureBox, label: Int, size: Int) {
        self.box = box
        self.label = label
        self.size = size
    }
}

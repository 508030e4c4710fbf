/// What the channels of a detector's output mean, at every pixel.
///
/// For each of a few sizes of objects there is a group of channels: a score for each class, that the pixel is the centre of such an object, and then
/// the distances from the pixel to the left, upper, right and lower side of the object's box, in halves of the size's nominal side.
public struct DetectionLayout: Hashable, Sendable {
    /// The number of classes.
    public var classes: Int
    /// The nominal side of an object of each size, in pixels, from small to large.
    public var sides: [Float]

    /// A layout for digits, whose longer side is 20 pixels, at ×0.5, ×1 and ×2.
    public init(classes: Int = 10, sides: [Float] = [10, 20, 40]) {
        self.classes = classes
        self.sides = sides
    }

    /// The number of channels of one size.
    public var channelsPerSize: Int { classes + 4 }
    /// The number of channels.
    public var channels: Int { sides.count * channelsPerSize }
}

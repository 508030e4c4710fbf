/// The colours of signed values: blue below zero, near white at zero, red above, the darker the farther from zero.
///
/// The eleven-class RdBu scheme of ColorBrewer (Brewer, Harrower and The Pennsylvania State University, colorbrewer2.org; Harrower
/// and Brewer 2003, doi:10.1179/000870403235002042), reversed so that red is positive, and interpolated linearly between its classes.
/// Its authors rate it safe for colour-blind readers. In grey both signs darken alike: there the values must be written.
public enum DivergingScale {
    /// The colours at −1, −0.8, …, 1.
    static let anchors: [RGBColor] = [
        0x053061, 0x2166AC, 0x4393C3, 0x92C5DE, 0xD1E5F0, 0xF7F7F7, 0xFDDBC7, 0xF4A582, 0xD6604D, 0xB2182B, 0x67001F,
    ].map(RGBColor.init)

    /// The classes among xterm's 256 indexed colours. Chosen by eye: the nearest ones change hue from class to class.
    static let indexed = [17, 25, 68, 110, 153, 255, 224, 216, 167, 124, 52]

    /// What stands for a value that is not finite.
    static let missing = RGBColor(0x888888)

    /// The colour of `value` on a scale from −`limit` to `limit`; values beyond it have the colour of the end.
    ///
    /// A limit of 0 gives every value the colour of zero.
    public static func color(of value: Double, limit: Double) -> RGBColor {
        guard value.isFinite else { return missing }
        let position = position(of: value, limit)
        let lower = min(Int(position), anchors.count - 2)
        return anchors[lower].mixed(with: anchors[lower + 1], position - Double(lower))
    }

    /// The components of `color(of:limit:)` from 0 to 1, not rounded to the eight bits that a screen's colours have.
    public static func components(of value: Double, limit: Double) -> SIMD3<Double> {
        func vector(_ color: RGBColor) -> SIMD3<Double> {
            SIMD3(Double(color.red), Double(color.green), Double(color.blue)) / 255
        }
        guard value.isFinite else { return vector(missing) }
        let position = position(of: value, limit)
        let lower = min(Int(position), anchors.count - 2)
        let (from, to) = (vector(anchors[lower]), vector(anchors[lower + 1]))
        return from + (position - Double(lower)) * (to - from)
    }

    /// The indexed colour of the class nearest to `value`.
    static func indexedColor(of value: Double, limit: Double) -> Int {
        guard value.isFinite else { return missing.nearestIndexed }
        return indexed[Int(position(of: value, limit).rounded())]
    }

    /// The place of a value among the classes, 0 for the first.
    private static func position(of value: Double, _ limit: Double) -> Double {
        let t = limit > 0 ? min(max(value / limit, -1), 1) : 0
        return (t + 1) / 2 * Double(anchors.count - 1)
    }
}

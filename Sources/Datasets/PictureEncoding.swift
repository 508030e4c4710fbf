/// How pictures become the numbers that a network takes, for whoever feeds it elsewhere.
///
/// A sample of a byte picture is (byte ÷ `divisor` − mean) ÷ deviation, channel by channel. This library's networks learn from `Batch`, whose samples
/// are bytes divided by 255 and nothing else.
public struct PictureEncoding: Hashable, Sendable, Codable {
    /// What bytes are divided by; a picture of 16 bits is rounded to 8 first.
    public let divisor: Double
    /// What is then subtracted from each channel.
    public let mean: [Double]
    /// What each channel is then divided by.
    public let deviation: [Double]
    /// The channels in their order: `grey`, or `red`, `green` and `blue`.
    public let channels: [String]
    /// The order of axes, N pictures, C channels, H rows from the top, W columns from the left: `NCHW`, or `NHWC` as in this library.
    public let layout: String
    /// The rows and columns of a picture.
    public let size: [Int]

    /// White as a byte, which is 1 to a network.
    static let white: Float = 255

    /// The encoding that `Batch` has, for pictures of a size.
    ///
    /// - Parameters:
    ///   - height: The rows of a picture.
    ///   - width: The columns of a picture.
    ///   - channels: 1 or 3, as data sets have them; others are numbered.
    ///   - layout: The order of axes.
    public init(height: Int, width: Int, channels: Int, layout: String) {
        divisor = Double(Self.white)
        mean = Array(repeating: 0, count: channels)
        deviation = Array(repeating: 1, count: channels)
        self.channels =
            switch channels {
            case 1: ["grey"]
            case 3: ["red", "green", "blue"]
            default: (1...max(channels, 1)).map { "channel \($0)" }
            }
        self.layout = layout
        size = [height, width]
    }

    /// One sentence for people.
    public var sentence: String {
        "pictures of \(size[0]) rows and \(size[1]) columns, bytes divided by \(Int(divisor)), so that samples are from 0 to 1; no mean is subtracted and "
            + "no deviation divided by; channels \(channels.joined(separator: ", ")); axes \(layout)"
    }
}

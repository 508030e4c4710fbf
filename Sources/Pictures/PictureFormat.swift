/// What a picture's pixels consist of.
public enum PictureChannels: Int, Sendable, Hashable, CaseIterable {
    /// Grey.
    case grey = 1
    /// Grey and alpha.
    case greyAlpha = 2
    /// Red, green and blue.
    case color = 3
    /// Red, green, blue and alpha.
    case colorAlpha = 4

    /// The number of channels.
    public var count: Int { rawValue }
    /// The channel that holds alpha, the last, where there is one. Colours are not multiplied by it.
    public var alpha: Int? { self == .greyAlpha || self == .colorAlpha ? count - 1 : nil }
}

/// How many bits a channel of a pixel has in the file.
public enum PictureDepth: Int, Sendable, Hashable, CaseIterable {
    /// Values 0 … 255.
    case eight = 8
    /// Values 0 … 65,535.
    case sixteen = 16

    /// The value of white and of full opacity.
    public var maximum: Int { (1 << rawValue) - 1 }
}

/// How many pixels go to a length, as a file's `pHYs` chunk says.
public struct PixelDensity: Sendable, Hashable {
    /// Pixels along x to a unit of length, from 1 to 2³¹ − 1.
    public let x: Int
    /// Pixels along y to a unit of length, from 1 to 2³¹ − 1.
    public let y: Int
    /// Whether that unit is the metre; else it is unknown, and only the pixels' shape is.
    public let isPerMetre: Bool

    /// A density of `x` and `y` pixels.
    public init(x: Int, y: Int, isPerMetre: Bool = true) {
        precondition(
            x >= 1 && y >= 1 && x < 1 << 31 && y < 1 << 31, "a PNG file cannot hold a density of \(x) × \(y) pixels")
        (self.x, self.y, self.isPerMetre) = (x, y, isPerMetre)
    }
}

/// The extents and format of a picture.
public struct PictureFormat: Sendable, Hashable {
    /// Pixels in a row, from 1 to 2³¹ − 1.
    public let width: Int
    /// Rows, from 1 to 2³¹ − 1.
    public let height: Int
    /// What pixels consist of.
    public let channels: PictureChannels
    /// The bits of each channel.
    public let depth: PictureDepth
    /// How many pixels go to a length, where that is known.
    public let density: PixelDensity?

    /// A format of `width` × `height` pixels.
    public init(
        width: Int, height: Int, channels: PictureChannels, depth: PictureDepth, density: PixelDensity? = nil
    ) {
        precondition(
            width >= 1 && height >= 1 && width < 1 << 31 && height < 1 << 31,
            "a PNG file cannot hold \(width) × \(height) pixels")
        (self.width, self.height, self.channels, self.depth) = (width, height, channels, depth)
        self.density = density
    }

    /// The numbers in one row: width · channels, neighbouring channels next to each other.
    public var rowCount: Int { width * channels.count }
}

/// Why a picture could not be read or written.
public enum PictureError: Error, Hashable, CustomStringConvertible {
    /// The file could not be opened, or is no PNG file.
    case cannotOpen(file: String, reason: String)
    /// The file ends early or contradicts itself.
    case damaged(file: String, row: Int, reason: String)
    /// The header promises more than a file of this length can hold.
    case implausible(file: String, width: Int, height: Int, bytes: Int)
    /// The picture has more pixels than were allowed for.
    case tooLarge(file: String, width: Int, height: Int, maximumPixels: Int)
    /// The file could not be written.
    case cannotWrite(file: String, reason: String)
    /// A sample to be written is not a number.
    case notANumber(file: String, column: Int, row: Int)
    /// A sample to be written is beyond 0 … 1 by more than rounding takes back.
    case outOfRange(file: String, column: Int, row: Int, value: Float)

    /// One sentence naming the file, what was found and what was wanted.
    public var description: String {
        switch self {
        case .cannotOpen(let file, let reason): "The picture \(file) could not be opened: \(reason)."
        case .damaged(let file, let row, let reason): "The picture \(file) is damaged at row \(row): \(reason)."
        case .implausible(let file, let width, let height, let bytes):
            "The picture \(file) claims \(width) × \(height) pixels, more than its \(bytes) bytes can hold."
        case .tooLarge(let file, let width, let height, let maximum):
            "The picture \(file) has \(width) × \(height) pixels, more than the \(maximum) that are allowed."
        case .cannotWrite(let file, let reason): "The picture \(file) could not be written: \(reason)."
        case .notANumber(let file, let column, let row):
            "The picture \(file) cannot be written: its sample at column \(column), row \(row) is not a number."
        case .outOfRange(let file, let column, let row, let value):
            "The picture \(file) cannot be written: its sample at column \(column), row \(row) is \(value), but a picture's are from 0 to 1."
        }
    }
}

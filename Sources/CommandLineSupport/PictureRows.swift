import ContinuousCNN
import Foundation

/// A picture's file read by rows, so that no process need hold all of it: a PNG, or an array of numbers in a `.npy`, rows first and channels last.
struct PictureRows {
    let grid: Grid
    let depth: PictureDepth
    /// The number of channels that are colours.
    let colors: Int
    /// Whether the last channel is alpha.
    let hasAlpha: Bool

    /// The type of an array's numbers; nil for a PNG.
    let scalarType: ScalarType?
    /// The number that is white: the greatest of bytes and of 16 bits, else 1.
    let white: Double
    /// How many pixels go to a length.
    let density: PixelDensity?

    let file: URL
    private var band: (rows: Range<Int>, values: StoredTensor)?
    private let numbers: NpyRows?
    private var picture: PNGReader?
    private var samples: [UInt16] = []

    /// Whether a file is an array of numbers, by its name.
    static func isArray(_ file: URL) -> Bool { file.pathExtension.lowercased() == "npy" }

    /// - Throws: `PictureError` or `TensorFileError` where the file cannot be read, `CommandFailure` where an array has no rows of pixels.
    init(_ file: URL) throws {
        self.file = file
        if Self.isArray(file) {
            let numbers = try NpyRows(contentsOf: file)
            let extents = numbers.extents
            try Self.check(extents, file)
            self.numbers = numbers
            grid = Grid(width: extents[1], height: extents[0])
            (colors, hasAlpha, density) = (extents.count == 3 ? extents[2] : 1, false, nil)
            scalarType = numbers.scalarType
            switch numbers.scalarType {
            case .uint8: (depth, white) = (.eight, 255)
            case .uint16: (depth, white) = (.sixteen, 65_535)
            case .bool: (depth, white) = (.eight, 1)
            default: (depth, white) = (.sixteen, 1)
            }
        } else {
            let reader = try PNGReader(file)
            let format = reader.format
            numbers = nil
            picture = reader
            grid = Grid(width: format.width, height: format.height)
            hasAlpha = format.channels.alpha != nil
            (density, scalarType, white) = (format.density, nil, 1)
            (depth, colors) = (format.depth, format.channels.count - (hasAlpha ? 1 : 0))
        }
    }

    /// The precision that holds every number of the file.
    var precision: FilterPrecision {
        switch scalarType {
        case .float64, .int32, .int64, .uint32, .uint64: .double
        default: .single
        }
    }

    private static func check(_ extents: [Int], _ file: URL) throws(CommandFailure) {
        let name = file.relativePath
        guard (2...3).contains(extents.count) else {
            throw CommandFailure(
                "\(name): a picture is an array of rows, columns and perhaps channels, but the file holds \(extents.count == 1 ? "one axis" : "\(extents.count) axes"), \(extents)"
            )
        }
        guard extents.allSatisfy({ $0 >= 1 }) else {
            throw CommandFailure("\(name): a picture has at least one pixel, but the array of \(extents) is empty")
        }
        guard extents.dropFirst(2).allSatisfy({ $0 <= 4 }) else {
            let hint = extents[0] <= 4 ? "; numpy.moveaxis(a, 0, -1) brings the channels from first to last" : ""
            throw CommandFailure(
                "\(name): a picture has at most 4 channels, on the last axis, but the file holds \(extents)\(hint)")
        }
    }

    /// Row `row` of colour `color`; rows that follow one another in a PNG are read without going back.
    /// - Throws: `PictureError` or `TensorFileError` where the file is damaged.
    mutating func row(_ row: Int, color: Int) throws -> [Float] {
        let channels = colors + (hasAlpha ? 1 : 0)
        let all: [Float] = try pixels(ofRow: row)
        return channels == 1 ? all : stride(from: color, to: all.count, by: channels).map { all[$0] }
    }

    /// The numbers of row `row`, channels last, alpha the last of them.
    /// - Throws: `PictureError` or `TensorFileError` where the file is damaged.
    mutating func pixels<Scalar: ConvolutionScalar>(ofRow row: Int) throws -> [Scalar] {
        guard let numbers else { return try picturePixels(ofRow: row) }
        if band.map({ !$0.rows.contains(row) }) ?? true {
            // Scattered rows take a visit of the file for each column, so that many are read together: 64 MB of them.
            let bytes = numbers.rowCount * numbers.scalarType.size
            let count = numbers.areRowsScattered ? max(1, (64 << 20) / max(bytes, 1)) : 1
            let rows = row..<min(row + count, grid.height)
            band = (rows, try numbers.rows(rows))
        }
        guard let band else { preconditionFailure("a band has been read") }
        let (size, count) = (numbers.scalarType.size, numbers.rowCount)
        let start = (row - band.rows.lowerBound) * count * size
        let line = StoredTensor(
            name: "row", shape: [count], scalarType: numbers.scalarType,
            bytes: Array(band.values.bytes[start..<start + count * size]))
        return line.doubles.map { Scalar($0) }
    }

    private mutating func picturePixels<Scalar: ConvolutionScalar>(ofRow row: Int) throws -> [Scalar] {
        if (picture?.row ?? .max) > row + 1 { picture = try PNGReader(file) }
        guard let picture else { preconditionFailure("the picture is open") }
        while picture.row <= row { try picture.nextRow(into: &samples) }
        let white = Scalar(depth.maximum)
        return samples.map { Scalar($0) / white }
    }
}

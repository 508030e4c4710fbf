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

    let file: URL
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
            guard (2...3).contains(extents.count), extents.allSatisfy({ $0 >= 1 }),
                extents.dropFirst(2).allSatisfy({ $0 <= 4 })
            else {
                throw CommandFailure(
                    "\(file.relativePath): a picture is an array of rows, columns and at most 4 channels, but the file holds \(extents)"
                )
            }
            self.numbers = numbers
            grid = Grid(width: extents[1], height: extents[0])
            (depth, colors, hasAlpha) = (.sixteen, extents.count == 3 ? extents[2] : 1, false)
        } else {
            let reader = try PNGReader(file)
            let format = reader.format
            numbers = nil
            picture = reader
            grid = Grid(width: format.width, height: format.height)
            hasAlpha = format.channels.alpha != nil
            (depth, colors) = (format.depth, format.channels.count - (hasAlpha ? 1 : 0))
        }
    }

    /// Row `row` of colour `color`; rows that follow one another in a PNG are read without going back.
    /// - Throws: `PictureError` or `TensorFileError` where the file is damaged.
    mutating func row(_ row: Int, color: Int) throws -> [Float] {
        guard let numbers else { return try pictureRow(row, color: color) }
        let all = try numbers.row(row)
        return colors == 1 ? all : stride(from: color, to: all.count, by: colors).map { all[$0] }
    }

    private mutating func pictureRow(_ row: Int, color: Int) throws -> [Float] {
        if (picture?.row ?? .max) > row { picture = try PNGReader(file) }
        guard let picture else { preconditionFailure("the picture is open") }
        while picture.row <= row { try picture.nextRow(into: &samples) }
        let channels = colors + (hasAlpha ? 1 : 0)
        let white = Float(depth.maximum)
        return stride(from: color, to: samples.count, by: channels).map { Float(samples[$0]) / white }
    }
}

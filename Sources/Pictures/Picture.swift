import Foundation

/// A picture as one plane of numbers for each channel, 0 for black and transparent, 1 for white and opaque.
public struct Picture: Sendable, Hashable {
    /// Pixels in a row.
    public let width: Int
    /// Rows.
    public let height: Int
    /// What pixels consist of.
    public let channels: PictureChannels
    /// The bits of each channel in the file that the picture comes from or goes to.
    public let depth: PictureDepth
    /// How many pixels go to a length, where that is known.
    public let density: PixelDensity?
    /// For each channel `height` rows of `width` samples. Values outside 0 … 1 are allowed, but not written unless they may be cut.
    public let planes: [[Float]]

    /// The picture of the given planes, one for each channel.
    public init(
        width: Int, height: Int, channels: PictureChannels, depth: PictureDepth = .sixteen,
        density: PixelDensity? = nil, planes: [[Float]]
    ) {
        precondition(width >= 1 && height >= 1, "a picture has at least one pixel, not \(width) × \(height)")
        precondition(
            planes.count == channels.count && planes.allSatisfy { $0.count == width * height },
            "\(channels.count) planes of \(width * height) samples are wanted")
        (self.width, self.height, self.channels) = (width, height, channels)
        (self.depth, self.density, self.planes) = (depth, density, planes)
    }

    /// Reads a PNG file; beside the planes one row of it is in memory, unless it is interlaced.
    ///
    /// - Parameters:
    ///   - file: the file to read.
    ///   - maximumPixels: the most pixels to accept; a file of a megabyte may honestly unfold to billions of them.
    ///   - progress: told before each row how many are read, of how many.
    /// - Throws: `PictureError`.
    public init(
        contentsOf file: URL, maximumPixels: Int = 1 << 30, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws(PictureError) {
        let reader = try PNGReader(file, maximumPixels: maximumPixels)
        let format = reader.format
        let white = Float(format.depth.maximum)
        var planes = [[Float]](repeating: [], count: format.channels.count)
        var samples: [UInt16] = []
        for row in 0..<format.height {
            progress(row, format.height)
            try reader.nextRow(into: &samples)
            for channel in planes.indices {
                planes[channel].append(
                    contentsOf: stride(from: channel, to: samples.count, by: planes.count).lazy.map {
                        Float(samples[$0]) / white
                    })
            }
        }
        progress(format.height, format.height)
        self.init(
            width: format.width, height: format.height, channels: format.channels, depth: format.depth,
            density: format.density, planes: planes)
    }

    /// Writes the picture as a PNG file, values rounded to the nearest of the depth.
    ///
    /// - Parameters:
    ///   - file: where it goes; what was there is replaced when the new picture is complete.
    ///   - depth: the bits of each channel; by default the picture's own.
    ///   - cuttingToRange: whether values below 0 become 0 and values above 1 become 1. By default they are refused; less than half a step of the depth
    ///     is rounding, and is not.
    ///   - progress: told before each row how many are written, of how many.
    /// - Throws: `PictureError.notANumber` and `.outOfRange`, before anything is written; `.cannotWrite`.
    public func write(
        to file: URL, depth: PictureDepth? = nil, cuttingToRange: Bool = false,
        progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws(PictureError) {
        let depth = depth ?? self.depth
        let halfStep = 0.5 / Float(depth.maximum)
        for plane in planes {
            if let bad = plane.firstIndex(where: { $0.isNaN }) {
                throw .notANumber(file: file.path, column: bad % width, row: bad / width)
            }
            guard !cuttingToRange else { continue }
            if let bad = plane.firstIndex(where: { $0 < -halfStep || $0 > 1 + halfStep }) {
                throw .outOfRange(file: file.path, column: bad % width, row: bad / width, value: plane[bad])
            }
        }
        let writer = try PNGWriter(
            file, PictureFormat(width: width, height: height, channels: channels, depth: depth, density: density))
        let maximum = Float(depth.maximum)
        var samples = [UInt16](repeating: 0, count: width * channels.count)
        for row in 0..<height {
            progress(row, height)
            for (channel, plane) in planes.enumerated() {
                for column in 0..<width {
                    let value = min(max(plane[row * width + column], 0), 1)
                    samples[column * planes.count + channel] = UInt16((value * maximum).rounded())
                }
            }
            try writer.write(row: samples)
        }
        try writer.finish()
        progress(height, height)
    }
}

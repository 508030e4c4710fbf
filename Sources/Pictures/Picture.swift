import Foundation

/// A picture as one plane of numbers for each channel, 0 for black and transparent, 1 for white and opaque.
public struct Picture: Sendable, Hashable {
    /// Pixels in a row.
    public let width: Int
    /// Rows.
    public let height: Int
    /// What pixels consist of.
    public let channels: PictureChannels
    /// For each channel `height` rows of `width` samples. Values outside 0 … 1 are allowed, and are cut when written.
    public let planes: [[Float]]

    /// The picture of the given planes, one for each channel.
    public init(width: Int, height: Int, channels: PictureChannels, planes: [[Float]]) {
        precondition(width >= 1 && height >= 1, "a picture has at least one pixel, not \(width) × \(height)")
        precondition(
            planes.count == channels.count && planes.allSatisfy { $0.count == width * height },
            "\(channels.count) planes of \(width * height) samples are wanted")
        (self.width, self.height, self.channels, self.planes) = (width, height, channels, planes)
    }

    /// Reads a PNG file; beside the planes one row of it is in memory, unless it is interlaced.
    ///
    /// - Parameter maximumPixels: the most pixels to accept; a file of a megabyte may honestly unfold to billions of them.
    /// - Throws: `PictureError`.
    public init(contentsOf file: URL, maximumPixels: Int = 1 << 30) throws(PictureError) {
        let reader = try PNGReader(file)
        let format = reader.format
        guard format.width <= maximumPixels / format.height else {
            throw .tooLarge(file: file.path, width: format.width, height: format.height, maximumPixels: maximumPixels)
        }
        let white = Float(format.depth.maximum)
        var planes = [[Float]](repeating: [], count: format.channels.count)
        var samples: [UInt16] = []
        for _ in 0..<format.height {
            try reader.nextRow(into: &samples)
            for channel in planes.indices {
                planes[channel].append(
                    contentsOf: stride(from: channel, to: samples.count, by: planes.count).lazy.map {
                        Float(samples[$0]) / white
                    })
            }
        }
        self.init(width: format.width, height: format.height, channels: format.channels, planes: planes)
    }

    /// Writes the picture as a PNG file, values cut to 0 … 1 and rounded to the nearest of the depth.
    ///
    /// - Throws: `PictureError.notANumber`, before anything is written; `.cannotWrite`.
    public func write(to file: URL, depth: PictureDepth) throws(PictureError) {
        for plane in planes {
            if let bad = plane.firstIndex(where: { $0.isNaN }) {
                throw .notANumber(file: file.path, column: bad % width, row: bad / width)
            }
        }
        let writer = try PNGWriter(file, PictureFormat(width: width, height: height, channels: channels, depth: depth))
        let maximum = Float(depth.maximum)
        var samples = [UInt16](repeating: 0, count: width * channels.count)
        for row in 0..<height {
            for (channel, plane) in planes.enumerated() {
                for column in 0..<width {
                    let value = min(max(plane[row * width + column], 0), 1)
                    samples[column * planes.count + channel] = UInt16((value * maximum).rounded())
                }
            }
            try writer.write(row: samples)
        }
        try writer.finish()
    }
}

import ContinuousCNN
import Foundation
import MessagePassing
import Reports

/// A result that is spread over ranks on its way to a file.
struct SlabOutput {
    private let request: FilterRequest
    private let filter: SlabConvolution
    private let planes: [SlabResult]
    private let depth: PictureDepth
    private let band: Int
    private let communicator: any Communicator

    init(
        _ request: FilterRequest, _ filter: SlabConvolution, _ planes: [SlabResult], depth: PictureDepth, band: Int,
        on communicator: any Communicator
    ) {
        (self.request, self.filter, self.planes) = (request, filter, planes)
        (self.depth, self.band, self.communicator) = (depth, band, communicator)
    }

    private var grid: Grid { filter.outputGrid }

    func write(_ notice: (String) -> Void) throws {
        if request.isArray {
            try writeArray()
        } else {
            try writePicture(notice)
        }
    }

    /// Every rank writes its own rows into one file.
    private func writeArray() throws {
        let extents = [grid.height, grid.width] + (planes.count > 1 ? [planes.count] : [])
        let first = communicator.leads ? try NpyRowWriter(request.output, extents: extents) : nil
        // The others learn the name when the file is there.
        let name = String(decoding: communicator.broadcast(Array((first?.partialName ?? "").utf8)), as: UTF8.self)
        let writer = try first ?? NpyRowWriter(request.output, extents: extents, joining: name)
        do {
            for row in filter.rowsComputed { try writer.write(pixels(ofRow: row), row: row) }
            try writer.flush()
            communicator.waitForAll()
            if communicator.leads { try writer.putInPlace() }
        } catch {
            writer.discard()
            throw error
        }
    }

    /// The numbers of a row, channels last.
    private func pixels(ofRow row: Int) -> [Float] {
        guard planes.count > 1 else { return planes[0].row(row) }
        let lines = planes.map { $0.row(row) }
        return (0..<grid.width).flatMap { column in lines.map { $0[column] } }
    }

    /// Rank 0 writes a PNG; it gets the samples of a band of rows from whoever has them.
    private func writePicture(_ notice: (String) -> Void) throws {
        let isSigned = request.filter.isSigned
        let limit = try scaleEnd(notice)
        let channels = PictureChannels(rawValue: isSigned ? 3 : planes.count) ?? .grey
        let format = PictureFormat(
            width: grid.width, height: grid.height, channels: channels, depth: isSigned ? .eight : depth)
        let writer = communicator.leads ? try PNGWriter(request.output, format) : nil
        let own = Set(filter.rowsComputed)
        for rows in filter.bands(of: band) {
            let samples = try rows.filter { own.contains($0) }.flatMap { row in
                isSigned ? colors(ofRow: row, limit) : try values(ofRow: row, limit, format.depth)
            }
            let bytes = samples.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
            // The ranks' rows follow one another in the order of ranks within a band.
            let all = Array(communicator.gather(bytes).joined())
            guard let writer else { continue }
            for line in rows.indices {
                let start = (line - rows.lowerBound) * format.rowCount
                try writer.write(
                    row: (start..<start + format.rowCount).map { UInt16(all[2 * $0]) | UInt16(all[2 * $0 + 1]) << 8 })
            }
        }
        try writer?.finish()
    }

    private func values(ofRow row: Int, _ limit: Float, _ depth: PictureDepth) throws(CommandFailure) -> [UInt16] {
        let shares = pixels(ofRow: row).map { $0 / limit }
        guard !shares.contains(where: \.isNaN) else {
            throw CommandFailure(
                "\(request.output.relativePath): row \(row) of the result overflowed, but a picture holds numbers (.npy takes the result)"
            )
        }
        return shares.map { UInt16((min(max($0, 0), 1) * Float(depth.maximum)).rounded()) }
    }

    /// Blue below zero, near white at zero, red above.
    private func colors(ofRow row: Int, _ limit: Float) -> [UInt16] {
        planes[0].row(row).flatMap { value in
            let color = DivergingScale.color(of: Double(value), limit: Double(limit))
            return [UInt16(color.red), UInt16(color.green), UInt16(color.blue)]
        }
    }

    /// The magnitude that has the end of the picture's scale: 1 where values are shown as they are.
    private func scaleEnd(_ notice: (String) -> Void) throws(CommandFailure) -> Float {
        if let limit = request.limit { return Float(limit) }
        var isStretched = request.filter.isSigned
        if case .gradientMagnitude = request.filter { isStretched = true }
        guard isStretched else { return 1 }
        var largest = [Float](repeating: 0, count: communicator.count)
        for row in filter.rowsComputed {
            for plane in planes { for value in plane.row(row) { largest[communicator.rank].formMax(abs(value)) } }
        }
        communicator.sum(&largest)
        let limit = largest.max() ?? 0
        guard limit.isFinite else {
            throw CommandFailure(
                "\(request.output.relativePath): the result is not finite everywhere, so it has no scale; --limit sets one"
            )
        }
        if communicator.leads {
            notice("the scale of \(request.output.lastPathComponent) ends at \(limit), the largest magnitude")
        }
        return limit > 0 ? limit : 1
    }
}

extension Float {
    /// A NaN would get lost in a comparison, and counts as infinite.
    fileprivate mutating func formMax(_ other: Float) { self = max(self, other.isNaN ? .infinity : other) }
}

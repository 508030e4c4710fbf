import ContinuousCNN
import Foundation
import MessagePassing
import Reports

/// A result that is spread over ranks on its way to a file.
struct SlabOutput {
    private let request: FilterRequest
    private let filter: SlabConvolution
    private let planes: [SlabResult]
    private let kernel: FilterKernel
    private let source: PictureRows
    private let band: Int
    private let communicator: any Communicator

    init(
        _ request: FilterRequest, _ kernel: FilterKernel, _ filter: SlabConvolution, _ planes: [SlabResult],
        source: PictureRows, band: Int, on communicator: any Communicator
    ) {
        (self.request, self.filter, self.planes) = (request, filter, planes)
        (self.kernel, self.source, self.band, self.communicator) = (kernel, source, band, communicator)
    }

    private var grid: Grid { filter.outputGrid }

    /// Writes the file, and returns what its scale is where that is not the plain one.
    func write(_ notice: (String) -> Void) throws -> String? {
        if request.isArray {
            try writeArray()
            return nil
        }
        return try writePicture(notice)
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
    private func writePicture(_ notice: (String) -> Void) throws -> String? {
        let scale = PictureScale(isSigned: kernel.isSigned, end: Double(try scaleEnd(notice)), depth: source.depth)
        let channels = PictureChannels(rawValue: scale.isSigned ? 3 : planes.count) ?? .grey
        let format = PictureFormat(
            width: grid.width, height: grid.height, channels: channels, depth: source.depth, density: source.density)
        let writer = communicator.leads ? try PNGWriter(request.output, format) : nil
        let own = Set(filter.rowsComputed)
        var cut = PictureScale.Cut()
        for rows in filter.bands(of: band) {
            var samples: [UInt16] = []
            for row in rows where own.contains(row) { samples += try drawn(row, scale, &cut) }
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
        let together = Self.together(cut, communicator)
        if communicator.leads {
            for line in scale.notices(together, of: grid.count * planes.count, in: request.output) { notice(line) }
        }
        return scale.description
    }

    /// What all ranks have cut.
    private static func together(_ cut: PictureScale.Cut, _ communicator: any Communicator) -> PictureScale.Cut {
        var counts = [Double(cut.beyond), Double(cut.missing)]
        communicator.sum(&counts)
        var ends = [Double](repeating: 0, count: 2 * communicator.count)
        (ends[2 * communicator.rank], ends[2 * communicator.rank + 1]) = (max(-cut.lowest, 0), max(cut.highest, 0))
        communicator.sum(&ends)
        var result = PictureScale.Cut()
        (result.beyond, result.missing) = (Int(counts[0]), Int(counts[1]))
        let lowest = stride(from: 0, to: ends.count, by: 2).map { ends[$0] }.max() ?? 0
        let highest = stride(from: 1, to: ends.count, by: 2).map { ends[$0] }.max() ?? 0
        (result.lowest, result.highest) = (-lowest, highest)
        return result
    }

    private func drawn(
        _ row: Int, _ scale: PictureScale, _ cut: inout PictureScale.Cut
    ) throws(CommandFailure) -> [UInt16] {
        let numbers = pixels(ofRow: row)
        guard !numbers.contains(where: \.isNaN) else {
            throw CommandFailure(
                "\(request.output.relativePath): row \(row) of the result overflowed, but a picture holds numbers (.npy takes the result)"
            )
        }
        return scale.samples(numbers, &cut)
    }

    /// The magnitude that has the end of the picture's scale: 1 where values are shown as they are.
    private func scaleEnd(_ notice: (String) -> Void) throws(CommandFailure) -> Float {
        if let limit = request.limit { return Float(limit) }
        guard kernel.isStretched else { return Float(source.white) }
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

extension RandomAccessFile {
    /// The bytes at the positions `wanted` of a member's contents.
    ///
    /// The whole member is read, in pieces, and its length and checksum are checked, unless `checksIntegrity` is false: then reading
    /// ends with the last byte wanted. Memory stays at `wanted.count` bytes and some pieces; contents beyond the size that the
    /// directory states are an error as soon as the first such byte appears.
    func contents(
        of member: ZipArchive.Member, _ wanted: Range<Int>, checksIntegrity: Bool = true
    ) throws(TensorFileError) -> [UInt8] {
        guard wanted.lowerBound >= 0, wanted.upperBound <= member.size else {
            throw TensorFileError(
                url, found: "the member \(member.name.quoted) of \(member.size) bytes",
                wanted: "at least \(wanted.upperBound)")
        }
        var collector = ContentsCollector(wanted)
        if member.isDeflated {
            try inflate(member, into: &collector, toTheEnd: checksIntegrity)
        } else {
            guard checksIntegrity else {
                return try read(
                    member.range.lowerBound + wanted.lowerBound..<member.range.lowerBound + wanted.upperBound)
            }
            for start in stride(from: member.range.lowerBound, to: member.range.upperBound, by: pieceSize) {
                try collector.take(read(start..<min(start + pieceSize, member.range.upperBound))[...])
            }
        }
        let expected = checksIntegrity ? member.size : wanted.upperBound
        guard collector.position >= expected else {
            throw TensorFileError(
                url, found: "\(collector.position) bytes in the member \(member.name.quoted)",
                wanted: "the \(member.size) that the zip directory states")
        }
        guard checksIntegrity, let crc32 = member.crc32 else { return collector.bytes }
        guard collector.crc32 == crc32 else {
            throw TensorFileError(
                url, found: "the checksum \(hexadecimal(collector.crc32)) for the member \(member.name.quoted)",
                wanted: "\(hexadecimal(crc32)) as the zip directory states")
        }
        return collector.bytes
    }

    /// Gives the whole contents of a member to `take`, piece by piece; its length is checked.
    func copy(
        _ member: ZipArchive.Member, to take: (ArraySlice<UInt8>) throws(TensorFileError) -> Void
    ) throws(TensorFileError) {
        guard member.isDeflated else {
            for start in stride(from: member.range.lowerBound, to: member.range.upperBound, by: pieceSize) {
                try take(read(start..<min(start + pieceSize, member.range.upperBound))[...])
            }
            return
        }
        var inflater = try Inflater(self, member)
        var rest = member.size
        while let piece = try inflater.next() {
            guard piece.count <= rest else {
                throw TensorFileError(
                    url, found: "the member \(member.name.quoted) inflating past its size",
                    wanted: "the \(member.size) bytes that the zip directory states")
            }
            rest -= piece.count
            try take(piece[...])
        }
    }

    /// Inflates a member until its end, or until the collector has what it wants.
    private func inflate(
        _ member: ZipArchive.Member, into collector: inout ContentsCollector, toTheEnd: Bool
    ) throws(TensorFileError) {
        var inflater = try Inflater(self, member)
        while toTheEnd || collector.position < collector.wanted.upperBound {
            guard let piece = try inflater.next() else { return }
            guard piece.count <= member.size - collector.position else {
                throw TensorFileError(
                    url, found: "the member \(member.name.quoted) inflating past its size",
                    wanted: "the \(member.size) bytes that the zip directory states")
            }
            collector.take(piece)
        }
    }
}

private func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16)
    return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
}

/// Keeps a range of the bytes that pass by, and the checksum of all.
private struct ContentsCollector {
    let wanted: Range<Int>
    private(set) var position = 0
    private(set) var bytes: [UInt8] = []
    private(set) var crc32: UInt32 = 0

    init(_ wanted: Range<Int>) {
        self.wanted = wanted
        bytes.reserveCapacity(wanted.count)
    }

    mutating func take(_ piece: ArraySlice<UInt8>) {
        crc32 = crc32Checksum(of: piece, continuing: crc32)
        let kept = wanted.clamped(to: position..<position + piece.count)
        let start = piece.startIndex - position
        bytes += piece[kept.lowerBound + start..<kept.upperBound + start]
        position += piece.count
    }
}

import Foundation

/// Writes a zip archive, one member after the other.
struct ZipWriter {
    private let url: URL
    private var directory: [UInt8] = []
    private var entryCount = 0

    /// The greatest size, offset or count that is written in the narrow field made for it.
    private static let narrowSize = 0xFFFF_FFFE
    private static let narrowCount = 0xFFFE
    /// 1 January 1980, 00:00, in the format's own terms.
    private static let date: UInt32 = 0x0021_0000

    init(_ url: URL) { self.url = url }

    /// Appends a member called `name` whose contents are `parts`, one after the other.
    mutating func write(
        _ name: String, _ parts: [[UInt8]], _ compression: NpzFile.Compression, to file: inout AtomicFileWriter
    ) throws(TensorFileError) {
        guard ZipDirectoryEntry.staysInside(name), name.utf8.count <= 0xFFFF else {
            throw TensorFileError(
                url, found: "the member name \(name.quoted) to write", wanted: "a name inside the archive")
        }
        guard let contents = compression == .stored ? parts : deflated(parts) else {
            throw TensorFileError(url, found: "no memory to deflate \(name.quoted)", wanted: "more of it")
        }
        let entry = Entry(
            name: Array(name.utf8), method: compression == .stored ? 0 : 8,
            crc32: parts.reduce(0) { crc32Checksum(of: $1[...], continuing: $0) },
            storedSize: contents.reduce(0) { $0 + $1.count }, size: parts.reduce(0) { $0 + $1.count },
            offset: file.position)
        try file.write(entry.header(isLocal: true))
        for part in contents { try file.write(part) }
        directory += entry.header(isLocal: false)
        entryCount += 1
    }

    /// Appends the directory, and the records that lead to it.
    func finish(_ file: inout AtomicFileWriter) throws(TensorFileError) {
        let offset = file.position
        try file.write(directory)
        var records: [UInt8] = []
        if offset > Self.narrowSize || directory.count > Self.narrowSize || entryCount > Self.narrowCount {
            records += wideEndRecord(offset: offset)
            records += [0x50, 0x4B, 6, 7, 0, 0, 0, 0]
            records.append(littleEndian: UInt64(file.position))
            records += [1, 0, 0, 0]
        }
        records += [0x50, 0x4B, 5, 6, 0, 0, 0, 0]
        records.append(littleEndian: UInt16(clamping: entryCount))
        records.append(littleEndian: UInt16(clamping: entryCount))
        records.append(littleEndian: UInt32(clamping: directory.count))
        records.append(littleEndian: UInt32(clamping: offset))
        records += [0, 0]
        try file.write(records)
    }

    /// The end record with 64-bit fields, for a directory at `offset`.
    private func wideEndRecord(offset: Int) -> [UInt8] {
        var record: [UInt8] = [0x50, 0x4B, 6, 6]
        let lengthOfRest = 44
        record.append(littleEndian: UInt64(lengthOfRest))
        record += Self.versionMadeBy + Self.versionNeeded + [0, 0, 0, 0, 0, 0, 0, 0]
        record.append(littleEndian: UInt64(entryCount))
        record.append(littleEndian: UInt64(entryCount))
        record.append(littleEndian: UInt64(directory.count))
        record.append(littleEndian: UInt64(offset))
        return record
    }

    /// Version 4.5 of the format, the first with 64-bit fields; made on Unix.
    private static let versionNeeded: [UInt8] = [45, 0]
    private static let versionMadeBy: [UInt8] = [45, 3]

    /// What is written about a member, before its contents and in the directory.
    private struct Entry {
        var name: [UInt8]
        var method: UInt16
        var crc32: UInt32
        var storedSize: Int
        var size: Int
        var offset: Int

        /// Whether the 64-bit fields are needed; the header before the contents does without the offset.
        private func isWide(isLocal: Bool) -> Bool {
            size > narrowSize || storedSize > narrowSize || (!isLocal && offset > narrowSize)
        }

        func header(isLocal: Bool) -> [UInt8] {
            let isWide = isWide(isLocal: isLocal)
            let extra = isWide ? wideField(isLocal: isLocal) : []
            var header: [UInt8] = [0x50, 0x4B] + (isLocal ? [3, 4] : [1, 2] + versionMadeBy)
            let nameIsUTF8: [UInt8] = [0, 8]
            header += versionNeeded + nameIsUTF8
            header.append(littleEndian: method)
            header.append(littleEndian: date)
            header.append(littleEndian: crc32)
            header.append(littleEndian: isWide ? UInt32.max : UInt32(clamping: storedSize))
            header.append(littleEndian: isWide ? UInt32.max : UInt32(clamping: size))
            header.append(littleEndian: UInt16(clamping: name.count))
            header.append(littleEndian: UInt16(clamping: extra.count))
            if !isLocal {
                let regularFile = UInt32(0o100644) << 16
                header += [0, 0, 0, 0, 0, 0]
                header.append(littleEndian: regularFile)
                header.append(littleEndian: isWide ? UInt32.max : UInt32(clamping: offset))
            }
            return header + name + extra
        }

        private func wideField(isLocal: Bool) -> [UInt8] {
            let values = isLocal ? [size, storedSize] : [size, storedSize, offset]
            var field: [UInt8] = [1, 0]
            field.append(littleEndian: UInt16(clamping: 8 * values.count))
            for value in values { field.append(littleEndian: UInt64(value)) }
            return field
        }
    }
}

/// What the end of a zip archive says about its central directory.
struct ZipEndRecord {
    /// The number of entries in the directory.
    let entryCount: Int
    /// Where the directory lies in the file.
    let directory: Range<Int>

    /// The length of the record without the comment that may follow it.
    private static let length = 22
    /// The length of the locator of the 64-bit record, which lies right before the record.
    private static let locatorLength = 20

    /// Finds and reads the end record of `file`, and the 64-bit one where there is one.
    init(_ file: RandomAccessFile) throws(TensorFileError) {
        let position = try Self.position(in: file)
        var cursor = try ByteCursor(file.read(position..<position + Self.length), at: 4)
        guard let disk = cursor.unsigned(2), let directoryDisk = cursor.unsigned(2), let countHere = cursor.unsigned(2),
            let count = cursor.unsigned(2), let size = cursor.unsigned(4), let offset = cursor.unsigned(4)
        else { throw Self.truncated(file) }
        if let wide = try Self.zip64(file, before: position) {
            self = wide
        } else {
            guard disk == 0, directoryDisk == 0, countHere == count else {
                throw TensorFileError(file.url, found: "one part of a split zip archive", wanted: "a whole one")
            }
            try self.init(file, entryCount: count, offset: offset, size: size, end: position)
        }
    }

    private init(
        _ file: RandomAccessFile, entryCount: Int, offset: Int, size: Int, end: Int
    ) throws(TensorFileError) {
        guard offset <= end, size <= end - offset else {
            throw TensorFileError(
                file.url, found: "a zip directory of \(size) bytes at byte \(offset)",
                wanted: "it to end before byte \(end)")
        }
        guard entryCount <= size / ZipDirectoryEntry.minimumLength else {
            throw TensorFileError(
                file.url, found: "\(entryCount) entries in a zip directory of \(size) bytes",
                wanted: "at most the \(size / ZipDirectoryEntry.minimumLength) that have room there")
        }
        self.entryCount = entryCount
        directory = offset..<offset + size
    }

    /// The position of the last record whose comment ends with the file.
    private static func position(in file: RandomAccessFile) throws(TensorFileError) -> Int {
        let tailStart = max(0, file.size - length - 0xFFFF)
        let tail = try file.read(tailStart..<file.size)
        for start in stride(from: tail.count - length, through: 0, by: -1) where tail[start] == UInt8(ascii: "P") {
            var cursor = ByteCursor(tail, at: start)
            guard cursor.unsigned(4) == 0x0605_4B50, cursor.take(16) != nil else { continue }
            if cursor.unsigned(2) == cursor.remaining { return tailStart + start }
        }
        throw truncated(file)
    }

    /// The 64-bit record whose locator lies before `position`, or nil where there is no locator.
    private static func zip64(_ file: RandomAccessFile, before position: Int) throws(TensorFileError) -> ZipEndRecord? {
        guard position >= locatorLength else { return nil }
        var locator = try ByteCursor(file.read(position - locatorLength..<position))
        guard locator.unsigned(4) == 0x0706_4B50, locator.take(4) != nil, let offset = locator.unsigned(8) else {
            return nil
        }
        let recordLength = 56
        guard offset <= position - locatorLength, recordLength <= position - locatorLength - offset else {
            throw TensorFileError(
                file.url, found: "a 64-bit end record at byte \(offset)",
                wanted: "it to end before byte \(position - locatorLength)")
        }
        var record = try ByteCursor(file.read(offset..<offset + recordLength))
        guard record.unsigned(4) == 0x0606_4B50, record.take(12) != nil, let disk = record.unsigned(4),
            let directoryDisk = record.unsigned(4), let countHere = record.unsigned(8), let count = record.unsigned(8),
            let size = record.unsigned(8), let directoryOffset = record.unsigned(8), disk == 0, directoryDisk == 0,
            countHere == count
        else {
            throw TensorFileError(
                file.url, found: "no 64-bit end record of a whole zip archive at byte \(offset)", wanted: "one there")
        }
        return try ZipEndRecord(file, entryCount: count, offset: directoryOffset, size: size, end: offset)
    }

    private static func truncated(_ file: RandomAccessFile) -> TensorFileError {
        TensorFileError(file.url, found: "no end record of a zip archive", wanted: "one in the last 65557 bytes")
    }
}

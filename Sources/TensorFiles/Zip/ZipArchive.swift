/// The members of a zip archive, found through its central directory and checked before anything is read from them.
///
/// Every member lies within the file and overlaps no other; names are unique, valid UTF-8, and stay inside the archive; contents
/// are stored or deflated and not encrypted, and no member claims to inflate to more than deflate can. So the contents of all
/// members together are at most `greatestRatio` times as long as the file.
/// Source: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3 to 4.5.
struct ZipArchive {
    /// One file in the archive.
    struct Member: Sendable, Hashable {
        var name: String
        /// Whether the contents are deflated, not stored.
        var isDeflated: Bool
        /// The checksum of the contents, or nil where it is not known.
        var crc32: UInt32?
        /// The length of the contents.
        var size: Int
        /// Where the contents lie in the file, as they are or deflated.
        var range: Range<Int>
    }

    /// The first bytes of a zip archive: of one with members, and of one without.
    static let magics: [[UInt8]] = [Array("PK\u{3}\u{4}".utf8), Array("PK\u{5}\u{6}".utf8)]

    /// How many times its own length deflated data can inflate to: 258 bytes for two bits.
    static let greatestRatio = 1032

    /// The members in the order of the central directory, without the folders.
    private(set) var members: [Member] = []

    /// Reads the directory of `file`.
    init(_ file: RandomAccessFile) throws(TensorFileError) {
        let end = try ZipEndRecord(file)
        var cursor = try ByteCursor(file.read(end.directory))
        var entries: [ZipDirectoryEntry] = []
        while entries.count < end.entryCount {
            try entries.append(ZipDirectoryEntry(&cursor, number: entries.count + 1, of: end.entryCount, file: file))
        }
        guard cursor.remaining == 0 else {
            throw TensorFileError(
                file.url,
                found: "\(cursor.remaining) bytes after the last of \(end.entryCount) entries in the zip directory",
                wanted: "the directory to end there")
        }
        var names: Set<String> = []
        var starts: [(start: Int, end: Int, name: String)] = []
        for entry in entries {
            guard names.insert(entry.name).inserted else {
                throw TensorFileError(
                    file.url, found: "the member \(entry.name.quoted) twice", wanted: "each name once")
            }
            let member = try entry.member(in: file, before: end.directory.lowerBound)
            starts.append((entry.localOffset, member.range.upperBound, entry.name))
            if !entry.isFolder { members.append(member) }
        }
        starts.sort { ($0.start, $0.end) < ($1.start, $1.end) }
        for (one, next) in zip(starts, starts.dropFirst()) where next.start < one.end {
            throw TensorFileError(
                file.url, found: "the member \(next.name.quoted) at byte \(next.start), inside \(one.name.quoted)",
                wanted: "members that do not overlap")
        }
    }

    /// The member called `name`, or nil where there is none.
    func member(named name: String) -> Member? { members.first { $0.name == name } }
}

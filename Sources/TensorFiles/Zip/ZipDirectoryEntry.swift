/// What a zip archive's central directory says about one member.
struct ZipDirectoryEntry {
    let name: String
    let flags: Int
    let method: Int
    let crc32: UInt32
    let storedSize: Int
    let size: Int
    /// Where the member's own header lies in the file.
    let localOffset: Int

    /// The length of an entry without a name.
    static let minimumLength = 46

    /// Whether this is a folder, which has no contents.
    var isFolder: Bool { name.hasSuffix("/") && size == 0 }

    /// Takes entry `number` of `count` from the directory of `file`.
    init(_ cursor: inout ByteCursor, number: Int, of count: Int, file: RandomAccessFile) throws(TensorFileError) {
        guard cursor.unsigned(4) == 0x0201_4B50, cursor.take(4) != nil, let flags = cursor.unsigned(2),
            let method = cursor.unsigned(2), cursor.take(4) != nil, let crc32 = cursor.unsigned(4),
            let storedSize = cursor.unsigned(4), let size = cursor.unsigned(4), let nameLength = cursor.unsigned(2),
            let extraLength = cursor.unsigned(2), let commentLength = cursor.unsigned(2), cursor.take(8) != nil,
            let localOffset = cursor.unsigned(4), let nameBytes = cursor.take(nameLength),
            let extra = cursor.take(extraLength), cursor.take(commentLength) != nil
        else {
            throw TensorFileError(
                file.url, found: "a broken entry \(number) in the zip directory", wanted: "\(count) whole ones")
        }
        guard let name = String(strictUTF8: nameBytes) else {
            throw TensorFileError(
                file.url, found: "the member name \(String(decoding: nameBytes, as: UTF8.self).quoted)", wanted: "UTF-8"
            )
        }
        var wide = Self.zip64Fields(ByteCursor(Array(extra)))
        let sizes = try [size, storedSize, localOffset].map { (narrow) throws(TensorFileError) in
            guard narrow == 0xFFFF_FFFF, wide != nil else { return narrow }
            guard let value = wide?.unsigned(8) else {
                throw TensorFileError(
                    file.url, found: "no 64-bit size for the member \(name.quoted)", wanted: "one in its extra field")
            }
            return value
        }
        self.name = name
        self.flags = flags
        self.method = method
        self.crc32 = UInt32(truncatingIfNeeded: crc32)
        (self.size, self.storedSize, self.localOffset) = (sizes[0], sizes[1], sizes[2])
    }

    /// The field among the `extra` ones that holds 64-bit sizes, or nil where there is none.
    private static func zip64Fields(_ extra: ByteCursor) -> ByteCursor? {
        var extra = extra
        while let identifier = extra.unsigned(2), let length = extra.unsigned(2), let field = extra.take(length) {
            if identifier == 1 { return ByteCursor(Array(field)) }
        }
        return nil
    }

    /// The member, after every check that can be made without reading its contents, which must end before `directoryStart`.
    func member(in file: RandomAccessFile, before directoryStart: Int) throws(TensorFileError) -> ZipArchive.Member {
        func error(_ found: String, _ wanted: String) -> TensorFileError {
            TensorFileError(file.url, found: "the member \(name.quoted) \(found)", wanted: wanted)
        }
        guard Self.staysInside(name) else {
            throw error("with a path that leads out of the archive", "a name inside it")
        }
        guard flags & 0x2041 == 0 else { throw error("encrypted", "members that anyone can read") }
        guard method == 0 || method == 8 else {
            throw error("compressed by \(Self.methodName(method))", "members that are stored or deflated")
        }
        guard storedSize <= directoryStart, method == 8 || size == storedSize else {
            throw error("of \(size) bytes, stored in \(storedSize)", "as many bytes as the archive holds for it")
        }
        guard size / ZipArchive.greatestRatio <= storedSize else {
            throw error(
                "that claims to inflate from \(storedSize) bytes to \(size)",
                "at most \(ZipArchive.greatestRatio) times as many")
        }
        let start = try contentsStart(in: file, before: directoryStart, error)
        guard storedSize <= directoryStart - start else {
            throw error("of \(storedSize) bytes at byte \(start)", "it to end before byte \(directoryStart)")
        }
        return ZipArchive.Member(
            name: name, isDeflated: method == 8, crc32: crc32, size: size, range: start..<start + storedSize)
    }

    /// Where the contents begin: after the member's own header, which must agree with the directory.
    private func contentsStart(
        in file: RandomAccessFile, before directoryStart: Int, _ error: (String, String) -> TensorFileError
    ) throws(TensorFileError) -> Int {
        let headerLength = 30
        guard localOffset <= directoryStart, headerLength + name.utf8.count <= directoryStart - localOffset else {
            throw error("at byte \(localOffset)", "it before byte \(directoryStart)")
        }
        let header = try file.read(localOffset..<localOffset + headerLength + name.utf8.count)
        var cursor = ByteCursor(header)
        guard cursor.unsigned(4) == 0x0403_4B50, cursor.take(2) != nil, let flags = cursor.unsigned(2),
            cursor.unsigned(2) == method, cursor.take(16) != nil, let nameLength = cursor.unsigned(2),
            let extraLength = cursor.unsigned(2), flags & 0x2041 == 0, nameLength == name.utf8.count,
            cursor.take(nameLength)?.elementsEqual(name.utf8) == true
        else {
            throw error(
                "without a header of its own that agrees with the directory at byte \(localOffset)", "one there")
        }
        return localOffset + headerLength + nameLength + extraLength
    }

    /// Whether `name` is that of something inside an archive: relative, without steps up.
    ///
    /// Judged by bytes, as file systems do: to a `String`, a slash with an accent over it is no slash.
    static func staysInside(_ name: String) -> Bool {
        let bytes = name.utf8
        let isAbsolute = bytes.first == UInt8(ascii: "/") || bytes.dropFirst().first == UInt8(ascii: ":")
        return !bytes.isEmpty && !isAbsolute && !bytes.contains(UInt8(ascii: "\\")) && !bytes.contains(0)
            && !bytes.split(separator: UInt8(ascii: "/")).contains { $0.elementsEqual("..".utf8) }
    }

    private static func methodName(_ method: Int) -> String {
        switch method {
        case 1: "shrinking"
        case 2...5: "reducing"
        case 6: "imploding"
        case 9: "Deflate64"
        case 12: "bzip2"
        case 14: "LZMA"
        case 93: "Zstandard"
        case 95: "XZ"
        case 98: "PPMd"
        default: "method \(method)"
        }
    }
}

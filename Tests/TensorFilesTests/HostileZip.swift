@testable import TensorFiles

/// A zip archive made by hand, every field of which can be made to lie.
struct HostileZip {
    /// A member; whatever is nil is told truly.
    struct Member {
        var name: String
        var contents: [UInt8] = []
        var method: UInt16 = 0
        var flags: UInt16 = 0
        var crc32: UInt32?
        /// The contents as they lie in the file, where that is not `contents` itself.
        var stored: [UInt8]?
        var size: UInt32?
        var storedSize: UInt32?
        var localName: String?
        var localOffset: UInt32?
        var extra: [UInt8] = []

        /// A member that is deflated.
        static func deflated(_ name: String, _ contents: [UInt8], size: UInt32? = nil) -> Member {
            Member(
                name: name, contents: contents, method: 8,
                stored: (TensorFiles.deflated([contents]) ?? []).flatMap(\.self), size: size)
        }
    }

    var members: [Member]
    var entryCount: UInt16?
    var directorySize: UInt32?
    var directoryOffset: UInt32?
    var comment: [UInt8] = []
    /// Whether a 64-bit end record comes before the narrow one, which then holds nothing.
    var isWide = false
    var wideOffset: UInt64?

    var bytes: [UInt8] {
        var file: [UInt8] = []
        var directory: [UInt8] = []
        for member in members {
            let offset = member.localOffset ?? UInt32(file.count)
            let (name, localName) = (Array(member.name.utf8), Array((member.localName ?? member.name).utf8))
            file += [0x50, 0x4B, 3, 4, 20, 0] + common(member)
            file.append(littleEndian: UInt16(localName.count))
            file += [0, 0] + localName
            file += member.stored ?? member.contents
            directory += [0x50, 0x4B, 1, 2, 20, 3, 20, 0] + common(member)
            directory.append(littleEndian: UInt16(name.count))
            directory.append(littleEndian: UInt16(member.extra.count))
            directory += [UInt8](repeating: 0, count: 10)
            directory.append(littleEndian: offset)
            directory += name + member.extra
        }
        return file + directory + end(offset: file.count, size: directory.count)
    }

    /// What a member's two headers have in common, from the flags to the size.
    private func common(_ member: Member) -> [UInt8] {
        var header: [UInt8] = []
        header.append(littleEndian: member.flags)
        header.append(littleEndian: member.method)
        header += [0, 0, 0x21, 0]
        header.append(littleEndian: member.crc32 ?? crc32Checksum(of: member.contents[...]))
        header.append(littleEndian: member.storedSize ?? UInt32((member.stored ?? member.contents).count))
        header.append(littleEndian: member.size ?? UInt32(member.contents.count))
        return header
    }

    /// The end records, for a directory of `size` bytes at `offset`.
    private func end(offset: Int, size: Int) -> [UInt8] {
        var record = isWide ? wideEnd(offset: offset, size: size) : []
        let count = isWide ? 0xFFFF : entryCount ?? UInt16(members.count)
        record += [0x50, 0x4B, 5, 6, 0, 0, 0, 0]
        record.append(littleEndian: count)
        record.append(littleEndian: count)
        record.append(littleEndian: isWide ? .max : directorySize ?? UInt32(size))
        record.append(littleEndian: isWide ? .max : directoryOffset ?? UInt32(offset))
        record.append(littleEndian: UInt16(comment.count))
        return record + comment
    }

    private func wideEnd(offset: Int, size: Int) -> [UInt8] {
        var record: [UInt8] = [0x50, 0x4B, 6, 6, 44, 0, 0, 0, 0, 0, 0, 0, 45, 3, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        for number in [members.count, members.count, size, offset] { record.append(littleEndian: UInt64(number)) }
        record += [0x50, 0x4B, 6, 7, 0, 0, 0, 0]
        record.append(littleEndian: wideOffset ?? UInt64(offset + size))
        return record + [1, 0, 0, 0]
    }
}

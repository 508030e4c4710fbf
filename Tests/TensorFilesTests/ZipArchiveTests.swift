import TestSupport
import Testing

@testable import TensorFiles

/// Zip archives that must be refused, and odd ones that must not.
@Suite struct ZipArchiveTests {
    private typealias Member = HostileZip.Member

    private static let npy = NpyHeaderTests.file(NpyHeaderTests.header())

    private func refusal(
        _ zip: HostileZip, _ found: String, _ wanted: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try expectRefusal(of: zip.bytes, as: "a.npz", found: found, wanted: wanted, sourceLocation: sourceLocation)
    }

    private func refusal(
        _ member: Member, _ found: String, _ wanted: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try refusal(HostileZip(members: [member]), found, wanted, sourceLocation: sourceLocation)
    }

    @Test func anHonestArchiveIsRead() throws {
        let folder = try TemporaryFolder()
        var zip = HostileZip(members: [
            Member(name: "folder/"), Member(name: "a.npy", contents: Self.npy), .deflated("folder/b.npy", Self.npy),
        ])
        for (comment, isWide) in [
            ([], false), (Array("PK\u{5}\u{6} a comment".utf8), false), ([], true), ([1, 2], true),
        ] {
            (zip.comment, zip.isWide) = (comment, isWide)
            let archive = try TensorArchive(contentsOf: folder.file("a.npz", holding: zip.bytes))
            #expect(try archive.tensors().map(\.name) == ["a", "folder/b"])
        }
        let empty = try TensorArchive(contentsOf: folder.file("a.npz", holding: HostileZip(members: []).bytes))
        #expect(empty.entries.isEmpty && empty.format.name == "npz")
    }

    @Test func sizesInTheWideFieldAreRead() throws {
        let folder = try TemporaryFolder()
        let count = UInt64(Self.npy.count)
        let extra: [UInt8] = [9, 9, 1, 0, 7, 1, 0, 24, 0] + [UInt8](count) + [UInt8](count) + [UInt8](UInt64(0))
        let member = Member(
            name: "a.npy", contents: Self.npy, size: .max, storedSize: .max, localOffset: .max, extra: extra)
        let archive = try TensorArchive(contentsOf: folder.file("a.npz", holding: HostileZip(members: [member]).bytes))
        #expect(try archive.tensors().map(\.doubles) == [[0]])
        var short = member
        short.extra = Array(extra.prefix(17))
        short.extra[7] = 8
        try refusal(short, "no 64-bit size for the member \"a.npy\"", "one in its extra field")
    }

    @Test(arguments: [
        "../x.npy", "/x.npy", "a/../../x.npy", "..", "a/..", "C:x.npy", "C:/x.npy", "..\\x.npy", "a\\b.npy", "a\0.npy",
        "",
    ])
    func namesThatLeadOutAreRefused(name: String) throws {
        try refusal(
            Member(name: name, contents: Self.npy), "with a path that leads out of the archive", "a name inside it")
    }

    @Test func namesWithDotsAreNotSteps() throws {
        let folder = try TemporaryFolder()
        let zip = HostileZip(
            members: ["..a.npy", "a..npy", "b/...npy", ".npy"].map { Member(name: $0, contents: Self.npy) })
        let archive = try TensorArchive(contentsOf: folder.file("a.npz", holding: zip.bytes))
        #expect(archive.entries.map(\.name) == ["..a", "a.", "b/..", ""])
    }

    @Test func lyingMembersAreRefused() throws {
        let npy = Self.npy
        try refusal(Member(name: "a.npy", contents: npy, flags: 1), "the member \"a.npy\" encrypted", "anyone can read")
        try refusal(Member(name: "a.npy", contents: npy, flags: 0x40), "encrypted", "anyone can read")
        try refusal(Member(name: "a.npy", contents: npy, flags: 0x2000), "encrypted", "anyone can read")
        for (method, name) in [(12, "bzip2"), (14, "LZMA"), (93, "Zstandard"), (9, "Deflate64"), (99, "method 99")] {
            try refusal(
                Member(name: "a.npy", contents: npy, method: UInt16(method)),
                "the member \"a.npy\" compressed by \(name)",
                "stored or deflated")
        }
        try refusal(
            Member(name: "a.npy", contents: npy, crc32: 1), "the checksum", "0x00000001 as the zip directory states")
        try refusal(
            Member(name: "a.npy", contents: npy, size: 9), "of 9 bytes, stored in \(npy.count)",
            "as many bytes as the archive")
        try refusal(
            Member(name: "a.npy", contents: npy, size: 1 << 30, storedSize: 1 << 30), "of 1073741824 bytes",
            "as the archive holds")
        try refusal(
            Member(name: "a.npy", contents: npy, localName: "b.npy"), "without a header of its own that agrees",
            "one there")
        try refusal(Member(name: "a.npy", contents: npy, localOffset: 1), "without a header of its own", "one there")
        try refusal(Member(name: "a.npy", contents: npy, localOffset: .max), "at byte 4294967295", "it before byte")
        try refusal(
            HostileZip(members: [Member(name: "a.npy", contents: npy), Member(name: "a.npy", contents: npy)]),
            "the member \"a.npy\" twice", "each name once")
    }

    /// One member inside another: the trick of archives that grow without bound.
    @Test func overlappingMembersAreRefused() throws {
        let inner = HostileZip(members: [Member(name: "b.npy", contents: Self.npy)]).bytes
        let innerHeader = Array(inner[..<(30 + 5 + Self.npy.count)])
        let outer = Member(name: "a.npy", contents: innerHeader)
        var pointing = Member(name: "b.npy", contents: Self.npy, stored: [])
        pointing.storedSize = UInt32(Self.npy.count)
        pointing.localOffset = 35
        try refusal(
            HostileZip(members: [outer, pointing]), "the member \"b.npy\" at byte 35, inside \"a.npy\"",
            "members that do not overlap")
    }

    @Test func lyingDirectoriesAreRefused() throws {
        let members = [Member(name: "a.npy", contents: Self.npy)]
        try refusal(
            HostileZip(members: members, entryCount: 2), "2 entries in a zip directory of 51 bytes", "at most the 1")
        try refusal(HostileZip(members: members, entryCount: 0), "51 bytes after the last of 0 entries", "to end there")
        try refusal(
            HostileZip(members: members, directorySize: 1_000_000), "a zip directory of 1000000 bytes",
            "it to end before byte")
        try refusal(
            HostileZip(members: members, directoryOffset: .max), "a zip directory of 51 bytes at byte 4294967295",
            "it to end before byte")
        try refusal(
            HostileZip(members: members, directoryOffset: 5), "a broken entry 1 in the zip directory", "1 whole ones")
        try refusal(
            HostileZip(members: members, isWide: true, wideOffset: .max), "a 64-bit end record at byte \(Int.max)",
            "it to end before")
        try refusal(
            HostileZip(members: members, isWide: true, wideOffset: 3),
            "no 64-bit end record of a whole zip archive at byte 3",
            "one there")
        let whole = HostileZip(members: members).bytes
        for length in [4, 21, 22, 100, whole.count - 1] {
            try expectRefusal(
                of: Array(whole.prefix(length)), as: "a.npz", found: "no end record of a zip archive",
                wanted: "in the last 65557")
        }
        var split = whole
        split[split.count - 18] = 1
        try expectRefusal(of: split, as: "a.npz", found: "one part of a split zip archive", wanted: "a whole one")
    }

    @Test func namesThatAreNotUTF8AreRefused() throws {
        let bytes = HostileZip(members: [Member(name: "ab.npy", contents: Self.npy)]).bytes
        let broken = bytes.indices.reduce(into: bytes) { result, i in
            if bytes[i...].starts(with: Array("ab.npy".utf8)) { result[i] = 0xFF }
        }
        try expectRefusal(of: broken, as: "a.npz", found: "the member name \"�b.npy\"", wanted: "UTF-8")
    }
}

import Foundation
import Randomness
import TestSupport
import Testing

@testable import TensorFiles

/// Contents of members: inflated, checked, and bounded by what the directory states.
@Suite struct ZipContentsTests {
    private typealias Member = HostileZip.Member

    private func open(_ member: HostileZip.Member, in folder: TemporaryFolder) throws -> (
        RandomAccessFile, ZipArchive.Member
    ) {
        let file = try RandomAccessFile(folder.file("a.npz", holding: HostileZip(members: [member]).bytes))
        return (file, try #require(ZipArchive(file).members.first))
    }

    /// Lengths around the size of the pieces; contents that deflate well, and such that do not.
    @Test(arguments: [0, 1, 1000, pieceSize - 1, pieceSize, pieceSize + 1, 3 * pieceSize + 7])
    func contentsComeBackWholeAndInPart(length: Int) throws {
        let folder = try TemporaryFolder()
        var generator = SeededGenerator(seed: 1)
        for divisor in [1, 64, 256] as [UInt64] {
            let contents = (0..<length).map { _ in UInt8(generator.next() >> 56) / UInt8(clamping: divisor) }
            for member in [Member(name: "a", contents: contents), .deflated("a", contents)] {
                let (file, found) = try open(member, in: folder)
                #expect(try file.contents(of: found, 0..<length) == contents)
                for _ in 0..<3 {
                    let start = Int.random(in: 0...length, using: &generator)
                    let range = start..<Int.random(in: start...length, using: &generator)
                    #expect(try file.contents(of: found, range) == Array(contents[range]))
                    #expect(try file.contents(of: found, range, checksIntegrity: false) == Array(contents[range]))
                }
                #expect(throws: TensorFileError.self) { try file.contents(of: found, 0..<(length + 1)) }
            }
        }
    }

    private func refusal(_ member: HostileZip.Member, _ found: String, _ wanted: String) throws {
        let folder = try TemporaryFolder()
        let error = #expect(throws: TensorFileError.self) {
            let (file, member) = try open(member, in: folder)
            _ = try file.contents(of: member, 0..<member.size)
        }
        #expect(error?.found.contains(found) == true && error?.wanted.contains(wanted) == true)
        #expect(error?.description.contains("a.npz: found ") == true)
    }

    @Test func inflatingPastTheStatedSizeStopsThere() throws {
        let zeros = [UInt8](repeating: 0, count: 10_000_000)
        try refusal(
            .deflated("bomb", zeros, size: 100), "the member \"bomb\" inflating past its size",
            "the 100 bytes that the zip directory states")
        try refusal(.deflated("bomb", zeros, size: 0), "inflating past its size", "the 0 bytes")
        try refusal(.deflated("bomb", zeros, size: 9_999_999), "inflating past its size", "the 9999999 bytes")
        try refusal(
            .deflated("short", zeros, size: 10_000_001), "10000000 bytes in the member \"short\"",
            "the 10000001 that the zip directory states")
    }

    /// A size that deflate cannot reach is refused before any memory is taken for it.
    @Test func impossibleRatiosAreRefused() throws {
        try refusal(
            .deflated("bomb", [1, 2, 3], size: .max - 1),
            "the member \"bomb\" that claims to inflate from 5 bytes to 4294967294",
            "at most 1032 times as many")
    }

    @Test func brokenDataAreRefused() throws {
        let contents = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 * $0) }
        let whole = Member.deflated("a", contents)
        let deflated = try #require(whole.stored)
        func with(_ stored: [UInt8]) -> Member {
            var member = whole
            member.stored = stored
            return member
        }
        for length in [10, deflated.count / 2, deflated.count - 1] {
            try refusal(
                with(Array(deflated.prefix(length))), "broken or incomplete deflated data", "that end with the member")
        }
        try refusal(with([]), "that claims to inflate from 0 bytes", "at most 1032 times")
        try refusal(with(deflated + [0]), "broken or incomplete deflated data", "that end with the member")
        try refusal(with([0xFF] + deflated), "broken or incomplete deflated data", "that end with the member")
    }

    @Test func checksumsAreThoseOfTheStandard() {
        // The check value of CRC-32/ISO-HDLC.
        #expect(crc32Checksum(of: Array("123456789".utf8)[...]) == 0xCBF4_3926)
        #expect(crc32Checksum(of: [], continuing: 5) == 5)
        let half = crc32Checksum(of: Array("1234".utf8)[...])
        #expect(crc32Checksum(of: Array("56789".utf8)[...], continuing: half) == 0xCBF4_3926)
    }
}

import Foundation
import TestSupport
import Testing

@testable import Datasets

/// An archive with one file in a folder `set`, on a server that is a folder.
private struct Server {
    let folder: TemporaryFolder
    var download: ArchiveDownload
    let bytes: [UInt8]

    init() throws {
        folder = try TemporaryFolder()
        let set = folder.file("set")
        try FileManager.default.createDirectory(at: set, withIntermediateDirectories: true)
        // Bytes that do not compress, so that the archive has a middle to be cut at.
        var state: UInt32 = 7
        let content = (0..<200_000).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return UInt8(truncatingIfNeeded: state >> 24)
        }
        try Data(content).write(to: set.appendingPathComponent("file.bin"))
        let archive = folder.file("set.tar.gz")
        let tar = Process()
        tar.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        tar.arguments = ["tar", "-czf", archive.path, "-C", folder.url.path, "set"]
        try tar.run()
        tar.waitUntilExit()
        bytes = [UInt8](try Data(contentsOf: archive))
        download = ArchiveDownload(
            source: archive.absoluteString, byteCount: bytes.count, checksum: try MD5.hexadecimal(of: archive),
            folderName: "set")
    }
}

@Suite struct ArchiveDownloadTests {
    @Test func itIsFetchedCheckedUnpackedAndFetchedOnlyOnce() throws {
        let (server, cache) = (try Server(), try TemporaryFolder())
        var told: [Int] = []
        let place = try server.download.fetch(into: cache.file("new")) { done, _ in told.append(done) }
        #expect(try Data(contentsOf: place.appendingPathComponent("file.bin")).count == 200_000)
        #expect(told.last == server.bytes.count)
        #expect(try FileManager.default.contentsOfDirectory(atPath: cache.file("new").path) == ["set"])
        try FileManager.default.removeItem(at: server.folder.file("set.tar.gz"))
        #expect(try server.download.fetch(into: cache.file("new")).path == place.path)
    }

    @Test func aPartThatBrokeOffIsGoneOnWith() throws {
        let (server, cache) = (try Server(), try TemporaryFolder())
        _ = try cache.file("set.tar.gz.part", holding: Array(server.bytes.prefix(70_000)))
        var first: Int?
        try server.download.fetch(into: cache.url) { done, _ in first = first ?? done }
        #expect((first ?? 0) >= 70_000)
        #expect(try cache.names() == ["set"])
    }

    /// The process ended between fetching and unpacking.
    @Test func aCompletePartIsUnpackedWithoutAServer() throws {
        let (server, cache) = (try Server(), try TemporaryFolder())
        _ = try cache.file("set.tar.gz.part", holding: server.bytes)
        try FileManager.default.removeItem(at: server.folder.file("set.tar.gz"))
        try server.download.fetch(into: cache.url)
        #expect(try cache.names() == ["set"])
    }

    @Test func aDamagedPartIsFoundOutAndTheNextAttemptBeginsAnew() throws {
        let (server, cache) = (try Server(), try TemporaryFolder())
        var damaged = Array(server.bytes.prefix(70_000))
        damaged[100] ^= 1
        _ = try cache.file("set.tar.gz.part", holding: damaged)
        let error = #expect(throws: DatasetError.self) { try server.download.fetch(into: cache.url) }
        #expect(error?.description.contains(server.download.checksum) == true)
        #expect(try cache.names().isEmpty)
        try server.download.fetch(into: cache.url)
        #expect(try cache.names() == ["set"])
    }

    @Test func withoutAConnectionItSaysSoAndKeepsWhatThereIs() throws {
        let (server, cache) = (try Server(), try TemporaryFolder())
        _ = try cache.file("set.tar.gz.part", holding: Array(server.bytes.prefix(70_000)))
        var download = server.download
        // Nobody listens on the port of "discard".
        download.source = try #require(URL(string: "http://127.0.0.1:9/set.tar.gz"))
        let offline = #expect(throws: DatasetError.self) { try download.fetch(into: cache.url) }
        #expect(offline?.description.contains("no connection") == true)
        #expect(offline?.description.contains("70000 bytes are kept") == true)
        #expect(try cache.names() == ["set.tar.gz.part"])
    }

    /// RFC 1321, appendix A.5, and the lengths at which the padding takes another block.
    @Test func checksumsOfKnownTexts() {
        func md5(_ text: String) -> String {
            var sum = MD5()
            sum.update(text.utf8)
            return sum.hexadecimal
        }
        #expect(md5("") == "d41d8cd98f00b204e9800998ecf8427e")
        #expect(md5("message digest") == "f96b697d7cb7938d525a2f31aaf161d0")
        #expect(md5(String(repeating: "1234567890", count: 8)) == "57edf4a22be3c955ac49da2e2107b67a")
        var pieces = MD5()
        for _ in 0..<8 { pieces.update("1234567890".utf8) }
        #expect(pieces.hexadecimal == "57edf4a22be3c955ac49da2e2107b67a")
        #expect(md5(String(repeating: "a", count: 55)) == "ef1772b6dff9a122358552954ad0df65")
        #expect(md5(String(repeating: "a", count: 56)) == "3b0c8ac703f828b04c6c197006d17218")
        #expect(md5(String(repeating: "a", count: 64)) == "014842d480b571495a4a0363793f7367")
    }
}

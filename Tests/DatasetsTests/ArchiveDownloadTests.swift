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
            folderName: "set", files: ["file.bin"])
    }
}

/// A server that takes connections and says nothing.
private final class SilentServer {
    let url: URL
    private let descriptor: Int32

    init() throws {
        #if canImport(Darwin)
            descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #else
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #endif
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let (own, size) = (descriptor, length)
        // Port 0: the system chooses one. The system itself takes connections into the queue.
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(own, $0, size) == 0 && listen(own, 4) == 0 && getsockname(own, $0, &length) == 0
            }
        }
        url = try #require(URL(string: "http://127.0.0.1:\(in_port_t(bigEndian: address.sin_port))/set.tar.gz"))
        try #require(isListening)
    }

    deinit { close(descriptor) }
}

@Suite struct ArchiveDownloadTests {
    @Test func itIsFetchedCheckedUnpackedAndFetchedOnlyOnce() throws {
        let (server, cache) = (try Server(), try TemporaryFolder())
        var told: [Int] = []
        let place = try server.download.fetch(into: cache.file("new"), progress: { done, _ in told.append(done) })
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
        try server.download.fetch(into: cache.url, progress: { done, _ in first = first ?? done })
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

    @Test func whatIsMissingOfASetIsAddedAndTheRestLeftAsItIs() throws {
        let (server, cache) = (try Server(), try TemporaryFolder())
        var download = server.download
        try FileManager.default.createDirectory(at: cache.file("set"), withIntermediateDirectories: true)
        #expect(!download.isUnpacked(in: cache.file("set")))
        let place = try download.fetch(into: cache.url)
        #expect(download.isUnpacked(in: place) && cache.file("set").path == place.path)
        // A file of the user's own, in the place of one that another version of the archive might have.
        try Data("mine".utf8).write(to: place.appendingPathComponent("file.bin"))
        download.files.append("other.bin")
        try download.fetch(into: cache.url)
        #expect(try Data(contentsOf: place.appendingPathComponent("file.bin")) == Data("mine".utf8))
        #expect(try cache.names() == ["set"])
    }

    @Test func aTransferThatStandsStillIsGivenUp() throws {
        let (server, cache) = (try Server(), try TemporaryFolder())
        let silent = try SilentServer()
        var download = server.download
        download.source = silent.url
        download.patience = 1
        let error = try #require(throws: DatasetError.self) { try download.fetch(into: cache.url) }
        #expect(error.found.hasPrefix("no connection"))
    }

    @Test func aWishToStopEndsTheProgramThatFetches() throws {
        let (server, cache) = (try Server(), try TemporaryFolder())
        let silent = try SilentServer()
        _ = try cache.file("set.tar.gz.part", holding: Array(server.bytes.prefix(70_000)))
        var download = server.download
        download.source = silent.url
        var asked = 0
        let start = ContinuousClock.now
        let error = try #require(throws: DatasetError.self) {
            try download.fetch(
                into: cache.url,
                shouldStop: {
                    asked += 1
                    return asked > 3
                })
        }
        // Nothing else would end it before a minute has passed.
        #expect(ContinuousClock.now - start < .seconds(30))
        #expect(error.found == "a wish to stop after 70000 of \(server.bytes.count) bytes")
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

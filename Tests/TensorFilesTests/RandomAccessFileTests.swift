import Foundation
import TestSupport
import Testing

@testable import TensorFiles

@Suite struct RandomAccessFileTests {
    @Test func readsAnyRange() throws {
        let folder = try TemporaryFolder()
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0) }
        let file = try RandomAccessFile(folder.file("a", holding: bytes))
        #expect(file.size == 1000)
        #expect(try file.read(0..<1000) == bytes)
        #expect(try file.read(990..<1000) == Array(bytes[990...]))
        #expect(try file.read(5..<5).isEmpty)
        #expect(throws: TensorFileError.self) { try file.read(990..<1001) }
        #expect(throws: TensorFileError.self) { try file.read(-1..<2) }
    }

    @Test func aFileThatShrinksIsAnError() throws {
        let folder = try TemporaryFolder()
        let url = try folder.file("a", holding: [UInt8](repeating: 7, count: 100))
        let file = try RandomAccessFile(url)
        #expect(truncate(url.path, 40) == 0)
        #expect(try file.read(0..<40).count == 40)
        let error = #expect(throws: TensorFileError.self) { try file.read(0..<100) }
        #expect(
            error?.description
                == "\(url.path): found the end after 40 bytes, wanted the 100 bytes it had when it was opened")
    }

    @Test func whatIsNoFileIsRefused() throws {
        let folder = try TemporaryFolder()
        expectRefusal(of: folder.file("missing.npy"), found: "No such file", wanted: "a readable file")
        expectRefusal(of: folder.url, found: "a folder", wanted: "a regular file")
        #expect(mkfifo(folder.file("pipe.npy").path, 0o600) == 0)
        expectRefusal(of: folder.file("pipe.npy"), found: "a device or pipe", wanted: "a regular file")
        expectRefusal(of: URL(fileURLWithPath: "/dev/zero"), found: "a device or pipe", wanted: "a regular file")
    }
}

import Foundation
import TestSupport
import Testing

@testable import TensorFiles

@Suite struct AtomicFileWriterTests {
    /// Small pieces, which are collected, and pieces longer than what is collected.
    @Test func writesPiecesInOrder() throws {
        let folder = try TemporaryFolder()
        let lengths = [1, 0, 100, 1_048_576, 3, 3_000_000, 700_000, 700_000, 5]
        let pieces = lengths.enumerated().map { [UInt8](repeating: UInt8($0.offset), count: $0.element) }
        var positions: [Int] = []
        try AtomicFileWriter.replace(folder.file("a")) { (file) throws(TensorFileError) in
            for piece in pieces {
                positions.append(file.position)
                try file.write(piece)
            }
        }
        #expect(try [UInt8](Data(contentsOf: folder.file("a"))) == Array(pieces.joined()))
        #expect(positions == lengths.indices.map { lengths[..<$0].reduce(0, +) })
        #expect(try folder.names() == ["a"])
    }

    @Test func failureLeavesTheOldFile() throws {
        let folder = try TemporaryFolder()
        let url = try folder.file("a", holding: [1, 2, 3])
        #expect(throws: TensorFileError.self) {
            try AtomicFileWriter.replace(url) { (file) throws(TensorFileError) in
                try file.write([UInt8](repeating: 9, count: 5_000_000))
                throw TensorFileError(url, found: "a", wanted: "b")
            }
        }
        #expect(try [UInt8](Data(contentsOf: url)) == [1, 2, 3])
        #expect(try folder.names() == ["a"])
    }

    @Test func whatIsBeingWrittenIsNotTakenForALeftover() throws {
        let folder = try TemporaryFolder()
        let left = ".abc.\(Int32.max).partial"
        _ = try folder.file(left, holding: [1])
        try AtomicFileWriter.replace(folder.file("a")) { (file) throws(TensorFileError) in
            try file.write([1, 2])
            FileManager.default.removeAbandonedFiles(in: folder.url)
        }
        #expect(try [UInt8](Data(contentsOf: folder.file("a"))) == [1, 2])
        #expect(try folder.names() == ["a"])
    }

    @Test func whereNothingCanBeWrittenIsOneSentence() throws {
        let folder = try TemporaryFolder()
        let inside = folder.file("missing/a")
        let error = #expect(throws: TensorFileError.self) { try AtomicFileWriter.replace(inside) { _ in } }
        #expect(error?.description.contains("missing/a: found \"No such file or directory\" on creating") == true)
        try FileManager.default.createDirectory(at: folder.file("folder/x"), withIntermediateDirectories: true)
        #expect(throws: TensorFileError.self) { try AtomicFileWriter.replace(folder.file("folder")) { _ in } }
        #expect(try folder.names() == ["folder"])
    }
}

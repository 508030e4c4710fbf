import Foundation
import TensorFiles
import TestSupport
import Testing

@Suite struct NpyRowsTests {
    @Test func rowsAreThoseOfTheArray() throws {
        let folder = try TemporaryFolder()
        let file = folder.url.appendingPathComponent("a.npy")
        let numbers = (0..<24).map { Double($0) / 3 }
        for type in [ScalarType.float32, .float64] {
            try NpyFile.write(StoredTensor(name: "a", shape: [4, 3, 2], numbers, as: type), to: file)
            let rows = try NpyRows(contentsOf: file)
            #expect(rows.extents == [4, 3, 2] && rows.rowCount == 6)
            for row in [3, 0, 2] { #expect(try rows.row(row) == numbers[row * 6..<row * 6 + 6].map { Float($0) }) }
        }
    }

    @Test func severalWritersMakeTheFileThatOneWouldMake() throws {
        let folder = try TemporaryFolder()
        let (whole, parts) = (
            folder.url.appendingPathComponent("whole.npy"), folder.url.appendingPathComponent("parts.npy")
        )
        let numbers = (0..<35).map { Float($0) * 0.25 }
        try NpyFile.write(StoredTensor(name: "a", shape: [5, 7], numbers), to: whole)
        try Data("old".utf8).write(to: parts)
        let first = try NpyRowWriter(parts, extents: [5, 7])
        let second = try NpyRowWriter(parts, extents: [5, 7], joining: first.partialName)
        // A file that is being written is no leftover.
        FileManager.default.removeAbandonedFiles(in: folder.url)
        for row in [4, 1, 0, 3, 2] {
            try (row % 2 == 0 ? first : second).write(Array(numbers[row * 7..<row * 7 + 7]), row: row)
        }
        try first.flush()
        try second.flush()
        #expect(try Data(contentsOf: parts) == Data("old".utf8))
        try first.putInPlace()
        #expect(try Data(contentsOf: parts) == Data(contentsOf: whole))
        #expect(try folder.names() == ["parts.npy", "whole.npy"])
    }

    /// Two commands that write the same file: each writes a whole one, and the last to finish is there.
    @Test func writersThatDoNotKnowOfEachOtherDoNotMeet() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("a.npy")
        let (first, second) = (try NpyRowWriter(file, extents: [1, 2]), try NpyRowWriter(file, extents: [1, 2]))
        try first.write([1, 2], row: 0)
        try second.write([3, 4], row: 0)
        try first.putInPlace()
        #expect(try NpyRows(contentsOf: file).row(0) == [1, 2])
        try second.putInPlace()
        #expect(try NpyRows(contentsOf: file).row(0) == [3, 4])
        #expect(try folder.names() == ["a.npy"])
    }

    @Test func whatIsNotRowByRowIsRefused() throws {
        let folder = try TemporaryFolder()
        let file = folder.url.appendingPathComponent("a.npy")
        try NpyFile.write(StoredTensor(name: "a", shape: [2, 2], [1, 2, 3, 4] as [Float]), to: file)
        var bytes = Array(try Data(contentsOf: file))
        let text = Array("'fortran_order': False".utf8)
        let place = try #require(bytes.indices.first { bytes[$0...].starts(with: text) })
        bytes.replaceSubrange(place..<place + text.count, with: Array("'fortran_order': True ".utf8))
        try Data(bytes).write(to: file)
        #expect(throws: TensorFileError.self) { try NpyRows(contentsOf: file) }
        #expect(throws: TensorFileError.self) { try NpyRows(contentsOf: folder.url.appendingPathComponent("none.npy")) }
        #expect(throws: TensorFileError.self) {
            try NpyRowWriter(folder.url.appendingPathComponent("none/a.npy"), extents: [1, 1])
        }
    }
}

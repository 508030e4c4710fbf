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

    /// A file of [3, 2, 2] numbers 0, 1, … in the order of the file, with a header of one's own.
    private func file(_ folder: TemporaryFolder, _ type: String, isFortranOrder: Bool, _ bytes: [UInt8]) throws -> URL {
        var text = "{'descr': '\(type)', 'fortran_order': \(isFortranOrder ? "True" : "False"), 'shape': (3, 2, 2), }"
        text += String(repeating: " ", count: 127 - 10 - text.utf8.count) + "\n"
        let header = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.utf8.count), 0] + Array(text.utf8)
        return try folder.file("order.npy", holding: header + bytes)
    }

    @Test func eitherOrderOfAxesAndBytesIsRead() throws {
        let folder = try TemporaryFolder()
        let bigEndian = (0..<12).flatMap { [UInt8(0), UInt8($0 * 3)] }
        let rows = try NpyRows(contentsOf: try file(folder, ">i2", isFortranOrder: false, bigEndian))
        #expect(try rows.row(1) == [12, 15, 18, 21] && !rows.areRowsScattered)
        let scattered = try NpyRows(contentsOf: try file(folder, ">u2", isFortranOrder: true, bigEndian))
        #expect(scattered.areRowsScattered && scattered.extents == [3, 2, 2])
        // Element (r, c, k) is number r + 3 c + 6 k of the file.
        func row(_ r: Int) -> [Float] { [0, 6, 3, 9].map { Float(3 * ($0 + r)) } }
        for r in 0..<3 { #expect(try scattered.row(r) == row(r)) }
        #expect(try scattered.rows(1..<3).doubles == (row(1) + row(2)).map(Double.init))
        #expect(try scattered.rows(0..<3).doubles == (row(0) + row(1) + row(2)).map(Double.init))
        let bools = try NpyRows(
            contentsOf: try file(folder, "|b1", isFortranOrder: false, [0, 1, 1, 0] + [UInt8](repeating: 1, count: 8)))
        #expect(try bools.row(0) == [0, 1, 1, 0])
        // 1.5 in half precision.
        let halves = try NpyRows(
            contentsOf: try file(folder, "<f2", isFortranOrder: false, (0..<12).flatMap { _ in [0, 0x3E] as [UInt8] }))
        #expect(try halves.row(2) == [1.5, 1.5, 1.5, 1.5])
    }

    @Test func whatCannotBeReadIsRefused() throws {
        let folder = try TemporaryFolder()
        #expect(throws: TensorFileError.self) { try NpyRows(contentsOf: folder.url.appendingPathComponent("none.npy")) }
        #expect(throws: TensorFileError.self) {
            try NpyRowWriter(folder.url.appendingPathComponent("none/a.npy"), extents: [1, 1])
        }
    }
}

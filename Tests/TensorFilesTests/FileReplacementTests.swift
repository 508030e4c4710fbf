import Foundation
import TensorFiles
import TestSupport
import Testing

@Suite struct FileReplacementTests {
    @Test func foldersAreMadeWithThoseAroundThem() throws {
        let folder = try TemporaryFolder()
        let inner = folder.file("a/b/c")
        try FileManager.default.makeFolder(at: inner)
        // What is there already is left as it is.
        try Data([1]).replaceFile(at: inner.appendingPathComponent("file"))
        try FileManager.default.makeFolder(at: inner)
        #expect(try FileManager.default.contentsOfDirectory(atPath: inner.path) == ["file"])
    }

    @Test func aFileInTheWayIsSaid() throws {
        let folder = try TemporaryFolder()
        let file = try folder.file("file", holding: [1])
        let there = #expect(throws: TensorFileError.self) { try FileManager.default.makeFolder(at: file) }
        #expect(there?.found == "\"File exists\" on making the folder")
        let below = #expect(throws: TensorFileError.self) {
            try FileManager.default.makeFolder(at: file.appendingPathComponent("a/b"))
        }
        #expect(below?.found == "\"Not a directory\" on making the folder")
    }
}

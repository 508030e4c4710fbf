import Foundation
import TensorFiles
import TestSupport
import Testing

/// Opens a file that holds `bytes`, reads all of its tensors, and expects the one sentence that refuses it: it starts with the file's
/// name and contains `found` and `wanted`.
func expectRefusal(
    of bytes: [UInt8], as name: String, found: String, wanted: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let folder = try TemporaryFolder()
    let url = try folder.file(name, holding: bytes)
    expectRefusal(of: url, found: found, wanted: wanted, sourceLocation: sourceLocation)
}

/// Opens the file at `url`, reads all of its tensors, and expects the one sentence that refuses it.
func expectRefusal(of url: URL, found: String, wanted: String, sourceLocation: SourceLocation = #_sourceLocation) {
    let error = #expect(throws: TensorFileError.self, sourceLocation: sourceLocation) {
        _ = try TensorArchive(contentsOf: url).tensors()
    }
    guard let error else { return }
    let sentence = error.description
    #expect(sentence.hasPrefix(url.relativePath), sourceLocation: sourceLocation)
    #expect(error.found.contains(found), sourceLocation: sourceLocation)
    #expect(error.wanted.contains(wanted), sourceLocation: sourceLocation)
    #expect(sentence.contains(error.found) && sentence.contains(error.wanted), sourceLocation: sourceLocation)
    #expect(!sentence.contains(where: \.isNewline) && sentence.count < 1200, sourceLocation: sourceLocation)
}

extension [UInt8] {
    /// The bytes of `integer`, lowest first.
    init(_ integer: some FixedWidthInteger) {
        self = Swift.withUnsafeBytes(of: integer.littleEndian) { Array($0) }
    }
}

/// The numbers i − 11.5 that the fixtures hold in the shape [2, 3, 4].
let counting = (0..<24).map { Double($0) - 11.5 }

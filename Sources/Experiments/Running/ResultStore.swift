import Foundation
import TensorFiles

/// Results in a folder, one JSON file for each claim, so that pages can be drawn again and a run can go on.
public struct ResultStore: Sendable {
    /// Where the files are; it need not be there yet.
    public let folder: URL

    /// The store in `folder`.
    public init(folder: URL) {
        self.folder = folder
    }

    /// The file of a claim.
    public func file(for id: String) -> URL { folder.appendingPathComponent("\(id).json") }

    /// The result of a claim; nil where there is no file.
    /// - Throws: `ResultStoreError` where the file is there and is not a result.
    public func result(for id: String) throws(ResultStoreError) -> ClaimResult? {
        let file = file(for: id)
        guard FileManager.default.fileExists(atPath: file.path) else { return nil }
        do {
            let result = try JSONDecoder.ofResults.decode(ClaimResult.self, from: Data(contentsOf: file))
            guard result.text.id == id else {
                throw ResultStoreError(
                    file: file.relativePath, reason: "found a result of '\(result.text.id)', wanted '\(id)'")
            }
            return result
        } catch let error as ResultStoreError {
            throw error
        } catch {
            throw ResultStoreError(file: file.relativePath, reason: "found no readable result of a claim (\(error))")
        }
    }

    /// Keeps a result, in one step: one that was there stays whole if this fails.
    /// - Throws: `ResultStoreError`.
    public func keep(_ result: ClaimResult) throws(ResultStoreError) {
        let file = file(for: result.text.id)
        do {
            try FileManager.default.makeFolder(at: folder)
            try JSONEncoder.ofResults.encode(result).replaceFile(at: file)
        } catch let error as TensorFileError {
            throw ResultStoreError(file: error.file, reason: "found \(error.found), wanted \(error.wanted)")
        } catch {
            throw ResultStoreError(file: file.relativePath, reason: "the result cannot be encoded: \(error)")
        }
    }
}

/// Why a result cannot be kept or read.
public struct ResultStoreError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file.
    public let file: String
    /// What is wrong with it.
    public let reason: String

    /// One sentence without its full stop.
    public var description: String { "\(file): \(reason)" }
}

extension JSONEncoder {
    /// Writes results: keys in order, numbers to the last bit, infinities as text.
    public static var ofResults: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return encoder
    }
}

extension JSONDecoder {
    /// Reads what `JSONEncoder.ofResults` writes.
    public static var ofResults: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return decoder
    }
}

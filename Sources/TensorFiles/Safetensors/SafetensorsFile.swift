import Foundation

/// The safetensors format: eight bytes with the header's length, the header, the tensors' bytes.
public enum SafetensorsFile {
    /// Writes `tensors` to a file that replaces the one at `url`, if there is one, only when it is complete and on the disk.
    ///
    /// The same tensors and metadata give the same bytes in whatever order they come: the tensors of the widest scalar types first,
    /// so that each is aligned to its own type in the file, then by name; metadata by key.
    /// - Parameters:
    ///   - tensors: The tensors, each with a name of its own.
    ///   - metadata: Kept in the header under `__metadata__`.
    ///   - url: Where the file goes.
    /// - Throws: `TensorFileError` where two tensors share a name, where one is named `__metadata__`, or where writing fails; the old
    ///   file is untouched then.
    public static func write(
        _ tensors: [StoredTensor], metadata: [String: String] = [:], to url: URL
    ) throws(TensorFileError) {
        var names: Set<String> = [SafetensorsHeader.metadataKey]
        for tensor in tensors {
            guard names.insert(tensor.name).inserted else {
                let wanted = tensor.name == SafetensorsHeader.metadataKey ? "another name" : "each name once"
                throw TensorFileError(
                    url, found: "the name \(tensor.name.quoted) for a tensor to write", wanted: wanted)
            }
        }
        let sorted = tensors.sorted {
            $0.scalarType.size == $1.scalarType.size ? $0.name < $1.name : $0.scalarType.size > $1.scalarType.size
        }
        let header = header(of: sorted, metadata)
        guard header.count <= SafetensorsHeader.maximumLength else {
            throw TensorFileError(
                url, found: "names and metadata to write that take \(header.count) bytes",
                wanted: "a header of at most \(SafetensorsHeader.maximumLength)")
        }
        try AtomicFileWriter.replace(url) { (file) throws(TensorFileError) in
            try file.write(header)
            for tensor in sorted { try file.write(tensor.bytes) }
        }
    }

    /// The header behind its length, padded with spaces so that the data after it begins at a multiple of eight.
    private static func header(of tensors: [StoredTensor], _ metadata: [String: String]) -> [UInt8] {
        var entries: [String] = []
        if !metadata.isEmpty {
            let pairs = metadata.sorted { $0.key < $1.key }.map { "\(jsonString($0.key)):\(jsonString($0.value))" }
            entries.append("\(jsonString(SafetensorsHeader.metadataKey)):{\(pairs.joined(separator: ","))}")
        }
        var offset = 0
        for tensor in tensors {
            let end = offset + tensor.bytes.count
            let shape = tensor.shape.extents.map(String.init).joined(separator: ",")
            entries.append(
                "\(jsonString(tensor.name)):{\"dtype\":\"\(tensor.scalarType.safetensorsName)\",\"shape\":[\(shape)],"
                    + "\"data_offsets\":[\(offset),\(end)]}")
            offset = end
        }
        var json = Array("{\(entries.joined(separator: ","))}".utf8)
        while json.count % 8 != 0 { json.append(UInt8(ascii: " ")) }
        var header: [UInt8] = []
        header.append(littleEndian: UInt64(json.count))
        return header + json
    }

    private static func jsonString(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case "\u{0}"..<" ":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// Where the tensors of `file` lie, those of a type that is not read, and the metadata.
    static func contents(of file: RandomAccessFile) throws(TensorFileError) -> FileContents {
        guard file.size >= 8 else {
            throw TensorFileError(file.url, found: "\(file.size) bytes", wanted: "at least the 8 of a header's length")
        }
        var cursor = try ByteCursor(file.read(0..<8))
        let length = cursor.unsigned(8) ?? .max
        guard length <= SafetensorsHeader.maximumLength else {
            throw TensorFileError(
                file.url, found: "a header's length of \(length) bytes",
                wanted: "at most \(SafetensorsHeader.maximumLength)")
        }
        guard length <= file.size - 8 else {
            throw TensorFileError(
                file.url, found: "a header's length of \(length) bytes",
                wanted: "at most the \(file.size - 8) that follow it in the file")
        }
        let dataStart = 8 + length
        let header = try SafetensorsHeader(
            json: file.read(8..<dataStart), file: file.url.relativePath, dataSize: file.size - dataStart)
        let locations = header.tensors.map { entry, range in
            TensorLocation(
                entry: entry, section: .bytes(dataStart + range.lowerBound..<dataStart + range.upperBound))
        }
        return FileContents(tensors: locations, skipped: header.skipped, metadata: header.metadata)
    }
}

enum SafetensorsFormat: TensorFileFormat {
    static let format = TensorArchive.Format(
        "safetensors", extensions: ["safetensors"], writers: "the safetensors library, this program",
        reading: "Every tensor of a type that is known here; others are skipped by name.")

    static func recognizes(_ file: OpenedFile) -> Bool { file.start.dropFirst(8).first == UInt8(ascii: "{") }

    static func contents(of file: OpenedFile) throws(TensorFileError) -> FileContents {
        try SafetensorsFile.contents(of: file.file)
    }
}

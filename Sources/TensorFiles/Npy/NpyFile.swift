import Foundation

/// NumPy's format for one array: a header, then the elements.
public enum NpyFile {
    /// Writes `tensor`, without its name, to a file that replaces the one at `url`, if there is one, only when it is complete and on
    /// the disk.
    ///
    /// The bytes are those that `numpy.save` writes: version 1.0, row-major order, lowest byte first, data aligned to 64 bytes.
    /// - Throws: `TensorFileError` where NumPy has no such array (bfloat16, more than 64 axes), or where writing fails; the old file is
    ///   untouched then.
    public static func write(_ tensor: StoredTensor, to url: URL) throws(TensorFileError) {
        let header = try header(of: tensor, url)
        try AtomicFileWriter.replace(url) { (file) throws(TensorFileError) in
            try file.write(header)
            try file.write(tensor.bytes)
        }
    }

    /// Everything before the elements.
    static func header(
        of tensor: StoredTensor, extents: [Int]? = nil, _ url: URL
    ) throws(TensorFileError) -> [UInt8] {
        guard let typeName = tensor.scalarType.numpyName else {
            throw TensorFileError(
                url, found: "\(tensor.scalarType) elements to write in \(tensor.name.quoted)",
                wanted: "a scalar type that NumPy has")
        }
        let extents = extents ?? tensor.shape.extents
        guard extents.count <= NpyHeader.maximumRank else {
            throw TensorFileError(
                url, found: "\(extents.count) axes to write in \(tensor.name.quoted)",
                wanted: "at most the \(NpyHeader.maximumRank) that NumPy has")
        }
        let order = tensor.scalarType.size == 1 ? "|" : "<"
        let shape = extents.map(String.init).joined(separator: ", ") + (extents.count == 1 ? "," : "")
        var text = "{'descr': '\(order)\(typeName)', 'fortran_order': False, 'shape': (\(shape)), }"
        // NumPy leaves room to write a longer first extent in place when the file grows.
        if let first = extents.first { text += String(repeating: " ", count: 21 - String(first).count) }
        let prefixLength = NpyHeader.magic.count + 4
        let padding = 64 - (prefixLength + text.utf8.count + 1) % 64
        text += String(repeating: " ", count: padding) + "\n"
        var header = NpyHeader.magic + [1, 0]
        header.append(littleEndian: UInt16(clamping: text.utf8.count))
        return header + Array(text.utf8)
    }

    /// Where the one tensor of `file` lies; its name is the file's without the extension.
    static func contents(of file: RandomAccessFile) throws(TensorFileError) -> TensorLocation {
        let header = try NpyHeader(file: file.url.relativePath, size: file.size) { (count) throws(TensorFileError) in
            try file.read(0..<count)
        }
        let name = file.url.deletingPathExtension().lastPathComponent
        return header.location(name: name, section: .bytes(0..<file.size))
    }
}

enum NpyFormat: TensorFileFormat {
    static let format = TensorArchive.Format(
        "npy", extensions: ["npy"], writers: "`numpy.save`", reading: "The one array, called as the file is.")

    static func recognizes(_ file: OpenedFile) -> Bool { file.start.starts(with: NpyHeader.magic) }

    static func contents(of file: OpenedFile) throws(TensorFileError) -> FileContents {
        try FileContents(tensors: [NpyFile.contents(of: file.file)])
    }
}

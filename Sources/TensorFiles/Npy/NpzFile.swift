import Foundation

/// NumPy's format for several arrays: a zip archive with a `.npy` file for each, stored or deflated.
public enum NpzFile {
    /// How an archive keeps its members.
    public enum Compression: Sendable, Hashable, CaseIterable {
        /// As they are, which `numpy.savez` does.
        case stored
        /// Compressed, which `numpy.savez_compressed` does.
        case deflated
    }

    /// Writes `tensors`, in their order, to a file that replaces the one at `url`, if there is one, only when it is complete and on
    /// the disk.
    ///
    /// The same tensors give the same bytes: members carry the date 1 January 1980. Sizes above 4 GiB and more than 65,534 tensors
    /// take the format's 64-bit fields.
    /// - Throws: `TensorFileError` where two tensors share a name, where a name would lead out of the archive, where NumPy has no such
    ///   array (bfloat16, more than 64 axes), or where writing fails; the old file is untouched then.
    public static func write(
        _ tensors: [StoredTensor], compression: Compression = .stored, to url: URL
    ) throws(TensorFileError) {
        var names: Set<String> = []
        let headers = try tensors.map { (tensor) throws(TensorFileError) in
            guard names.insert(tensor.name).inserted else {
                throw TensorFileError(
                    url, found: "the name \(tensor.name.quoted) for two tensors", wanted: "each name once")
            }
            return try NpyFile.header(of: tensor, url)
        }
        try AtomicFileWriter.replace(url) { (file) throws(TensorFileError) in
            var archive = ZipWriter(url)
            for (tensor, header) in zip(tensors, headers) {
                try archive.write(tensor.name + ".npy", [header, tensor.bytes], compression, to: &file)
            }
            try archive.finish(&file)
        }
    }

    /// Where the tensors of `archive` lie; each is named as its member, without the extension. Arrays of a type that is not read are skipped.
    static func contents(of file: RandomAccessFile, _ archive: ZipArchive) throws(TensorFileError) -> FileContents {
        var contents = FileContents(tensors: [])
        for member in archive.members {
            let suffix = ".npy"
            guard member.name.hasSuffix(suffix) else {
                throw TensorFileError(
                    file.url, found: "the member \(member.name.quoted) in a zip archive without a data.pkl",
                    wanted: "members that end in .npy, or PyTorch's")
            }
            let name = String(member.name.dropLast(suffix.count))
            let place = "\(file.url.relativePath), member \(member.name.quoted)"
            do {
                let header = try NpyHeader(file: place, size: member.size) { (count) throws(TensorFileError) in
                    try file.contents(of: member, 0..<count, checksIntegrity: false)
                }
                contents.tensors.append(header.location(name: name, section: .member(member)))
            } catch  where error.isOfUnreadType {
                contents.skipped.append(
                    TensorArchive.Skipped(name: name, reason: "it has \(error.found), which is not read"))
            }
        }
        return contents
    }
}

enum NpzFormat: TensorFileFormat {
    static let format = TensorArchive.Format(
        "npz", extensions: ["npz"], writers: "`numpy.savez`, `numpy.savez_compressed`",
        reading:
            "Every array of real or whole numbers, stored or deflated; objects, texts and complex numbers are skipped by name."
    )

    /// Every zip archive that is no other format's: what else lies in it is named when it is read.
    static func recognizes(_ file: OpenedFile) throws(TensorFileError) -> Bool { try file.zipArchive() != nil }

    static func contents(of file: OpenedFile) throws(TensorFileError) -> FileContents {
        guard let archive = try file.zipArchive() else { throw UnknownFile.error(for: file) }
        return try NpzFile.contents(of: file.file, archive)
    }
}

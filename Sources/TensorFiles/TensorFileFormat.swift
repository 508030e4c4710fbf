/// One format of weight files: how a file of it is told from others, and where its tensors lie.
///
/// A new format is a type of its own in a folder of its own, listed in `TensorFileFormats.all`. Help texts, error messages, the
/// table of the guide and the targets of the fuzzer are made from that list.
protocol TensorFileFormat: Sendable {
    /// What the format is called, and what is said of it to users.
    static var format: TensorArchive.Format { get }

    /// Whether the bytes of `file` are of this format, however well they keep to it. The extension of the name plays no part.
    /// - Throws: `TensorFileError` where a container that the format lies in, such as a zip archive, cannot be read.
    static func recognizes(_ file: OpenedFile) throws(TensorFileError) -> Bool

    /// What `file` holds; its headers are read and checked, and of the tensors nothing.
    /// - Throws: `TensorFileError` where the file does not keep to the format.
    static func contents(of file: OpenedFile) throws(TensorFileError) -> FileContents
}

/// The formats that can be read.
enum TensorFileFormats {
    /// In the order in which a file is compared with them; a format that recognises a part of another's files stands before it.
    static let all: [any TensorFileFormat.Type] = [
        NpyFormat.self, HDF5Format.self, MATLABFormat.self, KerasFormat.self, TorchExportFormat.self,
        TorchScriptFormat.self, TorchFormat.self, TorchLegacyFormat.self, NpzFormat.self, SafetensorsFormat.self,
    ]

    /// The format of `file`, told from its bytes; where they are of none, as in a damaged file, from its name.
    /// - Throws: `TensorFileError` where it is of none of them.
    static func format(of file: OpenedFile) throws(TensorFileError) -> any TensorFileFormat.Type {
        for format in all where try format.recognizes(file) { return format }
        // The name of a file decides only where its bytes are not those of something else.
        guard !UnknownFile.isKnown(file) else { throw UnknownFile.error(for: file) }
        let named = all.first { $0.format.extensions.contains(file.pathExtension) }
        guard let named else { throw UnknownFile.error(for: file) }
        return named
    }
}

/// What a file holds, by its headers.
struct FileContents {
    /// The tensors that can be read, in the order of the file.
    var tensors: [TensorLocation]
    /// Those that cannot.
    var skipped: [TensorArchive.Skipped] = []
    /// What a file says beside its tensors.
    var metadata: [String: String] = [:]
    /// What a reader of the figures should know about the file, a sentence each.
    var remarks: [String] = []
}

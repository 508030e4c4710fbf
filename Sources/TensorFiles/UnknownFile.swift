/// Files that are of none of the formats, and what can be said of them.
enum UnknownFile {
    /// The sentence that names what `file` is instead, with the next step.
    static func error(for file: OpenedFile) -> TensorFileError {
        let url = file.file.url
        if file.start.starts(with: TorchFile.legacyMagic) {
            return TensorFileError(
                url, found: "PyTorch's format from before version 1.6, a bare pickle",
                wanted: "the file loaded and saved again with torch.save of a later version")
        }
        let bytes = file.start.prefix(8).map { String($0, radix: 16) }.joined(separator: " ")
        return TensorFileError(
            url, found: file.start.isEmpty ? "an empty file" : "the bytes \(bytes) at its start",
            wanted: "a safetensors, .npy or .npz file or a zip archive by torch.save")
    }
}

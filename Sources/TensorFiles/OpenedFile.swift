/// A file that is being opened: its first bytes, and the containers that several formats have in common, read once.
final class OpenedFile {
    let file: RandomAccessFile
    /// The first bytes, as many as any format is told from.
    let start: [UInt8]
    /// The extension of the name, in lower case.
    let pathExtension: String
    private var archive: ZipArchive?

    init(_ file: RandomAccessFile) throws(TensorFileError) {
        self.file = file
        start = try file.read(0..<min(512, file.size))
        pathExtension = file.url.pathExtension.lowercased()
    }

    /// The zip archive that the file is, or nil where it is none.
    /// - Throws: `TensorFileError` where it begins like one and does not keep to the format.
    func zipArchive() throws(TensorFileError) -> ZipArchive? {
        guard ZipArchive.magics.contains(where: { start.starts(with: $0) }) else { return nil }
        if let archive { return archive }
        let archive = try ZipArchive(file)
        self.archive = archive
        return archive
    }
}

import Foundation

extension Data {
    /// Writes the bytes to a file, which is replaced in one step and only when all of them are on the disk.
    ///
    /// - Throws: `TensorFileError` where there is no room or the folder cannot be written to; a file that was there is untouched then.
    public func replaceFile(at url: URL) throws(TensorFileError) {
        try AtomicFileWriter.replace(url) { (file) throws(TensorFileError) in try file.write(Array(self)) }
    }
}

import Foundation

extension Data {
    /// Writes the bytes to a file, which is replaced in one step and only when all of them are on the disk.
    ///
    /// - Throws: `TensorFileError` where there is no room or the folder cannot be written to; a file that was there is untouched then.
    public func replaceFile(at url: URL) throws(TensorFileError) {
        try AtomicFileWriter.replace(url) { (file) throws(TensorFileError) in try file.write(Array(self)) }
    }
}

extension FileManager {
    /// Looks whether a file can be made beside the one at `url`, as replacing that one begins: nothing is left behind.
    ///
    /// - Throws: `TensorFileError`, the one that replacing the file would throw, where it cannot.
    public func checkWritable(for url: URL) throws(TensorFileError) {
        try AtomicFileWriter.tryBeginning(url)
    }

    /// Removes from a folder the files and pictures that killed processes left half-written in it; what a running process writes stays.
    ///
    /// Processes are those of this machine: what another one writes to a file system that they share counts as left.
    public func removeAbandonedFiles(in folder: URL) {
        for name in (try? contentsOfDirectory(atPath: folder.path)) ?? [] where PartialFile.isAbandoned(name) {
            try? removeItem(at: folder.appendingPathComponent(name))
        }
    }

    /// Makes a folder, and those around it, where it is not there.
    ///
    /// Foundation's own function says no more than that an operation could not be completed.
    ///
    /// - Throws: `TensorFileError` where it cannot be made.
    public func makeFolder(at url: URL) throws(TensorFileError) {
        var isFolder: ObjCBool = false
        if fileExists(atPath: url.path, isDirectory: &isFolder), isFolder.boolValue { return }
        if mkdir(url.path, 0o777) == 0 { return }
        let around = url.deletingLastPathComponent()
        if errno == ENOENT, around.path != url.path {
            try makeFolder(at: around)
            if mkdir(url.path, 0o777) == 0 { return }
        }
        // Another process may have made it meanwhile.
        let failure = errno
        if fileExists(atPath: url.path, isDirectory: &isFolder), isFolder.boolValue { return }
        errno = failure
        throw .system(url, "making the folder", wanted: "a place for a folder")
    }
}

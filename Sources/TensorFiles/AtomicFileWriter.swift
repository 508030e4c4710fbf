import Foundation

/// The names of files that are being written, `.TOKEN.PROCESS.partial`: each tells whose it is.
enum PartialFile {
    /// A name of its own for a file of this process.
    static func name() -> String {
        let token = String(UInt64.random(in: 0...UInt64.max), radix: 36)
        return ".\(token).\(getpid()).partial"
    }

    /// Whether the process that began a file of this name is gone; a name that does not tell whose the file is says nothing.
    static func isAbandoned(_ name: String) -> Bool {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0].isEmpty, parts[3] == "partial", let process = Int32(parts[2]), process > 0
        else { return false }
        return kill(process, 0) != 0 && errno == ESRCH
    }
}

/// Writes a new file beside the one it is to replace, and puts it in that one's place only when all of it is on the disk.
///
/// Whatever fails before that leaves the old file untouched and no new one behind.
struct AtomicFileWriter: ~Copyable {
    /// The number of bytes written so far.
    private(set) var position = 0

    private let url: URL
    private let temporary: String
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private static let bufferSize = 1 << 20

    private init(replacing url: URL) throws(TensorFileError) {
        self.url = url
        temporary = url.deletingLastPathComponent().appendingPathComponent(PartialFile.name()).path
        descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw .system(url, "creating a file in its folder", wanted: "a writable folder") }
        buffer.reserveCapacity(Self.bufferSize)
    }

    /// Replaces the file at `url` with what `body` writes.
    static func replace(
        _ url: URL, _ body: (inout AtomicFileWriter) throws(TensorFileError) -> Void
    ) throws(TensorFileError) {
        var writer = try AtomicFileWriter(replacing: url)
        do {
            try body(&writer)
            try writer.flush()
            try writer.putInPlace()
        } catch {
            unlink(writer.temporary)
            throw error
        }
    }

    /// Makes the new file and takes it away again.
    static func tryBeginning(_ url: URL) throws(TensorFileError) {
        let writer = try AtomicFileWriter(replacing: url)
        unlink(writer.temporary)
    }

    deinit { close(descriptor) }

    /// Appends `bytes`.
    mutating func write(_ bytes: [UInt8]) throws(TensorFileError) {
        position += bytes.count
        guard buffer.count + bytes.count > Self.bufferSize else { return buffer += bytes }
        try flush()
        if bytes.count < Self.bufferSize { buffer += bytes } else { try writeThrough(bytes) }
    }

    private mutating func flush() throws(TensorFileError) {
        try writeThrough(buffer)
        buffer.removeAll(keepingCapacity: true)
    }

    private func writeThrough(_ bytes: [UInt8]) throws(TensorFileError) {
        var done = 0
        while done < bytes.count {
            let result = bytes.withUnsafeBytes { [descriptor] in
                #if canImport(Darwin)
                    Darwin.write(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done)
                #else
                    Glibc.write(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done)
                #endif
            }
            if result < 0, errno == EINTR { continue }
            guard result > 0 else { throw .system(url, "writing", wanted: "room for the whole file") }
            done += result
        }
    }

    private func putInPlace() throws(TensorFileError) {
        guard fsync(descriptor) == 0 else {
            throw .system(url, "writing to the disk", wanted: "room for the whole file")
        }
        guard rename(temporary, url.path) == 0 else {
            throw .system(url, "putting the new file in place", wanted: "a writable file")
        }
        // The new name itself is on the disk only when the folder is; where a system cannot do that, the file is complete all the same.
        let folder = open(url.deletingLastPathComponent().path, O_RDONLY | O_CLOEXEC)
        guard folder >= 0 else { return }
        fsync(folder)
        close(folder)
    }
}

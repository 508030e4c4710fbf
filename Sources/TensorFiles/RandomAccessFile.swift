import Foundation

/// A regular file open for reading at any position, closed with the last reference to it.
///
/// Reading goes through the open descriptor and not through a mapping: a file that shrinks meanwhile is an error, not a signal.
final class RandomAccessFile: Sendable {
    let url: URL
    /// The size in bytes when the file was opened.
    let size: Int
    /// Where this begins in the file on the disk: a part of a file is read like a file.
    let start: Int
    private let descriptor: Descriptor

    private final class Descriptor: Sendable {
        let number: Int32
        init(_ number: Int32) { self.number = number }
        deinit { close(number) }
    }

    init(_ url: URL) throws(TensorFileError) {
        let wanted = "a readable file"
        // Non-blocking, or else a named pipe would be waited for before it can be refused.
        let descriptor = open(url.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .system(url, "opening", wanted: wanted) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            defer { close(descriptor) }
            throw .system(url, "asking for its size", wanted: wanted)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            let kind = status.st_mode & S_IFMT == S_IFDIR ? "a folder" : "a device or pipe"
            throw TensorFileError(url, found: kind, wanted: "a regular file")
        }
        self.url = url
        self.descriptor = Descriptor(descriptor)
        size = Int(status.st_size)
        start = 0
    }

    private init(_ range: Range<Int>, of file: RandomAccessFile) {
        (url, descriptor) = (file.url, file.descriptor)
        size = range.count
        start = file.start + range.lowerBound
    }

    /// The bytes at the positions of `range`, as a file of their own: one that lies in a container.
    /// - Precondition: They lie within this file.
    func part(_ range: Range<Int>) -> RandomAccessFile {
        precondition(range.lowerBound >= 0 && range.upperBound <= size, "\(range) of \(size) bytes")
        return RandomAccessFile(range, of: self)
    }

    /// A second descriptor of the open file, for whoever closes it.
    func duplicatedDescriptor() throws(TensorFileError) -> Int32 {
        let copy = fcntl(descriptor.number, F_DUPFD_CLOEXEC, 3)
        guard copy >= 0 else { throw .system(url, "opening it again", wanted: "a readable file") }
        return copy
    }

    /// The bytes at the positions of `range`, which must lie within the file.
    func read(_ range: Range<Int>) throws(TensorFileError) -> [UInt8] {
        guard range.lowerBound >= 0, range.upperBound <= size else {
            throw TensorFileError(
                url, found: "the end after \(size) bytes", wanted: "bytes \(range.lowerBound) to \(range.upperBound)")
        }
        var failure: TensorFileError?
        let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
            while count < range.count {
                let rest = UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[count..<range.count])
                let result = pread(
                    descriptor.number, rest.baseAddress, rest.count, off_t(start + range.lowerBound + count))
                if result < 0, errno == EINTR { continue }
                guard result > 0 else {
                    failure =
                        result < 0
                        ? .system(url, "reading", wanted: "a readable file")
                        : TensorFileError(
                            url, found: "the end after \(range.lowerBound + count) bytes",
                            wanted: "the \(size) bytes it had when it was opened")
                    return
                }
                count += result
            }
        }
        if let failure { throw failure }
        return bytes
    }
}

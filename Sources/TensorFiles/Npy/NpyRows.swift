import Foundation
import Tensors

/// The rows of a `.npy` file along its first axis, read some at a time, for arrays that no memory need hold: in either order of the axes and of the
/// bytes.
public final class NpyRows: Sendable {
    /// The extents of the array.
    public let extents: [Int]
    /// The type of its numbers.
    public let scalarType: ScalarType
    /// Whether the numbers of a row lie apart in the file, as columns one after another do: many rows at once are then read much faster.
    public let areRowsScattered: Bool
    private let file: RandomAccessFile
    private let isBigEndian: Bool
    private let dataOffset: Int

    /// The number of scalars of a row.
    public var rowCount: Int { extents.dropFirst().reduce(1, *) }

    /// Opens a file.
    /// - Throws: `TensorFileError` where it cannot be read, or is no array of at least one axis.
    public init(contentsOf url: URL) throws(TensorFileError) {
        let file = try RandomAccessFile(url)
        let header = try NpyHeader(file: url.relativePath, size: file.size) { (count) throws(TensorFileError) in
            try file.read(0..<count)
        }
        guard !header.shape.extents.isEmpty else {
            throw TensorFileError(url, found: "a single number without an axis", wanted: "an array of rows")
        }
        self.file = file
        (extents, scalarType, dataOffset) = (header.shape.extents, header.scalarType, header.dataOffset)
        isBigEndian = header.isBigEndian && header.scalarType.size > 1
        areRowsScattered = header.isFortranOrder && header.shape.extents.count > 1
    }

    /// The numbers of row `row`, rounded to single precision.
    /// - Throws: `TensorFileError` where the file cannot be read any more.
    public func row(_ row: Int) throws(TensorFileError) -> [Float] { try rows(row..<row + 1).tensor.elements }

    /// The rows `rows`, at least one, as the file has them: a tensor of `rows.count` and the extents after the first.
    /// - Throws: `TensorFileError` where the file cannot be read any more.
    /// - Complexity: O(rows.count · rowCount), in one piece of the file; in `rowCount` pieces where rows are scattered and not all are asked for.
    public func rows(_ rows: Range<Int>) throws(TensorFileError) -> StoredTensor {
        precondition(
            !rows.isEmpty && rows.lowerBound >= 0 && rows.upperBound <= extents[0],
            "there are no rows \(rows) among \(extents[0])")
        let size = scalarType.size
        let shape = TensorShape([rows.count] + extents.dropFirst())
        var bytes: [UInt8] = []
        if areRowsScattered, rows.count < extents[0] {
            bytes.reserveCapacity(shape.count * size)
            for column in 0..<rowCount {
                let start = dataOffset + (column * extents[0] + rows.lowerBound) * size
                bytes += try file.read(start..<start + rows.count * size)
            }
        } else {
            let start = dataOffset + rows.lowerBound * rowCount * size
            bytes = try file.read(start..<start + shape.count * size)
        }
        if areRowsScattered || isBigEndian {
            let reversed = TensorShape(shape.extents.reversed())
            bytes = StridedElements(
                shape: shape, strides: areRowsScattered ? reversed.strides.reversed() : shape.strides,
                scalarSize: size, isBigEndian: isBigEndian
            ).rowMajorBytes(from: bytes)
        }
        return StoredTensor(name: "rows", shape: shape, scalarType: scalarType, bytes: bytes)
    }
}

/// A `.npy` file of single-precision numbers that is written row by row, by one process or by several that each know some rows.
///
/// One process begins the file, each writes its rows, and when all have closed it the first one puts it in its place: until then a file of
/// that name stays as it was.
public final class NpyRowWriter {
    /// What the file is called until it is in its place, which those that join need to know.
    public let partialName: String
    private let url: URL
    private let partial: String
    private let descriptor: Int32
    private let dataOffset: Int
    private let rowBytes: Int

    /// Opens the file for rows of the given array.
    ///
    /// - Parameters:
    ///   - url: The file.
    ///   - extents: The array's extents; the first is the number of rows.
    ///   - begun: The `partialName` of the writer that began the file, which this one joins; nil for that writer itself.
    /// - Throws: `TensorFileError` where it cannot be made or opened.
    public init(_ url: URL, extents: [Int], joining begun: String? = nil) throws(TensorFileError) {
        let empty = StoredTensor(name: "rows", shape: [0], scalarType: .float32, bytes: [])
        let header = try NpyFile.header(of: empty, extents: extents, url)
        self.url = url
        partialName = begun ?? PartialFile.name()
        partial = url.deletingLastPathComponent().appendingPathComponent(partialName).path
        dataOffset = header.count
        rowBytes = extents.dropFirst().reduce(1, *) * 4
        let flags = O_WRONLY | O_CLOEXEC | (begun == nil ? O_CREAT | O_EXCL : 0)
        descriptor = open(partial, flags, 0o666)
        guard descriptor >= 0 else { throw .system(url, "creating a file in its folder", wanted: "a writable folder") }
        guard begun == nil else { return }
        do throws(TensorFileError) {
            guard ftruncate(descriptor, off_t(dataOffset + extents[0] * rowBytes)) == 0 else {
                throw .system(url, "making room", wanted: "room for the whole file")
            }
            try write(header, at: 0)
        } catch {
            discard()
            throw error
        }
    }

    deinit { close(descriptor) }

    /// Writes row `row`.
    /// - Throws: `TensorFileError` where there is no room.
    public func write(_ numbers: [Float], row: Int) throws(TensorFileError) {
        precondition(numbers.count * 4 == rowBytes, "a row has \(rowBytes / 4) numbers, not \(numbers.count)")
        let stored = StoredTensor(name: "row", shape: [numbers.count], numbers)
        try write(stored.bytes, at: dataOffset + row * rowBytes)
    }

    private func write(_ bytes: [UInt8], at offset: Int) throws(TensorFileError) {
        var done = 0
        while done < bytes.count {
            let result = bytes.withUnsafeBytes { [descriptor] in
                pwrite(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done, off_t(offset + done))
            }
            if result < 0, errno == EINTR { continue }
            guard result > 0 else { throw .system(url, "writing", wanted: "room for the whole file") }
            done += result
        }
    }

    /// Brings what this process wrote to the disk.
    /// - Throws: `TensorFileError` where there is no room.
    public func flush() throws(TensorFileError) {
        guard fsync(descriptor) == 0 else {
            throw .system(url, "writing to the disk", wanted: "room for the whole file")
        }
    }

    /// Puts the file in its place, when all processes have flushed it.
    /// - Throws: `TensorFileError` where the folder does not let it.
    public func putInPlace() throws(TensorFileError) {
        guard rename(partial, url.path) == 0 else {
            throw .system(url, "putting the new file in place", wanted: "a writable file")
        }
    }

    /// Removes what was begun.
    public func discard() { unlink(partial) }
}

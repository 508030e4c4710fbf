import CHDF5Files

#if canImport(Glibc)
    import Glibc
#else
    import Foundation
#endif

/// The numbers of a data set, on their way to standard output.
enum Elements {
    struct Failure: Error { let sentence: String }

    /// The bytes that are read at a time.
    private static let slab = 16 << 20

    /// Writes all elements, rows along the first axis one after the other, lowest byte first.
    static func write(_ dataset: HDF5Object) throws(Failure) {
        guard let description = dataset.description, !description.isElsewhere else {
            throw Failure(sentence: "the data set cannot be read")
        }
        let shape = description.shape
        let rows = shape.first ?? 1
        let (row, overflow) = shape.dropFirst().reduce((Int(description.size), false)) { product, extent in
            let (value, overflow) = product.0.multipliedReportingOverflow(by: extent)
            return (value, overflow || product.1)
        }
        guard !overflow, row <= 1 << 30 else { throw Failure(sentence: "the data set is too large") }
        guard row > 0, rows > 0 else { return }
        let step = max(1, slab / row)
        var first = 0
        while first < rows {
            let count = min(step, rows - first)
            let bytes = try read(dataset, first, count, row * count)
            Output.send(bytes)
            first += count
        }
    }

    /// Reads `count` rows, `byteCount` bytes together.
    static func read(_ dataset: HDF5Object, _ first: Int, _ count: Int, _ byteCount: Int) throws(Failure) -> [UInt8] {
        var isRead = false
        let bytes = [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, initialized in
            buffer.initialize(repeating: 0)
            isRead = ccnn_hdf5ReadRows(dataset.id, Int64(first), Int64(count), buffer.baseAddress)
            initialized = byteCount
        }
        guard isRead else {
            throw Failure(
                sentence:
                    "the HDF5 library does not read its elements: they are damaged, or packed by a filter that it lacks"
            )
        }
        return bytes
    }
}

/// Standard output, written to the end or not at all.
enum Output {
    static func send(_ bytes: [UInt8]) {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            // The other side has what it wanted, or is gone.
            guard count > 0 else { exit(1) }
            written += count
        }
    }
}

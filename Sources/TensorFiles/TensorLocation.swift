/// Where in a file the elements of a tensor lie.
struct TensorLocation: Sendable {
    /// Name, shape and scalar type.
    var entry: TensorArchive.Entry
    /// The part of the file that holds the elements.
    var section: FileSection
    /// The position in that part where the first element begins.
    var offset = 0
    /// How the elements follow from there, where it is not in row-major order with the lowest byte first.
    var layout: StridedElements?

    /// The number of bytes from the first element to the last.
    var byteCount: Int { (layout?.extent ?? entry.shape.count) * entry.scalarType.size }
}

/// A contiguous run of bytes that a file holds, as they are or compressed.
enum FileSection: Sendable, Hashable {
    /// The bytes at these positions of the file.
    case bytes(Range<Int>)
    /// The contents of a member of a zip archive.
    case member(ZipArchive.Member)
}

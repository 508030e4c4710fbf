/// Where the elements of a tensor lie.
struct TensorLocation: Sendable {
    /// Name, shape and scalar type.
    var entry: TensorArchive.Entry
    /// The run of bytes that holds the elements.
    var section: FileSection
    /// The position in that part where the first element begins.
    var offset = 0
    /// How the elements follow from there, where it is not in row-major order with the lowest byte first.
    var layout: StridedElements?

    /// The number of bytes from the first element to the last.
    var byteCount: Int { (layout?.extent ?? entry.shape.count) * entry.scalarType.size }
}

/// A contiguous run of bytes, as they are, compressed, or to be computed.
enum FileSection: Sendable, Hashable {
    /// The bytes at these positions of the file.
    case bytes(Range<Int>)
    /// The contents of a member of a zip archive.
    case member(ZipArchive.Member)
    /// Bytes that lie elsewhere, or that the file holds in another form than elements: in a second file, in a chunked data set, as
    /// numbers of variable length, quantised.
    case source(ElementSource)
}

/// Where bytes of elements come from that a file does not hold as they are.
final class ElementSource: Sendable, Hashable {
    private let bytes: @Sendable (Range<Int>) throws(TensorFileError) -> [UInt8]

    /// A source that gives the bytes at the positions of a range by `bytes`, each time it is asked.
    init(_ bytes: @escaping @Sendable (Range<Int>) throws(TensorFileError) -> [UInt8]) { self.bytes = bytes }

    /// The bytes at the positions of `range`, of a contiguous run of elements whose lowest byte comes first.
    func read(_ range: Range<Int>) throws(TensorFileError) -> [UInt8] { try bytes(range) }

    static func == (one: ElementSource, other: ElementSource) -> Bool { one === other }

    func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

import Tensors

/// A tensor as a file holds it: a name, a shape, and elements in a scalar type of the file's choosing.
///
/// Nothing is rounded on the way from or to a file: numbers of double precision stay such.
public struct StoredTensor: Sendable, Hashable {
    /// The name by which a file knows the tensor.
    public var name: String

    /// The extents of the axes, outermost first.
    public let shape: TensorShape

    /// The type of the elements.
    public let scalarType: ScalarType

    /// The elements in row-major order, each with its lowest byte first.
    public let bytes: [UInt8]

    /// A tensor of the given bytes.
    /// - Precondition: There are as many bytes as `shape` and `scalarType` need.
    public init(name: String, shape: TensorShape, scalarType: ScalarType, bytes: [UInt8]) {
        precondition(
            bytes.count == shape.count * scalarType.size,
            "\(bytes.count) bytes for a tensor of \(shape.count) elements of \(scalarType.size) bytes each")
        self.name = name
        self.shape = shape
        self.scalarType = scalarType
        self.bytes = bytes
    }

    /// The tensor of the same name whose axis n is this one's axis `axes[n]`.
    /// - Precondition: `axes` names each axis once.
    /// - Complexity: O(count).
    public func permuted(_ axes: [Int]) -> StoredTensor {
        precondition(axes.sorted() == Array(0..<shape.rank), "\(axes) does not name each axis of \(shape) once")
        let strides = shape.strides
        let permuted = StridedElements(
            shape: TensorShape(axes.map { shape[$0] }), strides: axes.map { strides[$0] }, scalarSize: scalarType.size)
        return StoredTensor(
            name: name, shape: permuted.shape, scalarType: scalarType, bytes: permuted.rowMajorBytes(from: bytes))
    }
}

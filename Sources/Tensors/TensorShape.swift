/// The extents of a tensor's axes, outermost first: the last axis is the one whose elements are neighbours in memory.
///
/// Every value of this type is safe to compute with: no extent is negative, and the product of the extents, empty axes counted
/// as one, is at most `maximumCount`. So element counts, strides, and the byte counts of any scalar up to 16 bytes never overflow.
/// A shape without axes is that of a single number; a shape with an empty axis holds nothing.
public struct TensorShape: Sendable, Hashable {
    /// The extent of each axis, outermost first.
    public let extents: [Int]

    /// The number of elements, the product of the extents.
    public let count: Int

    /// The greatest number of elements a shape may have.
    public static let maximumCount = Int.max / 16

    /// The shape with the given `extents`, or nil where one is negative or their product exceeds `maximumCount`.
    ///
    /// This is the initialiser for numbers that come from a file or a command line.
    /// - Complexity: O(rank).
    public init?(validating extents: [Int]) {
        var product = 1
        var isEmpty = false
        for extent in extents {
            guard extent >= 0 else { return nil }
            if extent == 0 {
                isEmpty = true
                continue
            }
            let (next, overflow) = product.multipliedReportingOverflow(by: extent)
            guard !overflow, next <= Self.maximumCount else { return nil }
            product = next
        }
        self.extents = extents
        count = isEmpty ? 0 : product
    }

    /// The shape with the given `extents`, which must be a valid shape's.
    public init(_ extents: [Int]) {
        guard let shape = TensorShape(validating: extents) else {
            preconditionFailure("a tensor cannot have the extents \(extents)")
        }
        self = shape
    }

    /// The number of axes.
    @inlinable public var rank: Int { extents.count }

    /// The extent of `axis`, counted from the outermost.
    @inlinable public subscript(axis: Int) -> Int { extents[axis] }

    /// How many elements apart in memory two neighbours along each axis are, for row-major storage.
    ///
    /// An empty axis counts as one, so that strides never vanish.
    public var strides: [Int] {
        var strides = [Int](repeating: 1, count: rank)
        for axis in stride(from: rank - 2, through: 0, by: -1) {
            strides[axis] = strides[axis + 1] * max(extents[axis + 1], 1)
        }
        return strides
    }

    /// Walks elements that lie `strides` apart in memory, in row-major order of this shape, one row of the last axis at a time.
    ///
    /// Each row is given by the position of its first element in row-major order and by that element's offset in the memory walked
    /// over. The row's further elements follow at `strides.last`. A shape without axes is one row of one element.
    /// - Precondition: There is one stride for each axis, and no offset overflows.
    /// - Complexity: O(count / extent of the last axis), with one allocation for the whole walk.
    @inlinable public func forEachRow(strides: [Int], _ body: (_ position: Int, _ offset: Int) -> Void) {
        precondition(strides.count == rank, "a walk needs one stride for each of \(rank) axes, not \(strides.count)")
        guard count > 0 else { return }
        guard let rowLength = extents.last else { return body(0, 0) }
        var indices = [Int](repeating: 0, count: rank)
        var offset = 0
        var position = 0
        while true {
            body(position, offset)
            position += rowLength
            var axis = rank - 2
            while axis >= 0 {
                indices[axis] += 1
                offset += strides[axis]
                if indices[axis] < extents[axis] { break }
                offset -= strides[axis] * extents[axis]
                indices[axis] = 0
                axis -= 1
            }
            if axis < 0 { return }
        }
    }
}

extension TensorShape: ExpressibleByArrayLiteral {
    /// The shape with the given extents, which must be a valid shape's.
    public init(arrayLiteral extents: Int...) {
        self.init(extents)
    }
}

extension TensorShape: CustomStringConvertible {
    /// The extents in brackets, such as `[64, 3, 9, 9]`.
    public var description: String { "\(extents)" }
}

/// Memory for `count` scalars on a 64-byte boundary, which suits every vector instruction, given back when the last reference goes.
///
/// Complex numbers are stored as neighbouring scalars (real part, imaginary part). The buffer is a place, not a value: whoever holds it may
/// write to it, and sharing one between threads is the holder's responsibility.
public final class AlignedBuffer<Scalar: FourierScalar> {
    /// The number of scalars.
    public let count: Int
    /// The first scalar; valid as long as the buffer is referenced.
    public let pointer: UnsafeMutablePointer<Scalar>

    /// Memory for `count` scalars, all zero.
    ///
    /// - Complexity: O(count).
    public convenience init(zeros count: Int) {
        self.init(uninitialized: count)
        UnsafeMutableRawPointer(pointer).initializeMemory(
            as: UInt8.self, repeating: 0, count: count * MemoryLayout<Scalar>.stride)
    }

    /// Memory for `count` scalars of any value, to be written before they are read.
    public init(uninitialized count: Int) {
        precondition(count >= 0, "a buffer cannot hold \(count) scalars")
        self.count = count
        pointer = UnsafeMutableRawPointer.allocate(
            byteCount: max(count, 1) * MemoryLayout<Scalar>.stride, alignment: 64
        )
        .bindMemory(to: Scalar.self, capacity: max(count, 1))
    }

    deinit {
        UnsafeMutableRawPointer(pointer).deallocate()
    }

    /// All scalars.
    public var scalars: UnsafeMutableBufferPointer<Scalar> { UnsafeMutableBufferPointer(start: pointer, count: count) }

    /// A copy of all scalars.
    public var array: [Scalar] { Array(scalars) }
}

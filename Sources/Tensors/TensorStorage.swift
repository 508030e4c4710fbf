/// The memory of a tensor: uninitialised when made, aligned to 64 bytes, freed with the last tensor that shares it.
///
/// Sendable although it is mutable, because `Tensor` only ever writes to a storage that nobody else refers to.
@usableFromInline final class TensorStorage: @unchecked Sendable {
    /// The tensor's elements in row-major order.
    @usableFromInline let elements: UnsafeMutableBufferPointer<Float>

    /// The alignment in bytes: a cache line, and the widest vector register of any processor supported.
    static let alignment = 64

    @usableFromInline init(count: Int) {
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: count * MemoryLayout<Float>.stride, alignment: Self.alignment)
        elements = UnsafeMutableBufferPointer(start: memory.bindMemory(to: Float.self, capacity: count), count: count)
    }

    @usableFromInline convenience init(copying other: TensorStorage) {
        self.init(count: other.elements.count)
        _ = elements.initialize(fromContentsOf: other.elements)
    }

    deinit {
        UnsafeMutableRawPointer(elements.baseAddress)?.deallocate()
    }
}

#if os(Linux)
    import Glibc
#endif

/// The memory of a tensor: uninitialised when made, aligned to 64 bytes, freed with the last tensor that shares it.
///
/// Large tensors lie in large pages where the system has them: a pass over one in small pages waits for the translation of addresses as often as for
/// the data.
///
/// Sendable although it is mutable, because `Tensor` only ever writes to a storage that nobody else refers to.
@usableFromInline final class TensorStorage: @unchecked Sendable {
    /// The tensor's elements in row-major order.
    @usableFromInline let elements: UnsafeMutableBufferPointer<Float>

    /// The alignment in bytes: a cache line, and the widest vector register of any processor supported.
    static let alignment = 64

    /// The size of a large page, and what a tensor needs to have to begin at one.
    private static let pageSize = 2 << 20

    @usableFromInline init(count: Int) {
        let bytes = count * MemoryLayout<Float>.stride
        let isLarge = bytes >= Self.pageSize
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: bytes, alignment: isLarge ? Self.pageSize : Self.alignment)
        #if os(Linux)
            // Advice that is not taken changes nothing but time.
            if isLarge { _ = madvise(memory, bytes, Int32(MADV_HUGEPAGE)) }
        #endif
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

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Memory that convolutions compute in: it grows to what the largest plan that used it needs and is then reused.
///
/// One work space serves any number of plans one after another, but only one call at a time; threads that convolve at the same time
/// need one each.
public final class WorkSpace {
    private var memory: UnsafeMutableRawPointer?
    private var capacity = 0

    /// An empty work space.
    public init() {}

    deinit { memory?.deallocate() }

    /// The size of the memory held, in bytes.
    public var byteCount: Int { capacity * MemoryLayout<Float>.stride }

    /// Room for `count` floats with unspecified contents, valid until the next call.
    func reserve(_ count: Int) -> UnsafeMutablePointer<Float> {
        if memory == nil || count > capacity {
            memory?.deallocate()
            // Huge pages, where the system has them, spare most misses of the address translation. The memory begins as
            // not-a-number, so that reading what nobody wrote cannot go unnoticed.
            let page = 1 << 21
            let bytes = (max(count, 1) * MemoryLayout<Float>.stride + page - 1) / page * page
            let fresh = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: page)
            #if os(Linux)
                madvise(fresh, bytes, Int32(MADV_HUGEPAGE))
            #endif
            fresh.initializeMemory(as: Float.self, repeating: .nan, count: bytes / MemoryLayout<Float>.stride)
            memory = fresh
            capacity = bytes / MemoryLayout<Float>.stride
        }
        guard let memory else { preconditionFailure("the memory was just allocated") }
        return memory.assumingMemoryBound(to: Float.self)
    }
}

/// Hands out consecutive parts of a work space, each aligned to a cache line.
struct WorkSpaceLayout {
    /// The number of floats handed out so far.
    private(set) var count = 0

    /// The offset of a new part of `size` floats.
    mutating func reserve(_ size: Int) -> Int {
        let offset = count
        count += (size + 15) / 16 * 16
        return offset
    }
}

#if os(Linux)
    import Glibc
#endif

/// Large memory in large pages: a picture's worth of small ones costs more to hand out, one by one as they are touched, than to fill.
public enum HugePages {
    /// Asks for large pages behind `memory`, which has not been touched yet, where the system has them and it is worth it.
    public static func advise(_ memory: UnsafeMutableRawBufferPointer) {
        #if os(Linux)
            guard memory.count >= 4 << 20, let base = memory.baseAddress else { return }
            let pageSize = 4096
            let start = UnsafeMutableRawPointer(bitPattern: (UInt(bitPattern: base) + 4095) & ~4095) ?? base
            let length = (memory.count - (start - base)) / pageSize * pageSize
            // Advice that is not taken changes nothing but time.
            _ = madvise(start, length, MADV_HUGEPAGE)
        #endif
    }
}

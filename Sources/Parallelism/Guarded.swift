import Synchronization

/// A value that one thread at a time may use.
///
/// A `Mutex` of the standard library, beside it an atomic that whoever holds the lock reads first and writes last. The lock alone orders its holders;
/// the thread sanitiser, which cannot see into it on Linux, sees the order by the atomic.
public struct Guarded<Value: ~Copyable>: ~Copyable, Sendable {
    private let mutex: Mutex<Value>
    private let wasHeld = Atomic<Bool>(false)

    /// Guards `value`.
    public init(_ value: consuming sending Value) {
        mutex = Mutex(value)
    }

    /// Waits until no other thread uses the value, and calls `body` with it. `body` must not use it through another call.
    ///
    /// - Throws: what `body` throws.
    public func withLock<Result: ~Copyable, Failure: Error>(
        _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        try mutex.withLock { value throws(Failure) in
            _ = wasHeld.load(ordering: .acquiring)
            defer { wasHeld.store(true, ordering: .releasing) }
            return try body(&value)
        }
    }

    /// Calls `body` with the value where no other thread uses it; else returns nil at once.
    ///
    /// - Throws: what `body` throws.
    public func withLockIfAvailable<Result: ~Copyable, Failure: Error>(
        _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result? {
        try mutex.withLockIfAvailable { value throws(Failure) in
            _ = wasHeld.load(ordering: .acquiring)
            defer { wasHeld.store(true, ordering: .releasing) }
            return try body(&value)
        }
    }
}

import Synchronization

/// The threads that all heavy computation of the library shares.
///
/// Work is given as numbered items that do not depend on one another; threads take the next item as they come free, so which thread computes
/// an item, and when, is not determined, but what is computed is. The number of threads never changes a bit of any result, as long as items
/// write to disjoint places and sums go through `reduce`.
///
/// A call blocks until all its items are done, the calling thread taking its share. Waiting threads look for work for some tens of microseconds
/// before they sleep, so that a computation of many short steps pays about a microsecond a step. A call made while the pool is busy, from inside an
/// item or from another thread, runs its items on the calling thread alone: it never waits for the pool and cannot deadlock.
public final class WorkerPool: Sendable {
    /// The pool that the library uses, with one thread for every processor this process may use until `threadCount` is set; see `MachineShare`.
    public static let shared = WorkerPool(threadCount: ownThreadCount)

    static var ownThreadCount: Int { min(MachineShare.current.processors, maximumThreads) }

    /// The most threads a pool may have.
    public static let maximumThreads = 256

    private struct State {
        var crew: Crew?
    }

    private let state = Guarded(State(crew: nil))
    private let count: Atomic<Int>

    /// A pool of its own with `threadCount` threads, counting the calling one; they end with the pool.
    public init(threadCount: Int) {
        count = Atomic(WorkerPool.checked(threadCount))
    }

    deinit {
        state.withLock { $0.crew?.stop() }
    }

    /// The number of threads that share the work, counting the calling one; from 1 to `maximumThreads`.
    ///
    /// Setting it waits for the work under way, so it must not be set from inside an item.
    public var threadCount: Int {
        get { count.load(ordering: .relaxed) }
        set {
            state.withLock { state in
                state.crew?.stop()
                state.crew = nil
                count.store(WorkerPool.checked(newValue), ordering: .relaxed)
            }
        }
    }

    private static func checked(_ threadCount: Int) -> Int {
        precondition(
            threadCount >= 1 && threadCount <= maximumThreads,
            "a pool has 1 to \(maximumThreads) threads, not \(threadCount)")
        return threadCount
    }

    /// Calls `body(item, worker)` once for every item in 0 ..< `count`, concurrently.
    ///
    /// `worker` is below `maximumThreads` and no two calls running at once for this call of `forEach` have the same, so it may index scratch
    /// memory. `body` must be safe to run on several threads at once for different items.
    public func forEach(_ count: Int, _ body: (_ item: Int, _ worker: Int) -> Void) {
        let ran =
            count > 1
            && state.withLockIfAvailable { state in
                guard threadCount > 1 else { return false }
                if state.crew == nil { state.crew = Crew(workers: threadCount - 1) }
                state.crew?.run(count, body)
                return true
            } ?? false
        if !ran {
            for item in 0..<max(count, 0) { body(item, 0) }
        }
    }

    /// Calls `body(item)` once for every item in 0 ..< `count`, concurrently.
    ///
    /// `body` must be safe to run on several threads at once for different items.
    public func forEach(_ count: Int, _ body: (_ item: Int) -> Void) {
        forEach(count) { item, _ in body(item) }
    }

    /// Calls `body(item, scratch)` once for every item in 0 ..< `count`, concurrently, every thread with scratch memory of its own.
    ///
    /// `body` must be safe to run on several threads at once for different items. `makeScratch` is called by each thread that takes part, once.
    public func forEach<Scratch: AnyObject>(
        _ count: Int, scratch makeScratch: () -> Scratch, _ body: (_ item: Int, _ scratch: Scratch) -> Void
    ) {
        var scratch: [Scratch?] = Array(repeating: nil, count: WorkerPool.maximumThreads)
        scratch.withUnsafeMutableBufferPointer { scratch in
            // Every worker touches its own element.
            let scratch = scratch
            forEach(count) { item, worker in
                let own = scratch[worker] ?? makeScratch()
                scratch[worker] = own
                body(item, own)
            }
        }
    }

    /// Combines the results of all blocks of `partition`, in their order, however many threads computed them.
    ///
    /// - Returns: combine(… combine(combine(initial, part(0)), part(1)) …).
    public func reduce<Part: Sendable, Result>(
        _ partition: Partition, into initial: Result, part: (Range<Int>) -> Part, combine: (inout Result, Part) -> Void
    ) -> Result {
        var result = initial
        if partition.blockCount == 1 {
            // Without the array, which is memory from the heap.
            combine(&result, part(partition[0]))
            return result
        }
        var parts: [Part?] = Array(repeating: nil, count: partition.blockCount)
        parts.withUnsafeMutableBufferPointer { parts in
            // Every block writes its own element.
            let parts = parts
            forEach(partition.blockCount) { block, _ in parts[block] = part(partition[block]) }
        }
        for case let part? in parts { combine(&result, part) }
        return result
    }
}

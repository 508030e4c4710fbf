import Synchronization

/// The threads of a pool and the one job they share.
///
/// `gate` holds everything that must change together: whether the job is open to joiners, how many workers are inside, and the job's number.
/// A worker that finds the gate open joins by one compare-and-swap; the submitter closes the gate when no item is left and waits only
/// for those inside, so a worker that sleeps through a short job costs nothing.
///
/// Every worker has a share of consecutive items, which it takes first, before it helps others with theirs. So a worker finds what it wrote in one
/// job in its own cache in the next: where cores do not share one, reading what another has written takes several times as long.
final class Crew: @unchecked Sendable {
    private static let open: UInt64 = 1 << 32
    private static let inside: UInt64 = open - 1
    private static let number: UInt64 = 1 << 33

    /// How often a waiting thread looks before it sleeps: some tens of microseconds, longer than most gaps between jobs of one computation.
    private static let looksBeforeSleep = 4_000

    private let gate = Atomic<UInt64>(0)
    /// How many items of each share are taken.
    private let taken: Counters
    private let sleepers = Atomic<Int>(0)
    private let submitterSleeps = Atomic<Bool>(false)
    private let isStopping = Atomic<Bool>(false)
    private let work = Signal()
    private let done = Signal()

    // Written while the gate is closed and nobody is inside; read only inside.
    private var itemCount = 0
    private var body: ((Int, Int) -> Void)?

    private var threads: [WorkerThread] = []

    /// A crew of `workers` threads beside the submitting one; fewer where the system has no more.
    init(workers: Int) {
        taken = Counters(count: workers + 1)
        for worker in 0..<workers {
            guard let thread = WorkerThread({ [self] in serve(as: worker + 1) }) else { break }
            threads.append(thread)
        }
    }

    /// Ends the threads. Nobody may be submitting.
    func stop() {
        isStopping.store(true, ordering: .sequentiallyConsistent)
        work.announce()
        for thread in threads { thread.join() }
        threads = []
    }

    /// Runs `body(item, worker)` once for every item; one submitter at a time.
    func run(_ count: Int, _ body: (Int, Int) -> Void) {
        withoutActuallyEscaping(body) { body in
            itemCount = count
            self.body = body
            for share in 0..<taken.count { taken[share].store(0, ordering: .relaxed) }
            let closed = gate.load(ordering: .relaxed)
            gate.store((closed &+ Crew.number) | Crew.open, ordering: .sequentiallyConsistent)
            if sleepers.load(ordering: .sequentiallyConsistent) > 0 { work.announce() }
            takeItems(as: 0, count, body)
            gate.bitwiseAnd(~Crew.open, ordering: .sequentiallyConsistent)
            waitUntilEmpty()
            self.body = nil
        }
    }

    private func takeItems(as worker: Int, _ count: Int, _ body: (Int, Int) -> Void) {
        for distance in 0..<taken.count {
            let share = (worker + distance) % taken.count
            let (first, end) = (count * share / taken.count, count * (share + 1) / taken.count)
            while first < end {
                let item = first + taken[share].wrappingAdd(1, ordering: .relaxed).oldValue
                if item >= end { break }
                body(item, worker)
            }
        }
    }

    private var isEmpty: Bool { gate.load(ordering: .sequentiallyConsistent) & Crew.inside == 0 }

    private func waitUntilEmpty() {
        if look(for: { isEmpty }) { return }
        submitterSleeps.store(true, ordering: .sequentiallyConsistent)
        done.wait { isEmpty }
        submitterSleeps.store(false, ordering: .sequentiallyConsistent)
    }

    private func serve(as worker: Int) {
        var lastJob: UInt64 = 0
        while true {
            let hasWork = { [self] in
                let state = gate.load(ordering: .sequentiallyConsistent)
                return state & Crew.open != 0 && state / Crew.number != lastJob
                    || isStopping.load(ordering: .sequentiallyConsistent)
            }
            if !look(for: hasWork) {
                sleepers.add(1, ordering: .sequentiallyConsistent)
                work.wait(until: hasWork)
                sleepers.subtract(1, ordering: .sequentiallyConsistent)
            }
            if isStopping.load(ordering: .sequentiallyConsistent) { return }
            guard let job = join() else { continue }
            lastJob = job
            if let body { takeItems(as: worker, itemCount, body) }
            leave()
        }
    }

    /// Enters the open job and returns its number, or nil where the gate has closed meanwhile.
    private func join() -> UInt64? {
        var state = gate.load(ordering: .acquiring)
        while state & Crew.open != 0 {
            let (exchanged, original) = gate.compareExchange(
                expected: state, desired: state + 1, ordering: .acquiringAndReleasing)
            if exchanged { return state / Crew.number }
            state = original
        }
        return nil
    }

    private func leave() {
        let left = gate.subtract(1, ordering: .sequentiallyConsistent).newValue
        if left & Crew.inside == 0, submitterSleeps.load(ordering: .sequentiallyConsistent) { done.announce() }
    }

    /// Looks for a while whether `holds`, giving the processor away now and then; false where it did not.
    private func look(for holds: () -> Bool) -> Bool {
        for look in 1...Crew.looksBeforeSleep {
            if holds() { return true }
            if look % 64 == 0 { yieldProcessor() }
        }
        return false
    }
}

/// Counters, each in cache lines of its own.
private final class Counters: @unchecked Sendable {
    private static let stride = 128 / MemoryLayout<Atomic<Int>>.stride

    let count: Int
    private let memory: UnsafeMutablePointer<Atomic<Int>>

    init(count: Int) {
        self.count = count
        memory = .allocate(capacity: count * Counters.stride)
        for index in 0..<count * Counters.stride { (memory + index).initialize(to: Atomic(0)) }
    }

    deinit {
        memory.deinitialize(count: count * Counters.stride)
        memory.deallocate()
    }

    subscript(index: Int) -> Atomic<Int> {
        _read { yield memory[index * Counters.stride] }
    }
}

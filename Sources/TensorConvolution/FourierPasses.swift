import Parallelism

/// The threads that compute a pass: all of a pool together, or one that has the pass to itself.
enum PassThreads {
    case all(WorkerPool)
    case one(worker: Int)

    /// Calls `body(item, worker)` for every item.
    func forEach(_ count: Int, _ body: (_ item: Int, _ worker: Int) -> Void) {
        switch self {
        case .all(let pool): pool.forEach(count, body)
        case .one(let worker): for item in 0..<count { body(item, worker) }
        }
    }
}

/// How passes are shared among threads.
extension FourierConvolution {
    /// The most bytes of sums of a kernel's gradient.
    private static let sumBytes = 24 << 20

    /// The most bytes of row spectra that each thread may have for itself.
    private static let ownBytes = 16 << 20

    /// The runs of passes whose kernel's gradient is summed apart.
    var runs: Partition {
        let count = min(max(Self.sumBytes / (4 * geometry.kernelCount), 1), 8)
        return Partition(itemCount: passes.count, blockLength: ceilingDivision(passes.count, by: count))
    }

    /// Whether all threads work on one pass at a time, and not each on one of its own, for `count` passes or runs of them.
    ///
    /// In a pass that is shared, half of the row spectra that a thread reads were written by another, and where the two do not share a cache, reading them
    /// takes several times as long. Many passes of one thread each fill the cache sooner, and few of them leave threads without work.
    func sharesPasses(_ count: Int, threads: Int) -> Bool {
        rows.bins * bin * 4 > Self.ownBytes || count < 4 * threads
    }

    /// Calls `body(item, threads, number)` for the items, which are passes or runs of them, `number` being that of the memory for a pass.
    func forEachShare(
        _ count: Int, pool: WorkerPool, _ body: (_ item: Int, _ threads: PassThreads, _ number: Int) -> Void
    ) {
        if sharesPasses(count, threads: pool.threadCount) {
            for item in 0..<count { body(item, .all(pool), 0) }
        } else {
            pool.forEach(count) { item, worker in body(item, .one(worker: worker), worker) }
        }
    }
}

import Parallelism
import Randomness
import Synchronization
import Testing

@Suite struct WorkerPoolTests {
    @Test(arguments: [1, 2, 3, 8], [0, 1, 2, 5, 1000])
    func everyItemRunsOnce(threadCount: Int, count: Int) {
        let pool = WorkerPool(threadCount: threadCount)
        let runs = Counters(count)
        pool.forEach(count) { runs.add(1, to: $0) }
        #expect((0..<count).allSatisfy { runs.value($0) == 1 })
    }

    /// Two items that wait for each other end only where two threads run them.
    @Test func itemsRunAtTheSameTime() {
        let pool = WorkerPool(threadCount: 2)
        let arrived = Atomic<Int>(0)
        let met = Atomic<Int>(0)
        pool.forEach(2) { _ in
            arrived.add(1, ordering: .sequentiallyConsistent)
            let start = ContinuousClock.now
            while arrived.load(ordering: .sequentiallyConsistent) < 2, start.duration(to: .now) < .seconds(20) {}
            if arrived.load(ordering: .sequentiallyConsistent) == 2 { met.add(1, ordering: .relaxed) }
        }
        #expect(met.load(ordering: .relaxed) == 2)
    }

    /// What a thread has in its cache from one call it finds again in the next.
    @Test func threadsKeepTheirShares() {
        let pool = WorkerPool(threadCount: 2)
        var owners: [[Int]] = []
        for _ in 0..<2 {
            let workers = Counters(10)
            let arrived = Atomic<Int>(0)
            pool.forEach(10) { item, worker in
                workers.add(worker, to: item)
                // Nobody takes a second item before both have one, so that none has to help.
                arrived.add(1, ordering: .sequentiallyConsistent)
                let start = ContinuousClock.now
                while arrived.load(ordering: .sequentiallyConsistent) < 2 * (item % 5 + 1),
                    start.duration(to: .now) < .seconds(20)
                {}
            }
            owners.append((0..<10).map { workers.value($0) })
        }
        #expect(owners == Array(repeating: [0, 0, 0, 0, 0, 1, 1, 1, 1, 1], count: 2))
    }

    @Test func workersAreDistinctWhileRunning() {
        let pool = WorkerPool(threadCount: 3)
        let inUse = Counters(3)
        let clashes = Atomic<Int>(0)
        pool.forEach(3000) { _, worker in
            if inUse.add(1, to: worker) != 1 { clashes.add(1, ordering: .relaxed) }
            inUse.add(-1, to: worker)
        }
        #expect(clashes.load(ordering: .relaxed) == 0)
    }

    /// Sums of numbers of very different size depend on their order, so equal bits mean an equal order.
    @Test func sameBitsOnAnyNumberOfThreads() {
        var generator = SeededGenerator(seed: 1)
        let numbers = (0..<10_007).map { _ in Float(generator.normal() * 1e4 * generator.uniform()) }
        let partition = Partition(itemCount: numbers.count, blockLength: 100)
        let sums = [1, 2, 3, 8].map { threadCount in
            WorkerPool(threadCount: threadCount).reduce(
                partition, into: Float(0), part: { range in numbers[range].reduce(0, +) }, combine: { $0 += $1 })
        }
        #expect(Set(sums.map(\.bitPattern)).count == 1)
        let serial = partition.map { numbers[$0].reduce(0, +) }.reduce(0, +)
        #expect(sums[0] == serial)
    }

    @Test func nestedCallsRunInTheirCaller() {
        let pool = WorkerPool(threadCount: 3)
        let runs = Counters(64)
        pool.forEach(8) { outer in
            pool.forEach(8) { inner in runs.add(1, to: outer * 8 + inner) }
        }
        #expect((0..<64).allSatisfy { runs.value($0) == 1 })
    }

    @Test func callsFromSeveralTasksAllFinish() async {
        let pool = WorkerPool(threadCount: 2)
        let runs = Counters(4)
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<4 {
                group.addTask {
                    for _ in 0..<200 { pool.forEach(10) { _ in runs.add(1, to: task) } }
                }
            }
        }
        #expect((0..<4).allSatisfy { runs.value($0) == 2000 })
    }

    @Test func threadCountCanBeSetBetweenCalls() {
        let pool = WorkerPool(threadCount: 1)
        let runs = Counters(100)
        for threadCount in [1, 4, 2, 1, 3] {
            pool.threadCount = threadCount
            #expect(pool.threadCount == threadCount)
            pool.forEach(100) { runs.add(1, to: $0) }
        }
        #expect((0..<100).allSatisfy { runs.value($0) == 5 })
    }

    /// Many short jobs in a row, some after the workers have gone to sleep.
    @Test func shortJobsNeverLoseAnItem() async throws {
        let pool = WorkerPool(threadCount: 3)
        let runs = Counters(1)
        for job in 0..<3000 {
            pool.forEach(3) { _ in runs.add(1, to: 0) }
            if job % 500 == 0 { try await Task.sleep(for: .milliseconds(5)) }
        }
        #expect(runs.value(0) == 9000)
    }
}

/// Counters that several threads may add to: atomics, because the thread sanitiser cannot see into Swift's mutex.
private final class Counters: Sendable {
    private final class Counter: Sendable {
        let value = Atomic<Int>(0)
    }

    private let counters: [Counter]

    init(_ count: Int) { counters = (0..<count).map { _ in Counter() } }

    @discardableResult func add(_ amount: Int, to index: Int) -> Int {
        counters[index].value.add(amount, ordering: .acquiringAndReleasing).newValue
    }

    func value(_ index: Int) -> Int { counters[index].value.load(ordering: .acquiring) }
}

import Foundation
import Parallelism
import Synchronization
import Testing

@Suite struct GuardedTests {
    private final class Shared: Sendable {
        let sum = Guarded(0)
        let words = Guarded<[String]>([])
        let refused = Atomic<Bool>(false)
    }

    private struct Refusal: Error {}

    @Test func noChangeIsLost() async {
        let shared = Shared()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<1_000 { shared.sum.withLock { $0 += 1 } }
                }
            }
        }
        #expect(shared.sum.withLock { $0 } == 8_000)
    }

    @Test func onlyOneHolds() {
        let shared = Shared()
        shared.words.withLock { words in
            words.append("held")
            let ended = DispatchSemaphore(value: 0)
            Thread.detachNewThread {
                shared.refused.store(
                    shared.words.withLockIfAvailable { $0.append("meanwhile") } == nil, ordering: .relaxed)
                ended.signal()
            }
            ended.wait()
        }
        let refused = shared.refused.load(ordering: .relaxed)
        #expect(refused)
        #expect(shared.words.withLockIfAvailable { $0 } == ["held"])
    }

    @Test func itIsFreeAgainAfterAnError() {
        let shared = Shared()
        #expect(throws: Refusal.self) {
            try shared.sum.withLock { value throws(Refusal) in
                value = 3
                throw Refusal()
            }
        }
        #expect(throws: Refusal.self) { try shared.sum.withLockIfAvailable { _ throws(Refusal) in throw Refusal() } }
        #expect(shared.sum.withLockIfAvailable { $0 } == 3)
    }
}

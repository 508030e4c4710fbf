#if MPI
    import CMPI
    import Foundation

    /// A step-by-step exchange with other ranks, none of whose steps waits.
    protocol MPIExchange: AnyObject {
        /// Makes the first step.
        func begin(_ links: MPILinks)
        /// Makes the next step if the last one is done; true when there is none left.
        func advance(_ links: MPILinks) -> Bool
    }

    /// The only thread of the process that calls MPI, from its first call to its last.
    ///
    /// MPI makes progress while it is called, so that this thread asks again and again as long as something is under way: what other threads
    /// compute meanwhile is overlapped with the exchange, whatever MPI's own threads do or do not.
    ///
    /// It is unchecked because the queue is guarded by the condition, and everything else belongs to the thread.
    final class MPIThread: @unchecked Sendable {
        /// How often in a row the thread asks without a pause; it then leaves the processor to others for a moment between two times.
        private static let asksBeforePause = 200
        private static let pause: UInt32 = 20

        private let condition = NSCondition()
        private var arrived: [any MPIExchange] = []
        private var links: MPILinks?
        private var hasEnded = false
        private var isEnding = false

        /// Starts the thread and waits until MPI is ready.
        init() {
            let thread = Thread { [self] in serve() }
            thread.name = "mpi"
            thread.stackSize = 8 << 20
            thread.start()
            condition.lock()
            while links == nil { condition.wait() }
            condition.unlock()
        }

        /// What is linked to what; known once the thread has begun.
        var ready: MPILinks {
            guard let links else { preconditionFailure("the thread has begun") }
            return links
        }

        /// Hands an exchange over.
        func add(_ exchange: any MPIExchange) {
            condition.lock()
            arrived.append(exchange)
            condition.signal()
            condition.unlock()
        }

        /// Waits until all ranks are here and ends MPI.
        func end() {
            condition.lock()
            isEnding = true
            condition.signal()
            while !hasEnded { condition.wait() }
            condition.unlock()
        }

        private func serve() {
            let links = MPILinks()
            condition.lock()
            self.links = links
            condition.broadcast()
            condition.unlock()
            var active: [any MPIExchange] = []
            var asks = 0
            while let new = next(isIdle: active.isEmpty, serves: links.servesTickets) {
                for exchange in new { exchange.begin(links) }
                active += new
                let before = active.count
                active.removeAll { $0.advance(links) }
                links.serveTickets()
                asks = active.count < before || !new.isEmpty ? 0 : asks + 1
                if asks > Self.asksBeforePause { usleep(Self.pause) } else { sched_yield() }
            }
            links.check(MPI_Finalize())
            condition.lock()
            hasEnded = true
            condition.broadcast()
            condition.unlock()
        }

        /// What has arrived; waits for it where nothing is under way. Nil at the end.
        private func next(isIdle: Bool, serves: Bool) -> [any MPIExchange]? {
            condition.lock()
            defer { condition.unlock() }
            if isIdle, arrived.isEmpty, !isEnding {
                if serves {
                    // Tickets are asked for by message, not through the queue.
                    _ = condition.wait(until: Date(timeIntervalSinceNow: 1e-3))
                } else {
                    condition.wait()
                }
            }
            if isIdle, arrived.isEmpty, isEnding { return nil }
            defer { arrived = [] }
            return arrived
        }
    }
#endif

#if MPI
    import CMPI
    import Foundation
    import Synchronization

    /// The ranks of a job that `mpirun` started.
    public final class MPICommunicator: Communicator {
        /// Sums of no more bytes than this from all ranks together go from every rank to every other at once.
        private static let smallest = 1 << 16

        private let thread = MPIThread()
        private let sentSoFar = Mutex(Traffic())

        /// Makes this process a rank of its job; once in a process.
        init() {}

        /// The number of this process.
        public var rank: Int { thread.ready.rank }
        /// How many ranks the job has.
        public var count: Int { thread.ready.count }
        /// What this rank has sent, by the length of its messages.
        public var traffic: Traffic { sentSoFar.withLock { $0 } }

        private func add(_ exchange: any MPIExchange, bytes: Int) {
            sentSoFar.withLock {
                $0.bytes += bytes
                $0.exchanges += 1
            }
            thread.add(exchange)
        }

        /// Begins a sum.
        public func beginSum<Scalar: MessageScalar>(_ values: [Scalar]) -> PendingSum<Scalar> {
            guard !values.isEmpty else { return PendingSum { [] } }
            let shares = (0..<count).map { share(of: values.count, rank: $0) }
            let sum = MPISum(values, rank: rank, shares: shares, smallest: Self.smallest)
            add(sum, bytes: sum.bytes)
            let delivery = sum.delivery
            return PendingSum { [count = values.count] in delivery.wait().array(count) }
        }

        /// What rank 0 hands in.
        public func broadcast(_ bytes: [UInt8]) -> [UInt8] {
            let exchange = MPIBroadcast(leads ? bytes : [])
            add(exchange, bytes: leads ? bytes.count * (count - 1) : 0)
            return exchange.delivery.wait()
        }

        /// What all ranks hand in, on rank 0.
        public func gather(_ bytes: [UInt8]) -> [[UInt8]] {
            let exchange = MPIGather(bytes, ranks: count)
            add(exchange, bytes: leads ? 0 : bytes.count)
            let delivered = exchange.delivery.wait()
            return leads && delivered.isEmpty ? [bytes] : delivered
        }

        /// The next number, given by rank 0.
        public func nextTicket() -> Int {
            let exchange = MPITicket()
            add(exchange, bytes: 0)
            return exchange.delivery.wait()
        }

        /// Runs `body`, which calls MPI, on the one thread that may; all ranks call it at the same place.
        public func call<Value: Sendable>(_ body: @escaping (_ world: MPI_Comm) -> Value) -> Value {
            let exchange = MPICall(body)
            add(exchange, bytes: 0)
            return exchange.delivery.wait()
        }

        /// Waits for the other ranks and ends the exchange for good.
        func leave() { thread.end() }

        /// Ends all ranks at once.
        func abort(_ code: Int32) { MPI_Abort(cmpi_world(), code) }
    }
#endif

#if MPI
    import CMPI

    /// A number that MPI knows by name.
    protocol MPINumber {
        static var mpiType: MPI_Datatype? { get }
    }
    extension Float: MPINumber { static var mpiType: MPI_Datatype? { cmpi_float() } }
    extension Double: MPINumber { static var mpiType: MPI_Datatype? { cmpi_double() } }

    /// A sum over all ranks.
    ///
    /// Few numbers go from every rank to every other, and each adds them all up. Of many, each rank gets one part from all others, adds that up,
    /// and hands the sums round: 2(n − 1)/n times the bytes instead of n − 1 times. Either way the order of additions is that of the ranks.
    final class MPISum<Scalar: MessageScalar>: MPIExchange {
        private enum Step { case everything, parts, turn, sums, done }

        let delivery = Delivery<[Scalar]>()
        private let sent: UnsafeMutableBufferPointer<Scalar>
        private let received: UnsafeMutableBufferPointer<Scalar>
        private let type: MPI_Datatype?
        private let isSmall: Bool
        /// How many numbers each rank adds up, and where they begin.
        private let counts: UnsafeMutableBufferPointer<Int32>
        private let starts: UnsafeMutableBufferPointer<Int32>
        /// The same of what a rank gets from the others to add up.
        private let ownCounts: UnsafeMutableBufferPointer<Int32>
        private let ownStarts: UnsafeMutableBufferPointer<Int32>
        private var request: MPI_Request? = cmpi_no_request()
        private var step = Step.everything
        private var number = 0

        /// The bytes that this rank sends.
        let bytes: Int

        init(_ values: [Scalar], rank: Int, shares: [Range<Int>], smallest: Int) {
            let ranks = shares.count
            isSmall = values.count * ranks * MemoryLayout<Scalar>.stride <= smallest
            precondition(values.count * ranks <= Int(Int32.max), "\(values.count) numbers are too many for one sum")
            let own = shares[rank].count
            counts = Self.memory(shares.map { Int32($0.count) })
            starts = Self.memory(shares.map { Int32($0.lowerBound) })
            ownCounts = Self.memory(shares.map { _ in Int32(own) })
            ownStarts = Self.memory(shares.indices.map { Int32($0 * own) })
            type = (Scalar.self as? any MPINumber.Type)?.mpiType
            sent = Self.memory(values)
            let room = isSmall ? values.count * ranks : max(values.count, own * ranks)
            received = Self.memory(Array(repeating: 0, count: room))
            let numbers = isSmall ? values.count * (ranks - 1) : values.count - own + own * (ranks - 1)
            bytes = numbers * MemoryLayout<Scalar>.stride
        }

        /// Memory that stays where it is until the exchange is over, as MPI wants it to.
        private static func memory<Element>(_ elements: [Element]) -> UnsafeMutableBufferPointer<Element> {
            let memory = UnsafeMutableBufferPointer<Element>.allocate(capacity: elements.count)
            _ = memory.initialize(from: elements)
            return memory
        }

        deinit {
            sent.deallocate()
            received.deallocate()
            for memory in [counts, starts, ownCounts, ownStarts] { memory.deallocate() }
        }

        func begin(_ links: MPILinks) {
            if isSmall {
                let count = Int32(sent.count)
                links.check(
                    MPI_Iallgather(
                        sent.baseAddress, count, type, received.baseAddress, count, type, links.small, &request))
                return
            }
            step = .parts
            number = links.begunSums
            links.begunSums += 1
            links.check(
                MPI_Ialltoallv(
                    sent.baseAddress, counts.baseAddress, starts.baseAddress, type, received.baseAddress,
                    ownCounts.baseAddress, ownStarts.baseAddress, type, links.scatter, &request))
        }

        func advance(_ links: MPILinks) -> Bool {
            if step == .everything, links.isDone(&request) {
                finish(Scalar.sums(over: Array(received.prefix(sent.count * links.count)), rows: links.count))
            }
            if step == .parts, links.isDone(&request) {
                let own = Int(counts[links.rank])
                let sums = Scalar.sums(over: Array(received.prefix(own * links.count)), rows: links.count)
                // The other parts were handed over; this memory is free.
                for (place, sum) in sums.enumerated() { sent[place] = sum }
                step = .turn
            }
            if step == .turn, links.nextToCollect == number {
                links.nextToCollect += 1
                step = .sums
                links.check(
                    MPI_Iallgatherv(
                        sent.baseAddress, counts[links.rank], type, received.baseAddress, counts.baseAddress,
                        starts.baseAddress, type, links.collect, &request))
            }
            if step == .sums, links.isDone(&request) { finish(Array(received.prefix(sent.count))) }
            return step == .done
        }

        private func finish(_ sums: [Scalar]) {
            step = .done
            delivery.bring(sums)
        }
    }
#endif

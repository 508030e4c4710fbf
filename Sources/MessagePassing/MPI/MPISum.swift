#if MPI
    import CMPI

    /// A number that MPI knows by name.
    protocol MPINumber {
        static var mpiType: MPI_Datatype? { get }
    }
    extension Float: MPINumber { static var mpiType: MPI_Datatype? { cmpi_float() } }
    extension Double: MPINumber { static var mpiType: MPI_Datatype? { cmpi_double() } }

    /// Memory that stays where it is, given back with the last reference.
    ///
    /// It is unchecked because whoever hands it on does not touch it any more.
    final class MPIMemory<Element: BitwiseCopyable>: @unchecked Sendable {
        let count: Int
        let address: UnsafeMutablePointer<Element>

        /// Memory for `count` elements of any value.
        init(_ count: Int) {
            self.count = count
            address = .allocate(capacity: max(count, 1))
        }

        /// Memory that holds `elements`.
        convenience init(_ elements: [Element]) {
            self.init(elements.count)
            elements.withUnsafeBytes { bytes in
                guard let from = bytes.baseAddress else { return }
                // As bytes: an element at a time would be slow where the type is known only at run time.
                UnsafeMutableRawPointer(address).copyMemory(from: from, byteCount: bytes.count)
            }
        }

        deinit { address.deallocate() }

        /// The first `wanted` elements.
        func array(_ wanted: Int) -> [Element] {
            [Element](unsafeUninitializedCapacity: wanted) { target, count in
                if let to = target.baseAddress {
                    UnsafeMutableRawPointer(to).copyMemory(
                        from: address, byteCount: wanted * MemoryLayout<Element>.stride)
                }
                count = wanted
            }
        }
    }

    /// A sum over all ranks.
    ///
    /// Few numbers go from every rank to every other, and each adds them all up. Of many, each rank gets one part from all others, adds that up,
    /// and hands the sums round: 2(n − 1)/n times the bytes instead of n − 1 times. Either way the order of additions is that of the ranks.
    final class MPISum<Scalar: MessageScalar>: MPIExchange {
        private enum Step { case everything, parts, turn, sums, done }

        let delivery = Delivery<MPIMemory<Scalar>>()
        private let sent: MPIMemory<Scalar>
        private let received: MPIMemory<Scalar>
        private let type: MPI_Datatype?
        private let isSmall: Bool
        /// How many numbers each rank adds up, and where they begin.
        private let counts: MPIMemory<Int32>
        private let starts: MPIMemory<Int32>
        /// The same of what this rank gets from the others to add up.
        private let ownCounts: MPIMemory<Int32>
        private let ownStarts: MPIMemory<Int32>
        private let own: Int
        private let ranks: Int
        private var request: MPI_Request? = cmpi_no_request()
        private var step = Step.everything
        private var number = 0

        /// The bytes that this rank sends.
        let bytes: Int

        init(_ values: [Scalar], rank: Int, shares: [Range<Int>], smallest: Int) {
            ranks = shares.count
            isSmall = values.count * ranks * MemoryLayout<Scalar>.stride <= smallest
            precondition(values.count * ranks <= Int(Int32.max), "\(values.count) numbers are too many for one sum")
            let own = shares[rank].count
            self.own = own
            counts = MPIMemory(shares.map { Int32($0.count) })
            starts = MPIMemory(shares.map { Int32($0.lowerBound) })
            ownCounts = MPIMemory(shares.map { _ in Int32(own) })
            ownStarts = MPIMemory(shares.indices.map { Int32($0 * own) })
            type = (Scalar.self as? any MPINumber.Type)?.mpiType
            sent = MPIMemory(values)
            received = MPIMemory(isSmall ? values.count * ranks : max(values.count, own * ranks))
            let numbers = isSmall ? values.count * (ranks - 1) : values.count - own + own * (ranks - 1)
            bytes = numbers * MemoryLayout<Scalar>.stride
        }

        func begin(_ links: MPILinks) {
            if isSmall {
                let count = Int32(sent.count)
                links.check(
                    MPI_Iallgather(sent.address, count, type, received.address, count, type, links.small, &request))
                return
            }
            step = .parts
            number = links.begunSums
            links.begunSums += 1
            links.check(
                MPI_Ialltoallv(
                    sent.address, counts.address, starts.address, type, received.address, ownCounts.address,
                    ownStarts.address, type, links.scatter, &request))
        }

        func advance(_ links: MPILinks) -> Bool {
            if step == .everything, links.isDone(&request) {
                Scalar.sumRows(ranks, sent.count, received.address, into: sent.address)
                finish(sent)
            }
            if step == .parts, links.isDone(&request) {
                // What was handed over is free.
                Scalar.sumRows(ranks, own, received.address, into: sent.address)
                step = .turn
            }
            if step == .turn, links.nextToCollect == number {
                links.nextToCollect += 1
                step = .sums
                links.check(
                    MPI_Iallgatherv(
                        sent.address, Int32(own), type, received.address, counts.address, starts.address, type,
                        links.collect, &request))
            }
            if step == .sums, links.isDone(&request) { finish(received) }
            return step == .done
        }

        private func finish(_ sums: MPIMemory<Scalar>) {
            step = .done
            delivery.bring(sums)
        }
    }
#endif

#if MPI
    import CMPI
    import Foundation

    /// Something that one thread waits for and another brings.
    final class Delivery<Value: Sendable>: @unchecked Sendable {
        private let condition = NSCondition()
        private var value: Value?

        func bring(_ value: Value) {
            condition.lock()
            self.value = value
            condition.broadcast()
            condition.unlock()
        }

        func wait() -> Value {
            condition.lock()
            defer { condition.unlock() }
            while true {
                if let value { return value }
                condition.wait()
            }
        }
    }

    /// Bytes from rank 0 to all others: first how many they are.
    final class MPIBroadcast: MPIExchange {
        let delivery = Delivery<[UInt8]>()
        private let count: UnsafeMutablePointer<Int64>
        private var bytes: UnsafeMutableBufferPointer<UInt8>
        private var request: MPI_Request? = cmpi_no_request()
        private var hasCount = false

        init(_ bytes: [UInt8]) {
            precondition(bytes.count <= Int(Int32.max), "\(bytes.count) bytes are too many for one message")
            count = .allocate(capacity: 1)
            count.initialize(to: Int64(bytes.count))
            self.bytes = .allocate(capacity: bytes.count)
            _ = self.bytes.initialize(from: bytes)
        }

        deinit {
            count.deallocate()
            bytes.deallocate()
        }

        func begin(_ links: MPILinks) {
            links.check(MPI_Ibcast(count, 1, cmpi_int64(), 0, links.small, &request))
        }

        func advance(_ links: MPILinks) -> Bool {
            guard links.isDone(&request) else { return false }
            if hasCount {
                delivery.bring(Array(bytes))
                return true
            }
            hasCount = true
            if links.rank > 0 {
                bytes.deallocate()
                bytes = .allocate(capacity: Int(count.pointee))
                bytes.initialize(repeating: 0)
            }
            links.check(
                MPI_Ibcast(bytes.baseAddress, Int32(count.pointee), cmpi_byte(), 0, links.bytes, &request))
            return false
        }
    }

    /// Bytes from all ranks to rank 0: first how many they are, which all are told.
    final class MPIGather: MPIExchange {
        let delivery = Delivery<[[UInt8]]>()
        private let bytes: UnsafeMutableBufferPointer<UInt8>
        private let counts: UnsafeMutableBufferPointer<Int64>
        private let ownCount: UnsafeMutablePointer<Int64>
        private var received: [UnsafeMutableBufferPointer<UInt8>] = []
        private var requests: [MPI_Request?] = [cmpi_no_request()]
        private var hasCounts = false

        init(_ bytes: [UInt8], ranks: Int) {
            precondition(bytes.count <= Int(Int32.max), "\(bytes.count) bytes are too many for one message")
            self.bytes = .allocate(capacity: bytes.count)
            _ = self.bytes.initialize(from: bytes)
            counts = .allocate(capacity: ranks)
            counts.initialize(repeating: 0)
            ownCount = .allocate(capacity: 1)
            ownCount.initialize(to: Int64(bytes.count))
        }

        deinit {
            bytes.deallocate()
            counts.deallocate()
            ownCount.deallocate()
            received.forEach { $0.deallocate() }
        }

        func begin(_ links: MPILinks) {
            links.check(
                MPI_Iallgather(
                    ownCount, 1, cmpi_int64(), counts.baseAddress, 1, cmpi_int64(), links.small, &requests[0]))
        }

        func advance(_ links: MPILinks) -> Bool {
            for place in requests.indices {
                guard links.isDone(&requests[place]) else { return false }
            }
            if hasCounts {
                delivery.bring(received.isEmpty ? [] : [Array(bytes)] + received.map { Array($0) })
                return true
            }
            hasCounts = true
            if links.rank > 0 {
                links.check(
                    MPI_Isend(
                        bytes.baseAddress, Int32(bytes.count), cmpi_byte(), 0, 0, links.bytes, &requests[0]))
                return false
            }
            received = counts.dropFirst().map {
                let room = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: Int($0))
                room.initialize(repeating: 0)
                return room
            }
            requests = received.map { _ in cmpi_no_request() }
            for (place, room) in received.enumerated() {
                links.check(
                    MPI_Irecv(
                        room.baseAddress, Int32(room.count), cmpi_byte(), Int32(place + 1), 0, links.bytes,
                        &requests[place]))
            }
            return false
        }
    }

    /// A number that no rank has got before, from rank 0.
    final class MPITicket: MPIExchange {
        let delivery = Delivery<Int>()
        private let number: UnsafeMutablePointer<Int64>
        private var request: MPI_Request? = cmpi_no_request()

        init() {
            number = .allocate(capacity: 1)
            number.initialize(to: 0)
        }

        deinit { number.deallocate() }

        func begin(_ links: MPILinks) {
            if links.rank == 0 {
                number.pointee = Int64(links.takeTicket())
                return
            }
            links.check(MPI_Send(nil, 0, cmpi_byte(), 0, MPILinks.ticketWanted, links.tickets))
            links.check(
                MPI_Irecv(number, 1, cmpi_int64(), 0, MPILinks.ticketGiven, links.tickets, &request))
        }

        func advance(_ links: MPILinks) -> Bool {
            guard links.isDone(&request) else { return false }
            delivery.bring(Int(number.pointee))
            return true
        }
    }

    /// A call that waits inside MPI, such as those of libraries that use it.
    final class MPICall<Value: Sendable>: MPIExchange {
        let delivery = Delivery<Value>()
        private let body: (MPI_Comm) -> Value

        init(_ body: @escaping (MPI_Comm) -> Value) { self.body = body }

        func begin(_ links: MPILinks) { delivery.bring(body(links.bytes)) }

        func advance(_ links: MPILinks) -> Bool { true }
    }
#endif

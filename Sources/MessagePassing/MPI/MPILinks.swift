#if MPI
    import CMPI
    import Foundation

    /// MPI's communicators, one for each kind of exchange, so that each kind is in order by itself. Used by the thread of MPI alone.
    final class MPILinks {
        static let ticketWanted: Int32 = 1
        static let ticketGiven: Int32 = 2

        let rank: Int
        let count: Int
        /// For sums of few numbers.
        let small: MPI_Comm
        /// For bytes.
        let bytes: MPI_Comm
        /// For the two halves of sums of many numbers.
        let scatter: MPI_Comm
        let collect: MPI_Comm
        let tickets: MPI_Comm

        /// The number of the next sum that may begin its second half: those begin in the same order on all ranks, whichever first half is done first.
        var nextToCollect = 0
        var begunSums = 0
        private var nextTicket = 0
        private(set) var servesTickets = false

        init() {
            var level: Int32 = 0
            Self.check(MPI_Init_thread(nil, nil, Int32(MPI_THREAD_SERIALIZED), &level), rank: nil)
            var (rank, count): (Int32, Int32) = (0, 1)
            Self.check(MPI_Comm_rank(cmpi_world(), &rank), rank: nil)
            Self.check(MPI_Comm_size(cmpi_world(), &count), rank: nil)
            (self.rank, self.count) = (Int(rank), Int(count))
            // Errors come back as numbers, to be told in a sentence.
            Self.check(MPI_Comm_set_errhandler(cmpi_world(), cmpi_errors_return()), rank: Int(rank))
            func duplicate() -> MPI_Comm {
                var copy = cmpi_world()
                Self.check(MPI_Comm_dup(cmpi_world(), &copy), rank: Int(rank))
                return copy ?? cmpi_world()
            }
            (small, bytes, scatter) = (duplicate(), duplicate(), duplicate())
            (collect, tickets) = (duplicate(), duplicate())
        }

        /// Ends the job where a call of MPI failed.
        func check(_ code: Int32) { Self.check(code, rank: rank) }

        private static func check(_ code: Int32, rank: Int?) {
            guard code != MPI_SUCCESS else { return }
            var text = [CChar](repeating: 0, count: Int(MPI_MAX_ERROR_STRING) + 1)
            var length: Int32 = 0
            MPI_Error_string(code, &text, &length)
            let reason = String(decoding: text.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            let who = rank.map { "rank \($0)" } ?? "this process"
            FileHandle.standardError.write(Data("ccnn: \(who) lost touch with the others (\(reason)).\n".utf8))
            MPI_Abort(cmpi_world(), 1)
            exit(1)
        }

        /// Whether a request is done.
        func isDone(_ request: inout MPI_Request?) -> Bool {
            var isDone: Int32 = 0
            check(cmpi_test(&request, &isDone))
            return isDone != 0
        }

        /// The next number, on rank 0, which from now on answers the others too.
        func takeTicket() -> Int {
            servesTickets = count > 1
            defer { nextTicket += 1 }
            return nextTicket
        }

        /// Answers every rank that asks for a number, where this is rank 0.
        func serveTickets() {
            guard servesTickets else { return }
            while true {
                let source = cmpi_waiting(Self.ticketWanted, tickets)
                if source < 0 { return }
                check(cmpi_receive(nil, 0, cmpi_byte(), source, Self.ticketWanted, tickets))
                var number = Int64(takeTicket())
                check(MPI_Send(&number, 1, cmpi_int64(), source, Self.ticketGiven, tickets))
            }
        }
    }
#endif

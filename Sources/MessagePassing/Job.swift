import Foundation
import Synchronization

/// The job that this process is one rank of, as `mpirun` started it, or the process by itself.
public enum Job {
    private static let joined = Mutex<(any Communicator)?>(nil)

    /// Where Open MPI and MPICH say which rank a process is, and how many there are.
    private static let variables = [("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"), ("PMI_RANK", "PMI_SIZE")]

    /// The rank and the number of ranks that the environment tells; nil where none is told.
    static func announced(in environment: [String: String]) -> (rank: Int, count: Int)? {
        for (rank, count) in variables {
            if let rank = environment[rank].flatMap({ Int($0) }), let count = environment[count].flatMap({ Int($0) }) {
                return (rank, count)
            }
        }
        return nil
    }

    /// Why a process cannot be a rank of its job.
    public struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
        /// One sentence without its full stop.
        public let description: String
    }

    /// Joins the job on first use.
    ///
    /// - Throws: `Failure` where this is one of several processes, but the program was built without MPI, so that each would do all the work.
    public static func communicator() throws(Failure) -> any Communicator {
        let announced = announced(in: ProcessInfo.processInfo.environment)
        #if MPI
            return joined.withLock { joined in
                if let joined { return joined }
                let made: any Communicator = announced == nil ? SingleProcess() : MPICommunicator()
                joined = made
                return made
            }
        #else
            if let announced, announced.count > 1 {
                throw Failure(
                    description: "this is one of \(announced.count) processes, but ccnn was built without MPI "
                        + "(swift build -c release --traits MPI builds it with it)")
            }
            return SingleProcess()
        #endif
    }

    /// Waits for the other ranks, if there are any, and leaves the job: the last thing that a rank does when all went well.
    public static func leave() {
        #if MPI
            (joined.withLock { $0 } as? MPICommunicator)?.leave()
        #endif
    }

    /// Who speaks of a failure: "" for rank 0 and for a process by itself, else something like "rank 2: ".
    ///
    /// What fails on all ranks alike is said by rank 0 and ends them all; the others speak only if it has not within two seconds.
    public static func speaker() -> String {
        guard let rank = announced(in: ProcessInfo.processInfo.environment)?.rank, rank > 0 else { return "" }
        Thread.sleep(forTimeInterval: 2)
        return "rank \(rank): "
    }

    /// Ends every rank of the job with `code`, or none where this process is by itself.
    public static func abort(_ code: Int32) {
        #if MPI
            (joined.withLock { $0 } as? MPICommunicator)?.abort(code)
        #endif
    }
}

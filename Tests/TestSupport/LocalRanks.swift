import Foundation
import MessagePassing

/// Ranks that are threads of one process, so that what several processes compute together is tested without any of them.
public enum LocalRanks {
    /// Calls `body` on `count` threads at once, each with its own rank, and returns what they return, in the order of ranks.
    public static func run<Result: Sendable>(
        _ count: Int, _ body: @escaping @Sendable (any Communicator) throws -> Result
    ) throws -> [Result] {
        let board = Board(count: count)
        let results = Results<Result>(count: count)
        let threads = (0..<count).map { rank in
            let thread = Thread {
                results.set(rank, Swift.Result { try body(LocalRank(rank: rank, board: board)) })
            }
            // As much stack as a main thread has.
            thread.stackSize = 8 << 20
            thread.start()
            return thread
        }
        defer { withExtendedLifetime(threads) {} }
        return try results.wait()
    }
}

private final class Results<Value: Sendable>: @unchecked Sendable {
    private let condition = NSCondition()
    private var values: [Result<Value, any Error>?]

    init(count: Int) { values = Array(repeating: nil, count: count) }

    func set(_ rank: Int, _ value: Result<Value, any Error>) {
        condition.lock()
        values[rank] = value
        condition.broadcast()
        condition.unlock()
    }

    private static func hasFailed(_ result: Result<Value, any Error>?) -> Bool {
        if case .failure = result { true } else { false }
    }

    func wait() throws -> [Value] {
        condition.lock()
        defer { condition.unlock() }
        while values.contains(where: { $0 == nil }), !values.contains(where: Self.hasFailed) { condition.wait() }
        // Where one has failed, the others may wait for it for ever, or be about to fail too and give back what they hold.
        let patience = Date(timeIntervalSinceNow: 5)
        while values.contains(where: { $0 == nil }), condition.wait(until: patience) {}
        return try values.compactMap { try $0?.get() }
    }
}

/// Where the ranks lay down what they contribute to their first, second, … exchange.
private final class Board: @unchecked Sendable {
    let count: Int
    private let condition = NSCondition()
    private var rounds: [Int: [Int: any Sendable]] = [:]
    private var tickets = 0

    init(count: Int) { self.count = count }

    func contribute(_ value: any Sendable, rank: Int, round: Int) {
        condition.lock()
        rounds[round, default: [:]][rank] = value
        condition.broadcast()
        condition.unlock()
    }

    /// What all ranks contributed, in their order, once they have.
    func contributions(to round: Int) -> [any Sendable] {
        condition.lock()
        defer { condition.unlock() }
        while rounds[round]?.count != count { condition.wait() }
        return (0..<count).compactMap { rounds[round]?[$0] }
    }

    func nextTicket() -> Int {
        condition.lock()
        defer { condition.unlock() }
        tickets += 1
        return tickets - 1
    }
}

private final class LocalRank: Communicator, @unchecked Sendable {
    let rank: Int
    private let board: Board
    private var round = 0
    private(set) var traffic = Traffic()
    var count: Int { board.count }

    init(rank: Int, board: Board) { (self.rank, self.board) = (rank, board) }

    private func contribute(_ value: any Sendable) -> Int {
        defer { round += 1 }
        traffic.exchanges += 1
        board.contribute(value, rank: rank, round: round)
        return round
    }

    func beginSum<Scalar: MessageScalar>(_ values: [Scalar]) -> PendingSum<Scalar> {
        let (round, board) = (contribute(values), board)
        return PendingSum {
            let all = board.contributions(to: round).compactMap { $0 as? [Scalar] }
            precondition(all.count == board.count, "the ranks sum numbers of different kinds")
            return Scalar.sums(over: Array(all.joined()), rows: all.count)
        }
    }

    func broadcast(_ bytes: [UInt8]) -> [UInt8] {
        board.contributions(to: contribute(bytes)).first as? [UInt8] ?? []
    }

    func gather(_ bytes: [UInt8]) -> [[UInt8]] {
        let all = board.contributions(to: contribute(bytes)).compactMap { $0 as? [UInt8] }
        return rank == 0 ? all : []
    }

    func nextTicket() -> Int { board.nextTicket() }
}

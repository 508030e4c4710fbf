import MessagePassing
import Randomness

/// What every communicator promises, checked on one of its ranks while the others do the same: by threads in the tests, by processes under MPI.
public enum CommunicatorChecks {
    /// What is not as promised; nothing where all is well.
    public static func findings(on communicator: any Communicator) -> [String] {
        var findings: [String] = []
        func check(_ holds: Bool, _ what: String) { if !holds { findings.append(what) } }
        let (rank, count) = (communicator.rank, communicator.count)

        // Few numbers and many, divisible by the ranks or not, several sums under way at once.
        let lengths = [1, 2, 7, 1_000, 40_001, 3, 70_000]
        let pending = lengths.enumerated().map { place, length in
            communicator.beginSum(numbers(length, rank: rank, family: place))
        }
        var doubles = numbers(5, rank: rank, family: 100).map { Double($0) }
        communicator.sum(&doubles)
        check(doubles == wantedSum(5, ranks: count, family: 100, Double.self), "a sum begun later and wanted first")
        for (place, length) in lengths.enumerated() {
            let wanted = wantedSum(length, ranks: count, family: place, Float.self)
            check(pending[place].value() == wanted, "the sum of \(length) numbers, to the last bit")
        }
        check(communicator.beginSum([Float]()).value().isEmpty, "the sum of nothing")

        let message = (0..<100_003).map { UInt8(truncatingIfNeeded: $0 * 7) }
        check(communicator.broadcast(rank == 0 ? message : [UInt8(rank)]) == message, "a message to all")
        check(communicator.broadcast([]) == [], "an empty message to all")
        let own = [UInt8](repeating: UInt8(rank), count: 1_000 * rank + rank % 2)
        let all = (0..<count).map { [UInt8](repeating: UInt8($0), count: 1_000 * $0 + $0 % 2) }
        check(communicator.gather(own) == (rank == 0 ? all : []), "a message from each")

        let tickets = (0..<5).map { _ in communicator.nextTicket() }
        check(tickets == tickets.sorted(), "tickets in order")
        let gathered = communicator.gather(tickets.map { UInt8($0) })
        if rank == 0 {
            check(gathered.joined().sorted() == (0..<UInt8(5 * count)).map { $0 }, "every ticket once: \(gathered)")
        }
        return findings
    }

    private static func numbers(_ count: Int, rank: Int, family: Int) -> [Float] {
        var random = SeededGenerator(seed: UInt64(family), index: rank)
        // Of very different magnitudes, so that another order of additions would show.
        return (0..<count).map { Float(random.normal()) * ($0 % 3 == 0 ? 1e6 : 1) }
    }

    private static func wantedSum<Scalar: MessageScalar>(
        _ count: Int, ranks: Int, family: Int, _ type: Scalar.Type
    ) -> [Scalar] {
        var sums = [Double](repeating: 0, count: count)
        for rank in 0..<ranks {
            for (i, number) in numbers(count, rank: rank, family: family).enumerated() { sums[i] += Double(number) }
        }
        return sums.map { Scalar($0) }
    }
}

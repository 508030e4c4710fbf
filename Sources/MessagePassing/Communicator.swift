/// One of several processes, its ranks, that compute something together and exchange numbers.
///
/// Every rank makes the same calls in the same order, `nextTicket` aside. A call belongs to the thread that makes it; no two threads of a rank
/// make calls at the same time. Exchanges do not fail: where a rank is lost, the process ends with a sentence on standard error.
public protocol Communicator: AnyObject, Sendable {
    /// The number of this process, from 0.
    var rank: Int { get }
    /// How many ranks there are.
    var count: Int { get }
    /// What this rank has sent to others so far.
    var traffic: Traffic { get }

    /// Begins to sum up `values` over all ranks while the caller goes on.
    ///
    /// The sums are those of `MessageScalar.sums(over:)`, the same bits on every rank and on every run.
    /// - Complexity: every rank sends 2(n − 1)/n times the values' bytes, n the number of ranks; (n − 1) times where that is little.
    func beginSum<Scalar: MessageScalar>(_ values: [Scalar]) -> PendingSum<Scalar>

    /// Returns on every rank what rank 0 hands in; what others hand in does not matter.
    func broadcast(_ bytes: [UInt8]) -> [UInt8]

    /// Returns on rank 0 what every rank hands in, in their order, and nothing on the others.
    func gather(_ bytes: [UInt8]) -> [[UInt8]]

    /// A number that no rank has got before, 0 first: so ranks that come free take the next piece of work.
    func nextTicket() -> Int
}

/// What a rank has sent to others.
public struct Traffic: Sendable, Hashable {
    /// The bytes of messages, without what a network adds to them.
    public var bytes = 0
    /// The number of exchanges.
    public var exchanges = 0

    /// Nothing yet.
    public init() {}
}

extension Communicator {
    /// Whether this is rank 0, which writes files and talks to the person.
    public var leads: Bool { rank == 0 }

    /// Replaces `values` by their sums over all ranks.
    public func sum<Scalar: MessageScalar>(_ values: inout [Scalar]) {
        if count > 1 { values = beginSum(values).value() }
    }

    /// The share of this rank in `items` items that follow one another: the first ranks have one more where they do not divide evenly.
    public func share(of items: Int) -> Range<Int> { share(of: items, rank: rank) }

    /// The share of rank `rank` in `items` items.
    public func share(of items: Int, rank: Int) -> Range<Int> {
        func start(_ rank: Int) -> Int { rank * (items / count) + min(rank, items % count) }
        return start(rank)..<start(rank + 1)
    }

    /// Whether rank 0 says so.
    public func leaderSays(_ holds: @autoclosure () -> Bool) -> Bool {
        guard count > 1 else { return holds() }
        return broadcast(leads ? [holds() ? 1 : 0] : []) == [1]
    }

    /// Waits until every rank has come here.
    public func waitForAll() { _ = anyoneSays(true) }

    /// Whether any rank says so.
    public func anyoneSays(_ holds: Bool) -> Bool {
        var votes: [Float] = [holds ? 1 : 0]
        sum(&votes)
        return votes[0] > 0
    }
}

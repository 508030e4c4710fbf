import Foundation
import MessagePassing

/// The ranks that go through experiments together, and share out what each of them may do by itself.
public final class ExperimentRanks {
    private let ranks: any Communicator
    /// The number of tickets that all ranks together have drawn before the work at hand.
    private var drawn = 0

    /// The ranks of `communicator`: a process by itself where none is given.
    public init(_ communicator: any Communicator = SingleProcess()) {
        ranks = communicator
    }

    /// Whether there are others.
    public var areSeveral: Bool { ranks.count > 1 }

    /// Whether this is rank 0, which keeps results.
    public var leads: Bool { ranks.leads }

    /// Whether rank 0 says so.
    func leaderSays(_ holds: Bool) -> Bool { ranks.leaderSays(holds) }

    /// Calls `body` with those of `count` places that this rank gets, the next one whenever it has come free.
    ///
    /// All ranks make this call, and exchange something before they make it again.
    public func share(_ count: Int, _ body: (_ place: Int) throws -> Void) rethrows {
        let first = drawn
        // Every rank draws one ticket that is too high.
        drawn += count + ranks.count
        while true {
            let place = ranks.nextTicket() - first
            guard place < count else { return }
            try body(place)
        }
    }

    /// What one rank has to say when all meet.
    private struct Contribution<Value: Codable>: Codable {
        var values: [Int: Value] = [:]
        var isStopped = false
    }

    /// What `work` makes of each of `count` places, each worked out by one rank and handed to all.
    ///
    /// - Throws: `ExperimentError.stopped` on all ranks where it was thrown on one, and what else `work` throws.
    func each<Value: Codable>(_ count: Int, _ work: (_ place: Int) throws -> Value) throws -> [Value] {
        var own = Contribution<Value>()
        try share(count) { place in
            // A rank that was asked to stop takes the rest and leaves it.
            guard !own.isStopped else { return }
            do {
                own.values[place] = try work(place)
            } catch ExperimentError.stopped {
                own.isStopped = true
            }
        }
        let gathered = ranks.gather(Array(try JSONEncoder.ofResults.encode(own)))
        var all = Contribution<Value>()
        for bytes in gathered {
            let part = try JSONDecoder.ofResults.decode(Contribution<Value>.self, from: Data(bytes))
            all.values.merge(part.values) { first, _ in first }
            all.isStopped = all.isStopped || part.isStopped
        }
        let told = ranks.broadcast(ranks.leads ? Array(try JSONEncoder.ofResults.encode(all)) : [])
        all = try JSONDecoder.ofResults.decode(Contribution<Value>.self, from: Data(told))
        guard !all.isStopped else { throw ExperimentError.stopped }
        return (0..<count).compactMap { all.values[$0] }
    }
}

extension ExperimentContext {
    /// What `work` makes of each of `items`, such as the seeds, in their order: ranks that go through an experiment together share them out.
    ///
    /// What is made of an item depends on it and on the context alone, so that the number of ranks changes nothing. All ranks come by here.
    ///
    /// - Parameters:
    ///   - items: The items, the same ones on all ranks.
    ///   - work: Works on one of them, in a context of its own for its progress.
    /// - Throws: `ExperimentError.stopped` on all ranks where it was thrown on one, and what else `work` throws.
    public func each<Item, Value: Codable>(
        _ items: [Item], _ work: (_ item: Item, _ context: ExperimentContext) throws -> Value
    ) throws -> [Value] {
        func value(_ place: Int) throws -> Value {
            let (start, end) = (Double(place) / Double(items.count), Double(place + 1) / Double(items.count))
            return try work(items[place], part(from: start, to: end))
        }
        return try ranks.areSeveral ? ranks.each(items.count, value) : items.indices.map(value)
    }
}

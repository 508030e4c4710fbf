import Experiments
import Foundation
import MessagePassing
import TestSupport
import Testing

/// Work of experiments that ranks share out, here threads of one process.
@Suite struct ExperimentRanksTests {
    /// Which ranks worked on what.
    private final class Log: @unchecked Sendable {
        private let lock = NSLock()
        private var entries: [(place: Int, rank: Int)] = []

        func add(_ place: Int, by rank: Int) { lock.withLock { entries.append((place, rank)) } }
        var places: [Int] { lock.withLock { entries.map(\.place).sorted() } }
        var ranks: Set<Int> { lock.withLock { Set(entries.map(\.rank)) } }
    }

    @Test(arguments: [1, 2, 3, 5]) func everyRankHasAllValuesAndNothingIsDoneTwice(count: Int) throws {
        let log = Log()
        // Numbers that JSON has no word for among them, twice in a row, and more ranks than items.
        let found = try LocalRanks.run(count) { ranks in
            let context = try ExperimentContext.forTests(ranks: ExperimentRanks(ranks))
            let first = try context.each(Array(0..<7)) { item, part in
                log.add(item, by: ranks.rank)
                try part.progress(0.5, "\(item)")
                return [1 / Double(item), Double(item).squareRoot()]
            }
            let second = try context.each(["a", "b"]) { item, _ in
                log.add(7 + (item == "a" ? 0 : 1), by: ranks.rank)
                return item + item
            }
            let none = try context.each([Int]()) { item, _ in item }
            return "\(first) \(second) \(none)"
        }
        let wanted = (0..<7).map { [1 / Double($0), Double($0).squareRoot()] }
        #expect(found == Array(repeating: "\(wanted) \(["aa", "bb"]) \([Int]())", count: count))
        #expect(log.places == Array(0..<9))
    }

    @Test func aRankThatComesFreeTakesTheNext() throws {
        let log = Log()
        let slow = DispatchSemaphore(value: 0)
        _ = try LocalRanks.run(2) { ranks in
            try ExperimentContext.forTests(ranks: ExperimentRanks(ranks)).each(Array(0..<6)) { item, _ in
                // Whoever has the first one is held up until all others are done.
                if item == 0 { slow.wait() }
                log.add(item, by: ranks.rank)
                if log.places.count == 5 { slow.signal() }
                return item
            }
        }
        #expect(log.places == Array(0..<6) && log.ranks == [0, 1])
    }

    @Test func whereOneIsStoppedAllAre() throws {
        let stopped = try LocalRanks.run(3) { ranks in
            let context = try ExperimentContext.forTests(
                ranks: ExperimentRanks(ranks), shouldStop: { ranks.rank == 1 })
            do {
                _ = try context.each(Array(0..<60)) { item, part in
                    // Long enough for each rank to get one.
                    Thread.sleep(forTimeInterval: 0.005)
                    try part.progress(0, "\(item)")
                    return item
                }
                return false
            } catch ExperimentError.stopped {
                return true
            }
        }
        #expect(stopped == [true, true, true])
    }

    /// The claims that compare networks, with networks and scores that are made.
    private static let claims: [any Claim] = [
        DownsamplingLoses(scores: madeScores([:])), DilationEqualsLargeKernel(scores: madeScores([:])),
        ReceptiveFieldAndWidth(scores: madeScores([:])), ResidualClaim(scores: madeScores([:])),
        SparsityClaim(scores: madeScores([:])), MaxPoolWithoutStride(scores: madeScores([:])),
        SegmentationClaim(scores: madeScores([:])),
        MultiFieldBranches { name, seed, _ in [0.1, 0.2, 0.3].map { $0 * Double(name.count) / Double(seed) } },
        SmallKernelsKeepHighFrequencies(networks: MadeNetworks.identities),
        GaussianSpan(networks: MadeNetworks.identities),
        Substitution(networks: MadeNetworks.identities, steps: 1),
        ContinuousNetwork { sizes, seed, _ in
            Dictionary(
                uniqueKeysWithValues: ContinuousNetwork.Transfer.allCases.map { transfer in
                    (transfer, sizes.map { 1 / Double($0 + transfer.rawValue.count) / Double(seed) })
                })
        },
        Redundancy(networks: MadeNetworks.identities, steps: 1),
        Directionality { _, seed, context in
            try MadeNetworks.identities(context.standard("dilated"), seed, context)
        },
        SpatialCorrelation(networks: MadeNetworks.identities, scores: madeScores([:])),
    ]

    @Test func allSuchClaimsAreTestedHere() {
        let ids = AllClaims.all.filter(\.isForAllRanks).map(\.id)
        #expect(Set(Self.claims.map(\.id)) == Set(ids))
    }

    /// Those that fit or train kernels are slow without optimisation; tests run with it, too.
    private static var quickEnough: [Int] {
        let slow: Set = ["gaussian-span", "substitution", "redundancy", "directionality", "spatial-correlation"]
        return claims.indices.filter { !Thoroughness.isReduced || !slow.contains(claims[$0].id) }
    }

    @Test(arguments: quickEnough) func evidenceIsThatOfOneProcess(place: Int) throws {
        let claim = Self.claims[place]
        let wanted = try claim.evidence(.forTests(seedCount: 2))
        let found = try LocalRanks.run(2) { ranks in
            let context = try ExperimentContext.forTests(seedCount: 2, ranks: ExperimentRanks(ranks))
            let evidence = try claim.evidence(context)
            // Without an exchange each has worked out all.
            return (evidence: evidence, exchanges: ranks.traffic.exchanges)
        }
        #expect(found.map(\.evidence) == [wanted, wanted])
        #expect(found.map(\.exchanges).min() ?? 0 >= 2)
    }
}

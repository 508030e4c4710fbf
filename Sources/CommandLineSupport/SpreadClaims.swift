import Experiments
import Foundation
import MessagePassing

/// Claims that are put to the test on several ranks at once: through those that compare networks all ranks go together, each with its networks and
/// seeds; each of the others is taken by the next rank that has come free.
///
/// An experiment depends on its context alone, so that results are those of one process, but for the seconds they took. A network that several claims
/// want is trained once where the ranks share a folder.
struct SpreadClaims {
    private let together: [any Claim]
    private let others: [any Claim]
    private let communicator: any Communicator

    init(_ claims: [any Claim], on communicator: any Communicator) {
        together = claims.filter(\.isForAllRanks)
        others = claims.filter { !$0.isForAllRanks }
        self.communicator = communicator
    }

    /// Runs them, and returns all results on rank 0.
    ///
    /// - Parameters:
    ///   - runner: Makes the runner of some claims on some ranks.
    ///   - status: Told on rank 0 how far its own experiment is.
    ///   - finished: Told on rank 0 each result of its own as it comes, and those of others at the end.
    /// - Throws: What an experiment of this rank or the store throws.
    func run(
        _ runner: ([any Claim], ExperimentRanks) -> ClaimRunner, status: @escaping (ClaimRunner.Status) -> Void,
        finished: (ClaimResult, _ wasThere: Bool) -> Void
    ) throws -> [ClaimResult] {
        let ranks = ExperimentRanks(communicator)
        let total = together.count + others.count
        func run(_ claims: [any Claim], _ ranks: ExperimentRanks, after before: Int) throws -> [ClaimResult] {
            try runner(claims, ranks).run { [leads = communicator.leads] in
                guard leads else { return }
                status(
                    .init(id: $0.id, doing: $0.doing, finished: before + $0.finished, total: total, share: $0.share))
            } finished: {
                if communicator.leads { finished($0, $1) }
            }
        }
        let shared = try run(together, ranks, after: 0)
        var own: [ClaimResult] = []
        try ranks.share(others.count) { place in
            own += try run([others[place]], ExperimentRanks(), after: together.count + place)
        }
        let parts = communicator.gather(Array(try JSONEncoder.ofResults.encode(own)))
        guard communicator.leads else { return [] }
        var results = shared + own
        for part in parts.dropFirst() {
            let others = try JSONDecoder.ofResults.decode([ClaimResult].self, from: Data(part))
            for result in others { finished(result, false) }
            results += others
        }
        return results
    }
}

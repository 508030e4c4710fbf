import Experiments
import Foundation
import MessagePassing

/// Claims that are put to the test on several ranks at once: each takes the next one when it has finished one, those that train networks first.
///
/// An experiment depends on its context alone, so that results are those of one process, but for the seconds they took. A network that several claims
/// want is trained once where the ranks share a folder.
struct SpreadClaims {
    private let claims: [any Claim]
    private let communicator: any Communicator

    init(_ claims: [any Claim], on communicator: any Communicator) {
        self.claims = claims.filter { $0.text.group.trains } + claims.filter { !$0.text.group.trains }
        self.communicator = communicator
    }

    /// Runs them, and returns all results on rank 0, in the order of the claims.
    ///
    /// - Parameters:
    ///   - runner: Makes the runner of some claims.
    ///   - status: Told on rank 0 how far its own experiment is.
    ///   - finished: Told on rank 0 each result of its own as it comes, and those of others at the end.
    /// - Throws: What an experiment of this rank or the store throws.
    func run(
        _ runner: ([any Claim]) -> ClaimRunner, status: @escaping (ClaimRunner.Status) -> Void,
        finished: (ClaimResult, _ wasThere: Bool) -> Void
    ) throws -> [ClaimResult] {
        var own: [ClaimResult] = []
        while true {
            let ticket = communicator.nextTicket()
            guard ticket < claims.count else { break }
            let total = claims.count
            own += try runner([claims[ticket]]).run { [leads = communicator.leads] in
                guard leads else { return }
                status(.init(id: $0.id, doing: $0.doing, finished: ticket, total: total, share: $0.share))
            } finished: {
                if communicator.leads { finished($0, $1) }
            }
        }
        let parts = communicator.gather(Array(try JSONEncoder.ofResults.encode(own)))
        guard communicator.leads else { return [] }
        var results = own
        for part in parts.dropFirst() {
            let others = try JSONDecoder.ofResults.decode([ClaimResult].self, from: Data(part))
            for result in others { finished(result, false) }
            results += others
        }
        return results
    }
}

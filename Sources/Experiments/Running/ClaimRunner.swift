/// Runs experiments one after another and makes results of their evidence.
public struct ClaimRunner {
    /// How far a run is.
    public struct Status: Sendable {
        /// The claim under way.
        public let id: String
        /// What its experiment is doing.
        public let doing: String
        /// The claims that are finished.
        public let finished: Int
        /// All claims of the run.
        public let total: Int
        /// The part of all the work that is done, from 0 to 1, claims counted by the seconds they usually take.
        public let share: Double

        /// A run that is as far as that.
        public init(id: String, doing: String, finished: Int, total: Int, share: Double) {
            (self.id, self.doing, self.finished, self.total, self.share) = (id, doing, finished, total, share)
        }
    }

    /// The claims of the run.
    public let claims: [any Claim]
    private let context: (@escaping (Double, String) -> Void) -> ExperimentContext
    private let store: ResultStore?
    private let resumes: Bool
    private let command: (String) -> String
    private let ranks: ExperimentRanks

    /// A run of `claims`.
    ///
    /// - Parameters:
    ///   - claims: The claims, in the order in which they are run.
    ///   - store: Where results are kept, and found again.
    ///   - resumes: Whether claims with a result of the same command are not run again.
    ///   - command: The command that repeats the experiment of a claim.
    ///   - ranks: Those that run these claims together; rank 0 keeps the results. A process by itself where none are given.
    ///   - context: Makes the context of an experiment from what is to be told of its progress.
    public init(
        _ claims: [any Claim], store: ResultStore? = nil, resumes: Bool = false,
        command: @escaping (_ id: String) -> String = { "ccnn validate \($0)" },
        ranks: ExperimentRanks = ExperimentRanks(),
        context: @escaping (_ report: @escaping (Double, String) -> Void) -> ExperimentContext
    ) {
        self.claims = claims
        self.store = store
        self.resumes = resumes
        self.command = command
        self.ranks = ranks
        self.context = context
    }

    /// Runs them.
    ///
    /// - Parameters:
    ///   - status: Told whenever an experiment says how far it is.
    ///   - finished: Told each result, and whether it was there already.
    /// - Returns: The results; of several ranks only rank 0 has them.
    /// - Throws: What an experiment or the store throws; the results before it are kept.
    public func run(
        status: @escaping (Status) -> Void = { _ in }, finished: (ClaimResult, _ wasThere: Bool) -> Void = { _, _ in }
    ) throws -> [ClaimResult] {
        var results: [ClaimResult] = []
        let weights = claims.map { $0.text.group.trains ? 10.0 : 1 }
        let all = max(weights.reduce(0, +), 1)
        for (place, claim) in claims.enumerated() {
            let done = weights[..<place].reduce(0, +)
            let count = results.count
            let context = context { [total = claims.count] share, doing in
                status(
                    Status(
                        id: claim.id, doing: doing, finished: count, total: total,
                        share: (done + share * weights[place]) / all))
            }
            if resumes {
                let old = ranks.leads ? try stored(claim) : nil
                if ranks.leaderSays(old != nil) {
                    if let old {
                        results.append(old)
                        finished(old, true)
                    }
                    continue
                }
            }
            let result = try result(of: claim, context)
            guard ranks.leads else { continue }
            try store?.keep(result)
            results.append(result)
            finished(result, false)
        }
        return results
    }

    /// The result that is there already.
    private func stored(_ claim: any Claim) throws -> ClaimResult? {
        let old = try store?.result(for: claim.id)
        return old?.run.command == command(claim.id) ? old : nil
    }

    private func result(of claim: any Claim, _ context: ExperimentContext) throws -> ClaimResult {
        try context.progress(0, "begins")
        let clock = ContinuousClock()
        let start = clock.now
        let evidence = try claim.evidence(context)
        let elapsed = clock.now - start
        return ClaimResult(
            claim.text, evidence,
            ClaimRun(
                effort: context.effort,
                seconds: Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18,
                command: command(claim.id)))
    }
}

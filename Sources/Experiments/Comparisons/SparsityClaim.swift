/// *sparsity*: pruned cascades and large kernels match or beat the dilated net.
public struct SparsityClaim: Claim {
    /// What is claimed, what is done, and what decides.
    public let text = ClaimText(
        id: "sparsity", group: .networks,
        statement: """
            The cascade kept at 25 % of its weights and the large-kernel net at 15 % match or beat the dilated net; on CIFAR-100 the sparse cascade wins clearly.
            """,
        source: "Zheng Ankun 2019: 1000 epochs, pruning by magnitude from epoch 200",
        method: """
            Weights are zeroed by magnitude within each tensor every 20 steps from a fifth of the run on. The article counts 25 % kept, its published code zeroes 25 %: from \
            standard effort on both are trained. Biases and normalisation are not pruned, so 22,243 and 26,254 weights remain. “Match” is not being worse by 1 point.
            """,
        criteria: [
            "the cascade at 25 % kept is not worse than dilated by 1 point (90 % interval)",
            "the large-kernel net at 15 % kept is not worse than dilated by 1 point (likewise)",
            "on CIFAR-100 the cascade at 25 % kept is better than dilated by more than 1 point (paired 95 % interval)",
        ])

    /// Networks are shared out over ranks.
    public let isForAllRanks = true

    private let scores: ScoreSource
    private static let margin = 0.01

    /// The claim about `scores`.
    public init(scores: @escaping ScoreSource = trainedScores) {
        self.scores = scores
    }

    /// Runs the experiment.
    /// - Throws: What training a network or reading a stored one throws, and `ExperimentError.stopped` where somebody asked to stop.
    public func evidence(_ context: ExperimentContext) throws -> Evidence {
        var contestants = [
            Contestant("dilated", context),
            Contestant("cascade", context, label: "cascade, 25 % kept", pruned: 0.75),
            Contestant("large-kernel", context, label: "large-kernel, 15 % kept", pruned: 0.85),
        ]
        if context.effort != .quick {
            contestants += [
                Contestant("cascade", context, label: "cascade, 25 % zeroed", pruned: 0.25),
                Contestant("large-kernel", context, label: "large-kernel, 15 % zeroed", pruned: 0.15),
            ]
        }
        let hundred = try hundredClasses(context.part(from: 0.6, to: 1))
        let contest = try Contest(
            contestants, budget: .cascades(context.effort), from: scores,
            context.part(from: 0, to: context.data.manyClasses == nil ? 1 : 0.6))
        let cascade = contest.difference("cascade, 25 % kept", "dilated")
        let large = contest.difference("large-kernel, 15 % kept", "dilated")
        let words = hundred.map { points($0) } ?? "CIFAR-100 was not at hand"
        var evidence = contest.evidence(
            [
                (cascade.isNotWorse(than: Self.margin), points(cascade, confidence: 0.9)),
                (large.isNotWorse(than: Self.margin), points(large, confidence: 0.9)),
                (Outcome(hundred?.interval, isAbove: Self.margin), words),
            ],
            summary: """
                Sparse cascade less dilated: \(points(cascade)); sparse large-kernel less dilated: \(points(large)); CIFAR-100: \(words).
                """)
        evidence.measured += [
            Quantity("cascade, 25 % kept, less dilated", of: cascade.values, unit: "%"),
            Quantity("large-kernel, 15 % kept, less dilated", of: large.values, unit: "%"),
        ]
        if let hundred {
            evidence.measured.append(Quantity("the first on CIFAR-100", of: hundred.values, unit: "%"))
        }
        return evidence
    }

    private func hundredClasses(_ context: ExperimentContext) throws -> PairedDifference? {
        guard let data = context.data.manyClasses else { return nil }
        func contestant(_ name: String, _ label: String, pruned: Double? = nil) -> Contestant? {
            context.standard(name, for: data).map { Contestant(label, $0, on: data, pruned: pruned) }
        }
        let two = [contestant("dilated", "dilated"), contestant("cascade", "sparse", pruned: 0.75)].compactMap { $0 }
        let contest = try Contest(two, budget: .cascades(context.effort), from: scores, context)
        return contest.isInformative ? contest.difference("sparse", "dilated") : nil
    }
}

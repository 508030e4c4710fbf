/// *dilation-equals-large-kernel*: kernels 3-5-7-9 without dilation reach the same accuracy.
public struct DilationEqualsLargeKernel: Claim {
    /// What is claimed, what is done, and what decides.
    public let text = ClaimText(
        id: "dilation-equals-large-kernel", group: .networks,
        statement: "Kernels of 3, 5, 7 and 9 taps without dilation reach the accuracy of dilated 3×3 kernels.",
        source: "Zheng Ankun 2019: about 76 % each on CIFAR-10",
        method: """
            Large-kernel (field 21, 172,930 parameters) against dilated 1-2-4-8 (field 31) and dilated 1-2-3-4 (field 21), paired by seed. “The same” is an equivalence test \
            with a margin of 2 points: two one-sided tests at 5 %. Large kernels may overfit, so training less test accuracy is given.
            """,
        criteria: [
            "large-kernel and dilated 1-2-4-8 differ by less than 2 points (90 % interval within the margin)",
            "large-kernel and dilated 1-2-3-4, of the same field, differ by less than 2 points (likewise)",
        ])

    /// Networks are shared out over ranks.
    public let isForAllRanks = true

    private static let margin = 0.02
    private let scores: ScoreSource

    /// The claim about `scores`.
    public init(scores: @escaping ScoreSource = trainedScores) {
        self.scores = scores
    }

    /// Runs the experiment.
    /// - Throws: What training a network or reading a stored one throws, and `ExperimentError.stopped` where somebody asked to stop.
    public func evidence(_ context: ExperimentContext) throws -> Evidence {
        let contest = try Contest(
            ["dilated", "dilated-1-2-3-4", "large-kernel"].map { Contestant($0, context) }, from: scores, context)
        let wide = contest.difference("large-kernel", "dilated")
        let equal = contest.difference("large-kernel", "dilated-1-2-3-4")
        let gap = PairedDifference(
            contest.scores(of: "large-kernel").map(\.gap), contest.scores(of: "dilated").map(\.gap))
        var evidence = contest.evidence(
            [
                (wide.isEquivalent(within: Self.margin), points(wide, confidence: 0.9)),
                (equal.isEquivalent(within: Self.margin), points(equal, confidence: 0.9)),
            ],
            summary: """
                Large-kernel less dilated 1-2-4-8: \(points(wide)); less dilated 1-2-3-4, of the same field: \(points(equal)). Its training accuracy exceeds its test \
                accuracy by \(points(gap)) more than dilated's.
                """)
        evidence.measured += [
            Quantity("large-kernel less dilated", of: wide.values, unit: "%"),
            Quantity("large-kernel less dilated 1-2-3-4", of: equal.values, unit: "%"),
            Quantity("overfitting of large-kernel beyond dilated's", of: gap.values, unit: "%"),
        ]
        evidence.measured += ["dilated", "dilated-1-2-3-4"].compactMap { name in
            contest.reestimatedDifference("large-kernel", name).map {
                Quantity("large-kernel less \(name), statistics re-estimated", of: $0.values, unit: "%")
            }
        }
        return evidence
    }
}

/// *downsampling-loses*: dilated 1-2-4-8 beats stride 2 with the same parameters.
public struct DownsamplingLoses: Claim {
    /// What is claimed, what is done, and what decides.
    public let text = ClaimText(
        id: "downsampling-loses", group: .networks,
        statement: "A network that dilates 1-2-4-8 beats one with stride 2 that has the same 25,474 parameters.",
        source: "Zheng Ankun 2019: 76 % against 73 % on CIFAR-10 after 80 epochs",
        method: """
            Dilated 1-2-4-8 and strided networks, paired by seed and order of pictures. The pair is confounded, as their receptive fields are 31 and 17 pixels; \
            dilated 1-1-2-4 has the strided net's field, and its features, subsampled, are the strided net's up to padding: only that pair isolates \
            sampling.
            """,
        criteria: [
            "dilated 1-2-4-8 is better than strided (paired 95 % interval above 0)",
            "dilated 1-1-2-4, of the strided net's field, is better than strided (likewise)",
        ])

    /// Networks are shared out over ranks.
    public let isForAllRanks = true

    private let scores: ScoreSource

    /// The claim about `scores`.
    public init(scores: @escaping ScoreSource = trainedScores) {
        self.scores = scores
    }

    /// Runs the experiment.
    /// - Throws: What training a network or reading a stored one throws, and `ExperimentError.stopped` where somebody asked to stop.
    public func evidence(_ context: ExperimentContext) throws -> Evidence {
        let contest = try Contest(
            ["dilated", "strided", "dilated-1-1-2-4"].map { Contestant($0, context) }, from: scores, context)
        let confounded = contest.difference("dilated", "strided")
        let isolated = contest.difference("dilated-1-1-2-4", "strided")
        var evidence = contest.evidence(
            [
                (confounded.isPositive, points(confounded)),
                (isolated.isPositive, points(isolated)),
            ],
            summary: """
                Dilated less strided: \(points(confounded)). With equal receptive fields, which isolates sampling: \(points(isolated)).
                """)
        evidence.measured += [
            Quantity("dilated less strided", of: confounded.values, unit: "%"),
            Quantity("dilated 1-1-2-4 less strided", of: isolated.values, unit: "%"),
        ]
        let pairs = [("dilated", "dilated less strided"), ("dilated-1-1-2-4", "dilated 1-1-2-4 less strided")]
        evidence.measured += pairs.compactMap { name, words in
            contest.reestimatedDifference(name, "strided").map {
                Quantity("\(words), statistics re-estimated", of: $0.values, unit: "%")
            }
        }
        return evidence
    }
}

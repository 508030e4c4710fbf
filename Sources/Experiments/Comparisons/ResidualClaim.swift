import Datasets

/// *residual*: what holds of plain networks holds of residual ones.
public struct ResidualClaim: Claim {
    /// What is claimed, what is done, and what decides.
    public let text = ClaimText(
        id: "residual", group: .networks,
        statement:
            "A residual network, too, loses by downsampling: dilated it beats its strided version of as many parameters.",
        source: "Zheng Ankun 2019: 87 % on CIFAR-10 after 80 epochs",
        method: """
            The residual network with the author's dilations (field 437), a regular version, the strided one, and its sampling control, whose field is the \
            strided one's; 585,866 parameters each, paired by seed. Quick effort only shows that they run: 24 steps of 4 pictures, 100 test pictures. Standard effort makes 1,000 steps.
            """,
        criteria: [
            "the author's dilated residual net is better than the strided one (paired 95 % interval above 0)",
            "the sampling control, of the strided net's field, is better than the strided one (likewise)",
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
        let names =
            ["residual", "residual-strided", "residual-control"] + (context.effort == .full ? ["residual-regular"] : [])
        let all = context.data.pictures
        let tested = context.effort == .quick ? min(100, all.test.count) : all.test.count
        let pictures = Dataset(
            name: all.name, training: all.training, test: all.test[0..<tested], augmentation: all.augmentation)
        let contest = try Contest(
            names.map { Contestant($0, context.standard($0), on: pictures) }, budget: .residual(context.effort),
            from: scores, context)
        let dilated = contest.difference("residual", "residual-strided")
        let control = contest.difference("residual-control", "residual-strided")
        var evidence = contest.evidence(
            [(dilated.isPositive, points(dilated)), (control.isPositive, points(control))],
            summary: """
                Residual, dilated less strided: \(points(dilated)); with equal fields: \(points(control)).
                """)
        evidence.measured += [
            Quantity("dilated less strided", of: dilated.values, unit: "%"),
            Quantity("control less strided", of: control.values, unit: "%"),
        ]
        return evidence
    }
}

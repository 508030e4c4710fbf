/// *residual*: what holds of plain networks holds of residual ones.
struct ResidualClaim: Claim {
    let id = "residual"
    let statement =
        "A residual network, too, loses by downsampling: dilated it beats its strided version of as many parameters."
    let source = "Zheng Ankun 2019: 87 % on CIFAR-10 after 80 epochs"
    let group = ClaimGroup.networks
    let method = """
        The residual network with the author's dilations (field 435), a regular version, the strided one, and its sampling control, whose field is the \
        strided one's; 585,866 parameters each, paired by seed. Quick effort gives them a fifth of the steps of other networks.
        """
    let criteria = [
        "the author's dilated residual net is better than the strided one (paired 95 % interval above 0)",
        "the sampling control, of the strided net's field, is better than the strided one (likewise)",
    ]

    private let scores: ScoreSource

    /// The claim about `scores`.
    init(scores: @escaping ScoreSource = trainedScores) {
        self.scores = scores
    }

    func evidence(_ context: ExperimentContext) throws -> Evidence {
        let names =
            ["residual", "residual-strided", "residual-control"] + (context.effort == .full ? ["residual-regular"] : [])
        let budget = context.effort.choose(TrainingBudget(epochs: 1, stepsPerEpoch: 24), nil, nil)
        let contest = try Contest(
            names.map { Contestant($0, context) }, budget: budget, from: scores, context)
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

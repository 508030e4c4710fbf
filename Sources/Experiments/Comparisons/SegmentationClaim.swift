import NeuralNetworks

/// *segmentation*: the same net without the pool segments pictures.
public struct SegmentationClaim: Claim {
    /// What is claimed, what is done, and what decides.
    public let text = ClaimText(
        id: "segmentation", group: .networks,
        statement: "The network without its pool segments pictures pixel by pixel, with dilations 1-2-4-8-4-2-1.",
        source: "Zheng Ankun 2019: pixel accuracy above 94 % on M2NIST",
        method: """
            The dilated segmenter (49,291 parameters), the dilated net's body with a 1×1 layer, and an encoder-decoder with stride 2 and transposed convolutions of as many \
            parameters, on M2NIST where it is at hand, else on generated pictures of scattered shapes. Background alone is most of the pixels (94.25 % of M2NIST), \
            so what counts is the other classes: their pixels' accuracy, and the mean of intersection over union.
            """,
        criteria: [
            "pixel accuracy is above 94 % and above that of background alone (95 % interval)",
            "on pixels that are no background accuracy is above 50 % (95 % interval)",
            "mean intersection over union is not worse than the encoder-decoder's by 1 point (90 % interval)",
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
        let data = context.data.segmentation
        let contestants = ["segmentation", "segmentation-body", "encoder-decoder"].compactMap { name in
            context.standard(name, for: data).map { Contestant(name, $0, on: data) }
        }
        let contest = try Contest(contestants, budget: .segmentation(context.effort), from: scores, context)
        let background = UInt8(data.test.classNames.count - 1)
        let alone = Double(data.test.labels.count { $0 == background }) / Double(max(data.test.labels.count, 1))
        let pixels = SampleMean(contest.accuracies(of: "segmentation"))
        let ours = contest.scores(of: "segmentation").map { $0.foregroundAccuracy ?? 0 }
        let foreground = SampleMean(ours)
        let unions = PairedDifference(
            contest.scores(of: "segmentation").map { $0.foregroundOverUnion ?? 0 },
            contest.scores(of: "encoder-decoder").map { $0.foregroundOverUnion ?? 0 })
        var evidence = contest.evidence(
            [
                (
                    Outcome(pixels.interval, isAbove: max(0.94, alone)),
                    "\(percent(pixels.mean)), background alone \(percent(alone))"
                ),
                (Outcome(foreground.interval, isAbove: 0.5), percent(foreground.mean)),
                (unions.isNotWorse(than: 0.01), points(unions, confidence: 0.9)),
            ],
            summary: """
                Pixel accuracy \(percent(pixels.mean)) where background alone is \(percent(alone)); on the other pixels \(percent(foreground.mean)). Mean intersection over union, less the \
                encoder-decoder's: \(points(unions)).
                """, unit: "pixel accuracy")
        evidence.measured += [
            Quantity("background alone", alone, unit: "%"),
            Quantity("accuracy on other pixels", of: ours, unit: "%"),
            Quantity("mean intersection over union less the encoder-decoder's", of: unions.values, unit: "%"),
        ]
        evidence.data = data.name
        return evidence
    }
}

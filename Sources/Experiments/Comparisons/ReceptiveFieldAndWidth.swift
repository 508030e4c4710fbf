import Foundation

/// *receptive-field-and-width*: besides depth, only the receptive field and the channels at that field decide.
public struct ReceptiveFieldAndWidth: Claim {
    /// The stable name.
    public let id = "receptive-field-and-width"
    /// What is claimed.
    public let statement =
        "Besides depth, only the receptive field and the number of channels at that field decide a network's accuracy."
    /// Who claims it, where.
    public let source =
        "Zheng Ankun 2019: three plain cascades beat the dilated net, depthwise ones are slightly below it"
    /// The group it belongs to.
    public let group = ClaimGroup.networks
    /// What is done.
    public let method = """
        Ten 3×3 layers cover the large-kernel net's field of 21 pixels. Three plain cascades of different channels, one depthwise, one mixed, and the four-layer \
        nets of several fields are trained with the same seeds (full effort adds the widened ones). Mean accuracy is regressed on the logarithms of field, mean width and depth by least \
        squares; a number of weights that adds to it would speak against the claim.
        """
    /// What decides, part by part.
    public let criteria = [
        "each of the three plain cascades is better than dilated 1-2-4-8 (paired 95 % intervals above 0)",
        "the depthwise cascade is below dilated by 0 to 3 points (90 % interval)",
        "field, width and depth explain at least 80 % of the variance between networks",
    ]

    private let scores: ScoreSource
    private static let cascades = ["cascade", "cascade-narrow", "cascade-wide"]
    private static let plain: [(name: String, width: Double, depth: Double)] = [
        ("dilated", 30, 4), ("dilated-1-1-2-4", 30, 4), ("dilated-1-2-3-4", 30, 4), ("strided", 30, 4),
        ("cascade", 31.4, 10), ("cascade-narrow", 26, 10), ("cascade-wide", 40.4, 10), ("depthwise-cascade", 25.6, 10),
        ("mixed-cascade", 25.6, 10),
    ]
    private static let widened: [(name: String, width: Double, depth: Double)] = [
        ("dilated-wide", 240, 4), ("strided-wide", 240, 4), ("cascade-wide-512", 249.2, 10),
    ]

    /// The claim about `scores`.
    public init(scores: @escaping ScoreSource = trainedScores) {
        self.scores = scores
    }

    /// Runs the experiment.
    public func evidence(_ context: ExperimentContext) throws -> Evidence {
        let entries = Self.plain + (context.effort == .full ? Self.widened : [])
        let contest = try Contest(entries.map { Contestant($0.name, context) }, from: scores, context)
        let cascades = Self.cascades.map { contest.difference($0, "dilated") }
        let depthwise = contest.difference("dilated", "depthwise-cascade")
        // From 0 to 3 points is 1.5 points on either side of 1.5.
        let isSlight = Outcome(
            depthwise.mean.interval(confidence: 0.9).map { ($0.lowerBound - 0.015)...($0.upperBound - 0.015) },
            isWithin: 0.015)
        let explained = Self.explained(
            rows: entries.enumerated().map { place, entry in
                let own = contest.scores[place]
                return (
                    [log(Double(own.first?.receptiveField ?? 1)), log(entry.width), log(entry.depth)],
                    SampleMean(own.map(\.accuracy)).mean
                )
            })
        let spread = Self.isSpreadResolved(contest)
        var evidence = contest.evidence(
            [
                (
                    Outcome.all(cascades.map(\.isPositive)),
                    zip(Self.cascades, cascades).map { "\($0) \(points($1))" }.joined(separator: "; ")
                ),
                (isSlight, "dilated less depthwise: \(points(depthwise))"),
                (spread ? Outcome(explained >= 0.8) : .undecided, "they explain \(percent(explained))"),
            ],
            summary: """
                Plain cascades less dilated: \(cascades.map { points($0) }.joined(separator: "; ")). Field, width and depth explain \(percent(explained)) of the variance between \
                \(entries.count) networks.
                """)
        evidence.measured.append(Quantity("variance explained by field, width and depth", explained, unit: "%"))
        let means = contest.scores.map { SampleMean($0.map(\.accuracy)).mean }
        evidence.figures.append(
            ClaimFigure(
                "Accuracy against receptive field", x: .init("field (pixels)"), y: .init("test accuracy"),
                [
                    .init(
                        "four layers",
                        x: entries.indices.filter { entries[$0].depth == 4 }.map {
                            Double(contest.scores[$0].first?.receptiveField ?? 1)
                        }, y: entries.indices.filter { entries[$0].depth == 4 }.map { means[$0] }, isLine: false),
                    .init(
                        "ten layers",
                        x: entries.indices.filter { entries[$0].depth == 10 }.map {
                            Double(contest.scores[$0].first?.receptiveField ?? 1)
                        }, y: entries.indices.filter { entries[$0].depth == 10 }.map { means[$0] }, isLine: false),
                ]))
        return evidence
    }

    /// Whether networks differ by more than a network differs from seed to seed; else there is nothing to explain.
    private static func isSpreadResolved(_ contest: Contest) -> Bool {
        let means = contest.scores.map { SampleMean($0.map(\.accuracy)) }
        guard let between = SampleMean(means.map(\.mean)).standardDeviation else { return false }
        let within = means.compactMap(\.standardDeviation)
        guard within.count == means.count else { return false }
        let error = within.reduce(0, +) / Double(within.count) / Double(contest.scores[0].count).squareRoot()
        return between > 2 * error
    }

    /// The part of the variance of y that a linear function of the regressors explains, by Gram and Schmidt's orthogonalisation.
    static func explained(rows: [(x: [Double], y: Double)]) -> Double {
        func centred(_ values: [Double]) -> [Double] {
            let mean = values.reduce(0, +) / Double(values.count)
            return values.map { $0 - mean }
        }
        func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
        var residual = centred(rows.map(\.y))
        let total = dot(residual, residual)
        var basis: [[Double]] = []
        for place in rows[0].x.indices {
            let original = centred(rows.map { $0.x[place] })
            var column = original
            for done in basis {
                let share = dot(column, done)
                column = zip(column, done).map { $0 - share * $1 }
            }
            let norm = dot(column, column).squareRoot()
            guard norm > 1e-9 * max(dot(original, original).squareRoot(), 1e-300) else { continue }
            let unit = column.map { $0 / norm }
            basis.append(unit)
            let share = dot(residual, unit)
            residual = zip(residual, unit).map { $0 - share * $1 }
        }
        return total > 0 ? 1 - dot(residual, residual) / total : 0
    }
}

import Foundation
import NeuralNetworks

/// *receptive-field-and-width*: besides depth, only the receptive field and the channels at that field decide.
public struct ReceptiveFieldAndWidth: Claim {
    /// What is claimed, what is done, and what decides.
    public let text = ClaimText(
        id: "receptive-field-and-width", group: .networks,
        statement:
            "Besides depth, only the receptive field and the number of channels at that field decide a network's accuracy.",
        source: "Zheng Ankun 2019: three plain cascades beat the dilated net, depthwise ones are slightly below it",
        method: """
            Ten 3×3 layers cover the large-kernel net's field of 21 pixels. Three plain cascades of different channels, one depthwise, one mixed, and the four-layer \
            nets of several fields are trained with the same seeds (full effort adds the widened ones). Mean accuracy is regressed on the logarithms of field, mean width and depth by least \
            squares, width being the mean of the channels that its layers write; a number of weights that adds much to it would speak against the claim.
            """,
        criteria: [
            "each of the three plain cascades is better than dilated 1-2-4-8 (paired 95 % intervals above 0)",
            "the depthwise cascade is below dilated by 0 to 3 points (90 % interval)",
            "field, width and depth explain at least 80 % of the variance between networks",
        ])

    /// Networks are shared out over ranks.
    public let isForAllRanks = true

    private let scores: ScoreSource
    private static let cascades = ["cascade", "cascade-narrow", "cascade-wide"]
    private static let plain =
        ["dilated", "dilated-1-1-2-4", "dilated-1-2-3-4", "strided"] + cascades + [
            "depthwise-cascade", "mixed-cascade",
        ]
    /// Those of several times as many channels, which only the author's effort trains.
    private static let widened = ["dilated-wide", "strided-wide", "cascade-wide-512"]

    /// The claim about `scores`.
    public init(scores: @escaping ScoreSource = trainedScores) {
        self.scores = scores
    }

    /// Runs the experiment.
    /// - Throws: What training a network or reading a stored one throws, and `ExperimentError.stopped` where somebody asked to stop.
    public func evidence(_ context: ExperimentContext) throws -> Evidence {
        let names = Self.plain + (context.effort == .full ? Self.widened : [])
        let contest = try Contest(
            names.map { Contestant($0, context) }, budget: .cascades(context.effort), from: scores, context)
        let cascades = Self.cascades.map { contest.difference($0, "dilated") }
        let depthwise = contest.difference("dilated", "depthwise-cascade")
        // From 0 to 3 points is 1.5 points on either side of 1.5.
        let isSlight = Outcome(
            depthwise.mean.interval(confidence: 0.9).map { ($0.lowerBound - 0.015)...($0.upperBound - 0.015) },
            isWithin: 0.015)
        let means = contest.scores.map { SampleMean($0.map(\.accuracy)).mean }
        let fields = contest.scores.map { Double($0.first?.receptiveField ?? 1) }
        let layers = contest.contestants.map { $0.network.kernelChannels }
        let depths = layers.map { Double($0.count) }
        let widths = layers.map { Double($0.reduce(0, +)) / Double(max($0.count, 1)) }
        let three = means.indices.map { [log(fields[$0]), log(widths[$0]), log(depths[$0])] }
        let weights = contest.scores.map { log(Double(max($0.first?.parameters ?? 1, 1))) }
        let explained = Self.explained(rows: zip(three, means).map { ($0, $1) })
        let withWeights = Self.explained(rows: means.indices.map { (three[$0] + [weights[$0]], means[$0]) })
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
                \(names.count) networks.
                """)
        evidence.measured += [
            Quantity("variance explained by field, width and depth", explained, unit: "%"),
            Quantity("the same with the number of weights as a fourth", withWeights, unit: "%"),
        ]
        func series(_ label: String, _ depth: Double) -> ClaimFigure.Series {
            let own = depths.indices.filter { depths[$0] == depth }
            return .init(label, x: own.map { fields[$0] }, y: own.map { means[$0] }, isLine: false)
        }
        evidence.figures.append(
            ClaimFigure(
                "Accuracy against receptive field", x: .init("field (pixels)"), y: .init("test accuracy"),
                [series("four layers", 4), series("ten layers", 10)],
                caption: "Means over seeds; one point for each network."))
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

extension NetworkDescription {
    /// The channels that each convolution larger than 1×1 writes, layer by layer, branches left out.
    var kernelChannels: [Int] {
        layers.compactMap { layer in
            if case .convolution(let convolution) = layer, convolution.vertical.kernel > 1 {
                convolution.channels
            } else {
                nil
            }
        }
    }
}

import Datasets
import NeuralNetworks
import Training

/// *multi-field-branches*: without resolution changes a network can branch at several receptive fields.
public struct MultiFieldBranches: Claim {
    /// What is claimed, what is done, and what decides.
    public let text = ClaimText(
        id: "multi-field-branches", group: .networks,
        statement: """
            Without any change of resolution a network can branch at several receptive fields, for small, medium and large objects, and skip connections fuse fields.
            """,
        source: "Zheng Ankun 2019",
        method: """
            Digits at half, natural and double size are composed into pictures of 96×96 pixels, so that their boxes are known. A detector with a branch at each of three fields is trained \
            beside one with a single branch at the largest field and as many parameters, with the same seeds and pictures; average precision is at \
            intersection over union 0.5, by size. Digits are cut from M2NIST where it is at hand, else drawn; none that is tested was learned.
            """,
        criteria: [
            "the branched detector finds each size: average precision above 0.5 for small, medium and large (95 % intervals)",
            "its mean average precision exceeds the single branch's (paired 95 % interval above 0)",
            "it is not worse by 0.05 at any size (90 % intervals)",
        ])

    /// Networks are shared out over ranks.
    public let isForAllRanks = true

    /// Average precisions for small, medium and large objects of the network called `name`.
    public typealias Source =
        @Sendable (_ name: String, _ seed: UInt64, _ context: ExperimentContext) throws -> [Double]

    private let precisions: Source

    /// The claim about `precisions`, those of trained detectors unless others are given.
    public init(precisions: @escaping Source = Self.trained) {
        self.precisions = precisions
    }

    /// Detectors trained for as many steps as the effort allows, and tested on pictures of digits they have not seen.
    public static let trained: Source = { name, seed, context in
        guard let standard = StandardNetwork.named(name) else {
            preconditionFailure("there is no network '\(name)'")
        }
        let data = context.data.segmentation
        let glyphs: (training: [Glyph], test: [Glyph]) =
            data.name == "m2nist"
            ? DigitGlyphs.cut(from: data) : (DigitGlyphs.drawn(0..<600, seed: 1), DigitGlyphs.drawn(600..<800, seed: 1))
        guard !glyphs.training.isEmpty, !glyphs.test.isEmpty else {
            throw ExperimentError.missing("multi-field-branches: found no digits to cut out of m2nist, wanted some")
        }
        var settings = TrainingSettings()
        settings.epochs = 1
        settings.stepsPerEpoch = context.effort.choose(6, 600, 8_000)
        settings.batch = context.effort.choose(4, 8, 8)
        settings.seed = seed
        settings.schedule = .cosine(steps: settings.steps)
        let trainer = try DetectionTrainer(
            standard.description(), on: ComposedDigits(glyphs.training, seed: seed), layout: DetectionLayout(),
            settings: settings)
        while trainer.steps < settings.steps {
            try context.progress(Double(trainer.steps) / Double(settings.steps), "trains \(name), seed \(seed)")
            try trainer.step()
        }
        let tests = context.effort.choose(8, 200, 500)
        let precision = trainer.averagePrecision(in: ComposedDigits(glyphs.test, seed: ~seed), at: 0..<tests)
        return precision.bySize.map { $0 ?? 0 }
    }

    /// Runs the experiment.
    /// - Throws: What training a network or reading a stored one throws, and `ExperimentError.stopped` where somebody asked to stop.
    public func evidence(_ context: ExperimentContext) throws -> Evidence {
        let names = ["detector", "detector-one-branch"]
        let sizes = ["small", "medium", "large"]
        // values[network][size][seed]
        var values = names.map { _ in sizes.map { _ in [Double]() } }
        let runs = context.seeds.flatMap { seed in names.indices.map { (network: $0, seed: seed) } }
        let found = try context.each(runs) { try precisions(names[$0.network], $0.seed, $1) }
        for (run, found) in zip(runs, found) {
            precondition(found.count == sizes.count, "there is a precision for each size")
            for size in sizes.indices { values[run.network][size].append(found[size]) }
        }
        func means(_ network: Int) -> [Double] {
            context.seeds.indices.map { seed in
                sizes.indices.reduce(0) { $0 + values[network][$1][seed] } / Double(sizes.count)
            }
        }
        let difference = PairedDifference(means(0), means(1))
        let bySize = sizes.indices.map { PairedDifference(values[0][$0], values[1][$0]) }
        let own = values[0].map { SampleMean($0) }
        // Detectors that find nothing tell nothing.
        let isInformative = max(SampleMean(means(0)).mean, SampleMean(means(1)).mean) >= 0.1
        func judged(_ outcome: Outcome) -> Outcome { isInformative ? outcome : .undecided }
        func list(_ numbers: [Double]) -> String {
            zip(sizes, numbers).map { "\($0) \(words($1))" }.joined(separator: ", ")
        }
        var evidence = Evidence(
            [
                (judged(Outcome.all(own.map { Outcome($0.interval, isAbove: 0.5) })), list(own.map(\.mean))),
                (judged(difference.isPositive), "mean difference \(words(difference.mean.mean))"),
                (
                    judged(Outcome.all(bySize.map { $0.isNotWorse(than: 0.05) })),
                    "differences: \(list(bySize.map(\.mean.mean)))"
                ),
            ],
            summary: """
                Average precision with branches at three fields: \(list(own.map(\.mean))); less a single branch's: \(list(bySize.map(\.mean.mean))).
                """)
        evidence.measured = names.indices.flatMap { network in
            sizes.indices.map {
                Quantity("average precision, \(names[network]), \(sizes[$0])", of: values[network][$0])
            }
        }
        evidence.measured.append(Quantity("mean, branched less single", of: difference.values))
        evidence.figures = [
            ClaimFigure(
                "Average precision by size", x: .init("", categories: sizes), y: .init("average precision"),
                names.indices.map { network in
                    let means = values[network].map { SampleMean($0) }
                    return .init(
                        names[network], x: [0, 1, 2], y: means.map(\.mean),
                        intervals: means.map { $0.interval ?? $0.mean...$0.mean }, isLine: false)
                })
        ]
        if !isInformative {
            evidence.remarks = ["Neither detector finds a tenth of the objects, so that nothing is decided."]
        }
        evidence.seeds = context.seeds
        evidence.data = context.data.segmentation.name == "m2nist" ? "digits of m2nist" : "drawn digits"
        return evidence
    }
}

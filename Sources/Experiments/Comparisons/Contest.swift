import Datasets
import NeuralNetworks
import Training

/// One network of a comparison, and how it is trained beside the budget that all of them share.
public struct Contestant: Sendable {
    /// What it is called in tables.
    public let label: String
    /// The network.
    public let network: NetworkDescription
    /// What it learns.
    public let dataset: Dataset
    /// The share of its weights that is zeroed in training, by magnitude within each tensor; none where nil.
    public let pruned: Double?

    /// A network that learns `dataset`.
    public init(_ label: String, _ network: NetworkDescription, on dataset: Dataset, pruned: Double? = nil) {
        self.label = label
        self.network = network
        self.dataset = dataset
        self.pruned = pruned
    }

    /// The standard network of that name on the context's pictures.
    public init(_ name: String, _ context: ExperimentContext, label: String? = nil, pruned: Double? = nil) {
        self.init(label ?? name, context.standard(name), on: context.data.pictures, pruned: pruned)
    }
}

/// What a trained network of a comparison reached.
public struct NetworkScore: Sendable, Hashable, Codable {
    /// The test accuracy, as a share; of pixels for a network that scores pixels.
    public var accuracy: Double
    /// The test accuracy with normalisation statistics re-estimated on training pictures, where it was taken too.
    public var reestimated: Double?
    /// Training less test accuracy.
    public var gap: Double
    /// The number of weights that may be other than zero.
    public var parameters: Int
    /// The pixels along an axis that a score depends on.
    public var receptiveField: Int
    /// The accuracy on pixels that are no background, for networks that score pixels.
    public var foregroundAccuracy: Double?
    /// The mean intersection over union of the classes other than the background.
    public var foregroundOverUnion: Double?

    /// A score.
    public init(accuracy: Double, gap: Double = 0, parameters: Int = 0, receptiveField: Int = 1) {
        self.accuracy = accuracy
        self.gap = gap
        self.parameters = parameters
        self.receptiveField = receptiveField
    }
}

/// Where scores come from: the ingredient that tests replace by numbers.
public typealias ScoreSource =
    @Sendable (_ contestant: Contestant, _ seed: UInt64, _ budget: TrainingBudget, _ context: ExperimentContext) throws
    ->
    NetworkScore

/// Scores of networks that are trained, each once for all claims that compare it.
public let trainedScores: ScoreSource = { contestant, seed, budget, context in
    var settings = budget.settings(of: contestant.network, seed: seed)
    if let share = contestant.pruned {
        // The article prunes from a fifth of the run on.
        settings.pruning = PruningSettings(sparsity: share, begin: budget.steps / 5, end: budget.steps)
    }
    let (dataset, test) = (contestant.dataset, contestant.dataset.test)
    if test.labelling == .perPixel {
        let trained = try context.networks.trained(contestant.network, on: dataset, settings, context)
        let evaluation = trained.reestimated(on: dataset.training).evaluated(on: test)
        let digits = 0..<test.classNames.count - 1
        var score = NetworkScore(trained.history, of: trained.graph, accuracy: evaluation.accuracy)
        score.foregroundAccuracy = evaluation.accuracy(of: digits) ?? 0
        score.foregroundOverUnion = evaluation.meanIntersectionOverUnion(of: digits) ?? 0
        return score
    }
    let history =
        try context.networks.storedHistory(of: contestant.network, on: dataset, settings)
        ?? context.networks.trained(contestant.network, on: dataset, settings, context).history
    let graph = try NetworkGraph(contestant.network, height: test.height, width: test.width)
    let reestimated = budget.reestimates ? history.primaryReestimatedAccuracy : nil
    let accuracy = reestimated ?? history.primaryAccuracy
    return NetworkScore(history, of: graph, accuracy: accuracy ?? 0)
}

extension NetworkScore {
    /// The score of a run.
    fileprivate init(_ history: TrainingHistory, of graph: NetworkGraph, accuracy: Double) {
        self.init(
            accuracy: accuracy, gap: history.generalizationGap ?? 0,
            parameters: history.epochs.last?.keptWeights ?? graph.trainableCount, receptiveField: graph.receptiveField)
        reestimated = history.primaryReestimatedAccuracy
    }
}

/// Networks trained with the same seeds and the same budget, to be compared seed by seed.
public struct Contest {
    /// The networks.
    public let contestants: [Contestant]
    /// The scores of each, one for each seed.
    public let scores: [[NetworkScore]]
    /// How long each was trained.
    public let budget: TrainingBudget
    /// The seeds, in the order of the scores.
    public let seeds: [UInt64]
    /// Whether the runs were there before, of the author's length.
    public let isStored: Bool

    /// Scores `contestants` with every seed of the context.
    ///
    /// At standard effort runs of the author's length are used in place of shorter ones where at least two seeds of every contestant are stored: all such
    /// seeds, unless a number was asked for.
    /// - Parameters:
    ///   - contestants: The networks to compare.
    ///   - budget: How long each is trained where no stored runs are used; the context's where nil.
    ///   - source: What trains and tests a network.
    ///   - context: Effort, pictures and seeds.
    /// - Throws: What `source` throws, and `ExperimentError.stopped` where somebody asked to stop.
    public init(
        _ contestants: [Contestant], budget: TrainingBudget? = nil, from source: ScoreSource,
        _ context: ExperimentContext
    ) throws {
        let stored = Self.storedSeeds(of: contestants, context)
        let budget = stored == nil ? budget ?? context.budget : .author
        let seeds = stored ?? context.seeds
        // Seeds outside, so that a run that is stopped has whole comparisons.
        let runs = seeds.flatMap { seed in contestants.map { (contestant: $0, seed: seed) } }
        let found = try context.each(runs) { run, part in
            try part.progress(0, run.contestant.label)
            return try source(run.contestant, run.seed, budget, part)
        }
        self.contestants = contestants
        scores = contestants.indices.map { place in seeds.indices.map { found[$0 * contestants.count + place] } }
        self.budget = budget
        self.seeds = seeds
        isStored = stored != nil
    }

    private static func storedSeeds(of contestants: [Contestant], _ context: ExperimentContext) -> [UInt64]? {
        guard context.effort == .standard, contestants.allSatisfy({ $0.pruned == nil }) else { return nil }
        let seeds = context.networks.storedSeeds(
            of: contestants.map { ($0.network, $0.dataset) }, TrainingBudget.author.settings(of:seed:)
        ).filter { !context.isSeedCountAsked || context.seeds.contains($0) }
        return seeds.count >= 2 ? seeds : nil
    }

    /// The scores of the network called `label`.
    public func scores(of label: String) -> [NetworkScore] {
        guard let place = contestants.firstIndex(where: { $0.label == label }) else {
            preconditionFailure("no network of this comparison is called \(label)")
        }
        return scores[place]
    }

    /// The accuracies of the network called `label`.
    public func accuracies(of label: String) -> [Double] { scores(of: label).map(\.accuracy) }

    /// How much better the first is than the second, seed by seed.
    public func difference(_ first: String, _ second: String) -> PairedDifference {
        PairedDifference(accuracies(of: first), accuracies(of: second))
    }

    /// That difference of accuracies with re-estimated normalisation statistics, where the primary figure is another; else nil.
    public func reestimatedDifference(_ first: String, _ second: String) -> PairedDifference? {
        guard !budget.reestimates else { return nil }
        let (one, two) = (scores(of: first).compactMap(\.reestimated), scores(of: second).compactMap(\.reestimated))
        return one.count == seeds.count && two.count == seeds.count ? PairedDifference(one, two) : nil
    }

    /// Whether networks learned enough to be compared: the best of them is better than guessing by a factor of two.
    public var isInformative: Bool {
        let classes = Double(contestants.first?.dataset.training.classNames.count ?? 1)
        let best = scores.map { SampleMean($0.map(\.accuracy)).mean }.max() ?? 0
        return best >= 2 / classes
    }

    /// An outcome of a comparison, undecided where networks learned too little.
    public func judged(_ outcome: Outcome) -> Outcome { isInformative ? outcome : .undecided }

    /// Evidence with table and figure of all networks.
    public func evidence(
        _ outcomes: [(outcome: Outcome, found: String)], summary: String, unit: String = "test accuracy"
    ) -> Evidence {
        var evidence = Evidence(outcomes.map { (judged($0.outcome), $0.found) }, summary: summary)
        let means = scores.map { SampleMean($0.map(\.accuracy)) }
        evidence.measured = contestants.indices.map {
            Quantity("\(unit), \(contestants[$0].label)", of: scores[$0].map(\.accuracy), unit: "%")
        }
        evidence.figures = [
            ClaimFigure(
                "\(unit.prefix(1).uppercased())\(unit.dropFirst())", x: .init(unit),
                y: .init("", categories: contestants.reversed().map(\.label)),
                [
                    .init(
                        "mean over seeds", x: means.map(\.mean),
                        y: contestants.indices.map { Double(contestants.count - 1 - $0) }, isLine: false),
                    .init(
                        "single runs", x: scores.flatMap { $0.map(\.accuracy) },
                        y: contestants.indices.flatMap { place in
                            scores[place].map { _ in Double(contestants.count - 1 - place) }
                        }, isLine: false),
                ])
        ]
        evidence.tables = [table(unit)]
        let data = contestants.first?.dataset.name ?? ""
        evidence.remarks = [
            "All networks were trained on \(data) with the same seeds for \(budget.words)\(isStored ? ", in runs that were stored" : ""). \(figureWords)"
        ]
        if !isInformative {
            evidence.remarks.append("No network is twice as good as guessing, so that nothing is decided from them.")
        }
        evidence.seeds = seeds
        evidence.data = data
        return evidence
    }

    private func table(_ unit: String) -> ClaimTable {
        var columns = ["network", "field", "weights", unit, "95 % interval", "training less test"]
        if !budget.reestimates { columns.append("re-estimated") }
        return ClaimTable(
            "Networks", columns: columns,
            rows: contestants.indices.map { place in
                let own = scores[place]
                let mean = SampleMean(own.map(\.accuracy))
                var cells = [
                    contestants[place].label, "\(own.first?.receptiveField ?? 1)", "\(own.first?.parameters ?? 0)",
                    percent(mean.mean, decimals: 2),
                    mean.interval.map {
                        "\(percent($0.lowerBound, decimals: 2)) to \(percent($0.upperBound, decimals: 2))"
                    } ?? "–",
                    percent(SampleMean(own.map(\.gap)).mean, decimals: 2),
                ]
                if !budget.reestimates {
                    cells.append(percent(SampleMean(own.compactMap(\.reestimated)).mean, decimals: 2))
                }
                return cells
            },
            footer:
                "Means over \(seeds.count) seeds; the receptive field is in pixels along an axis. Training less test: of varied pictures in the last "
                + "epoch, less of test pictures with normalisation statistics re-estimated on training pictures"
                + (budget.reestimates ? "." : ", as in the last column."))
    }

    private var figureWords: String {
        if contestants.first?.dataset.test.labelling == .perPixel {
            return
                "Accuracies are those of the last weights, with normalisation statistics re-estimated on training pictures."
        }
        return budget.reestimates
            ? "Accuracies are those with normalisation statistics re-estimated on training pictures."
            : "Accuracies are means over the last ten epochs, with running averages as normalisation statistics."
    }
}

import KernelFitting
import NeuralNetworks

/// *substitution*: a network whose kernels are replaced by their fits still works.
public struct Substitution: Claim {
    /// What is claimed, what is done, and what decides.
    public let text = ClaimText(
        id: "substitution", group: .learnedKernels,
        statement: "A network whose kernels are replaced by their fits with Gaussian jets still works.",
        source: "Zheng Ankun 2019, “Learned kernels”",
        method: """
            The kernels of trained dilated networks are projected onto Gaussian jets of order 0 … 4, one σ a layer, layer by layer and all together, and onto random spaces of \
            the same dimension; normalisation statistics are re-estimated. Then training goes on inside the span: every step's kernels are projected onto it, so that only \
            coefficients change. 3×3 kernels have nine taps, of which order 2 spans six and order 3 eight. The same is done with one network each of other kinds that are at hand, \
            trained by this project or by others; the criterion is about the dilated ones alone.
            """,
        criteria: [
            "all layers at order 2 lose less than 5 points (paired 95 % interval)",
            "they lose less than random spaces of the same dimension (paired 95 % interval above 0)",
            "after training the coefficients alone they are not worse by 2 points than the network after the same training of all taps (90 % interval)",
        ])

    /// Networks are shared out over ranks.
    public let isForAllRanks = true

    private let networks: NetworkSource?
    private let steps: Int?
    private let span: SubstitutionStudy.Span

    /// The claim about `networks`.
    ///
    /// - Parameters:
    ///   - networks: Makes or finds the networks whose kernels are replaced.
    ///   - steps: The steps of further training; the effort's where nil.
    ///   - kernels: Kernels that span the space to project a layer onto, in place of the jet of that order.
    public init(
        networks: NetworkSource? = nil, steps: Int? = nil,
        kernels: (@Sendable (_ layer: KernelLayer, _ order: Int) -> [[Double]])? = nil
    ) {
        self.networks = networks
        self.steps = steps
        if let kernels {
            span = { KernelSpan(kernels($0, $1)) }
        } else {
            span = SubstitutionStudy.jets
        }
    }

    private static func furtherSteps(_ effort: Effort) -> Int { effort.choose(30, 400, 4_000) }

    /// The kinds of networks whose longest stored runs are looked at, one each.
    private static let otherNames = ["dilated", "strided", "dilated-1-1-2-4", "large-kernel", "cascade"]

    /// Runs the experiment.
    /// - Throws: What training a network, reading a stored one or fitting its kernels throws, and `ExperimentError.stopped` where somebody asked to stop.
    public func evidence(_ context: ExperimentContext) throws -> Evidence {
        let pictures = context.data.pictures
        let runs = context.mostTrainedRuns(of: context.standard("dilated"), atLeast: context.seedCount)
        let steps = steps ?? Self.furtherSteps(context.effort)
        let others = try others(context)
        // Other networks are shown beside them; fewer pictures will do.
        let some = pictures.test[0..<min(pictures.test.count, context.effort.choose(250, 2_000, 10_000))]
        let count = runs.seeds.count
        let studies = try context.each(Array(0..<count + others.count)) { place, part in
            guard place < count else {
                let other = others[place - count]
                return try SubstitutionStudy(
                    of: other.network, other.name, seed: context.seed, steps: steps, test: some, onto: span, part)
            }
            let seed = runs.seeds[place]
            let network = try (networks ?? runs.network)(
                context.standard("dilated"), seed, part.part(from: 0, to: 0.4))
            return try SubstitutionStudy(
                of: network, "dilated, seed \(seed)", seed: seed, steps: steps, test: pictures.test, onto: span,
                part.part(from: 0.4, to: 1))
        }
        let (own, beside) = (Array(studies[..<count]), Array(studies[count...]))
        var evidence = evidence(own, context)
        evidence.tables += [Self.table("All networks", own + beside)]
        if !beside.isEmpty { evidence.figures.append(Self.figure(beside)) }
        evidence.remarks = [runs.words] + others.map(\.words) + ["Further training: \(steps) steps of 32 pictures."]
        if !beside.isEmpty {
            evidence.remarks.append("The other networks were tested on \(some.count) pictures.")
        }
        evidence.seeds = runs.seeds
        return evidence
    }

    /// One stored run of each other kind, and the networks of others.
    private func others(
        _ context: ExperimentContext
    ) throws -> [(name: String, network: LearnedNetwork, words: String)] {
        let stored = try Self.otherNames.compactMap { name -> (String, LearnedNetwork, String)? in
            let network = context.standard(name)
            guard let run = context.longestRun(of: network) else { return nil }
            return ("\(name), stored run", try run.network(network, run.seeds[0], context), run.words)
        }
        return stored
            + context.data.networks.map { ($0.graph.network.name, $0, "\($0.graph.network.name): trained by others.") }
    }

    private func evidence(_ studies: [SubstitutionStudy], _ context: ExperimentContext) -> Evidence {
        let whole = studies.map(\.whole)
        let two = studies.map { $0.byOrder[2] }
        let loss = PairedDifference(two, whole)
        let beyondRandom = PairedDifference(two, studies.map { $0.random[2] })
        let after = PairedDifference(studies.map(\.tuned.inSpan), studies.map(\.tuned.free))
        // A network that guesses loses nothing.
        let classes = Double(context.data.pictures.training.classNames.count)
        let isInformative = SampleMean(whole).mean >= 2 / classes
        func judged(_ outcome: Outcome) -> Outcome { isInformative ? outcome : .undecided }
        var evidence = Evidence(
            [
                (judged(Outcome(loss.interval, isAbove: -0.05)), points(loss)),
                (judged(beyondRandom.isPositive), points(beyondRandom)),
                (judged(after.isNotWorse(than: 0.02)), points(after, confidence: 0.9)),
            ],
            summary: """
                Replacing all kernels by their fits of order 2 changes accuracy by \(points(loss)), \(points(beyondRandom)) against random spaces of as many dimensions; after training \
                coefficients alone \(points(after)) against training all taps.
                """)
        evidence.measured = [
            Quantity("accuracy, whole", of: whole, unit: "%"),
            Quantity("order 2 less whole", of: loss.values, unit: "%"),
            Quantity("order 2 less random spaces", of: beyondRandom.values, unit: "%"),
            Quantity("order 2 after training less whole after training", of: after.values, unit: "%"),
        ]
        let orders = SubstitutionStudy.orders.map(Double.init)
        func series(_ label: String, _ values: KeyPath<SubstitutionStudy, [Double]>) -> ClaimFigure.Series {
            let means = orders.indices.map { order in SampleMean(studies.map { $0[keyPath: values][order] }) }
            return .init(
                label, x: orders, y: means.map(\.mean), intervals: means.map { $0.interval ?? $0.mean...$0.mean })
        }
        let mean = SampleMean(whole).mean
        evidence.figures = [
            ClaimFigure(
                "Accuracy with fitted kernels", x: .init("order of the jet"), y: .init("test accuracy"),
                [
                    series("jets", \.byOrder), series("random spaces", \.random),
                    .init("whole kernels", x: [0, 4], y: [mean, mean]),
                ], caption: "Means over seeds with 95 % intervals; all layers at once.")
        ]
        evidence.tables = [
            ClaimTable(
                "Order 2 in one layer alone", columns: ["layer", "accuracy less whole"],
                rows: (studies.first?.byLayer ?? []).indices.map { layer in
                    ["\(layer + 1)", points(PairedDifference(studies.map { $0.byLayer[layer] }, whole))]
                })
        ]
        evidence.data = context.data.pictures.name
        return evidence
    }

    private static func table(_ title: String, _ studies: [SubstitutionStudy]) -> ClaimTable {
        func cell(_ share: Double) -> String { percent(share) }
        return ClaimTable(
            title,
            columns: [
                "network", "whole", "order 1", "order 2", "order 3", "order 4", "random, as order 2",
                "order 2, worst layer alone", "trained on, order 2", "trained on, all taps",
            ],
            rows: studies.map { study in
                [study.name, cell(study.whole)] + (1...4).map { cell(study.byOrder[$0]) }
                    + [
                        cell(study.random[2]), cell(study.byLayer.min() ?? 0), cell(study.tuned.inSpan),
                        cell(study.tuned.free),
                    ]
            },
            footer: "Test accuracy. Random: kernels projected onto random spaces of the dimension that order 2 has.")
    }

    private static func figure(_ studies: [SubstitutionStudy]) -> ClaimFigure {
        let orders = SubstitutionStudy.orders.map(Double.init)
        return ClaimFigure(
            "Other networks", x: .init("order of the jet"), y: .init("test accuracy less that of whole kernels"),
            studies.map { study in .init(study.name, x: orders, y: study.byOrder.map { $0 - study.whole }) },
            caption: "All layers at once, one run each. 3×3 kernels are whole from order 4 on.")
    }
}

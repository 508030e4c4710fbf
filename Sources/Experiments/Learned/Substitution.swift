import GaussianKernels
import KernelFitting
import NeuralNetworks
import Randomness

/// *substitution*: a network whose kernels are replaced by their fits still works.
public struct Substitution: Claim {
    /// The stable name.
    public let id = "substitution"
    /// What is claimed.
    public let statement = "A network whose kernels are replaced by their fits with Gaussian jets still works."
    /// Who claims it, where.
    public let source = "Zheng Ankun 2019, “Learned kernels”"
    /// The group it belongs to.
    public let group = ClaimGroup.learnedKernels
    /// What is done.
    public let method = """
        The kernels of trained dilated networks are projected onto Gaussian jets of order 0 … 4, one σ a layer, layer by layer and all together, and onto random spaces of \
        the same dimension; normalisation statistics are re-estimated. Then training goes on inside the span: every step's kernels are projected onto it, so that only \
        coefficients change. 3×3 kernels have nine taps, of which order 2 spans six and order 3 eight.
        """
    /// What decides, part by part.
    public let criteria = [
        "all layers at order 2 lose less than 5 points (paired 95 % interval)",
        "they lose less than random spaces of the same dimension (paired 95 % interval above 0)",
        "after training the coefficients alone they are not worse by 2 points than the network after the same training of all taps (90 % interval)",
    ]

    private let networks: NetworkSource
    private let steps: Int?
    private static func furtherSteps(_ effort: Effort) -> Int { effort.choose(30, 400, 4_000) }
    private let span: @Sendable (KernelLayer, Int) throws -> [[Double]]?

    /// The claim about `networks`.
    ///
    /// - Parameters:
    ///   - networks: Makes or finds the networks whose kernels are replaced.
    ///   - steps: The steps of further training; the effort's where nil.
    ///   - span: Kernels that span the space to project onto, where it is not the jet of that order.
    public init(
        networks: @escaping NetworkSource = mostTrained, steps: Int? = nil,
        span: @escaping @Sendable (_ layer: KernelLayer, _ order: Int) throws -> [[Double]]? = { _, _ in nil }
    ) {
        self.networks = networks
        self.steps = steps
        self.span = span
    }

    /// Runs the experiment.
    public func evidence(_ context: ExperimentContext) throws -> Evidence {
        var whole: [Double] = []
        var byOrder = (0...4).map { _ in [Double]() }
        var random = byOrder
        var byLayer: [[Double]] = []
        var (tuned, tunedWhole) = ([Double](), [Double]())
        let steps = steps ?? Self.furtherSteps(context.effort)
        let runs = context.mostTrainedRuns(of: context.standard("dilated"))
        for (place, seed) in runs.seeds.enumerated() {
            let part = context.part(
                from: Double(place) / Double(runs.seeds.count), to: Double(place + 1) / Double(runs.seeds.count))
            let network = try networks(context.standard("dilated"), seed, part.part(from: 0, to: 0.4))
            whole.append(accuracy(network, context))
            var generator = SeededGenerator(seed: seed)
            for order in 0...4 {
                try part.progress(0.4 + 0.05 * Double(order), "order \(order)")
                let spans = try spans(network, order)
                byOrder[order].append(accuracy(projected(network, spans), context))
                // In the order of the layers: that of a dictionary changes from process to process, and with it the draws.
                var arbitrary = spans
                for place in network.kernelPlaces {
                    guard let (span, taps) = spans[place] else { continue }
                    arbitrary[place] = (KernelSpan(random: &generator, dimension: span.dimension, taps: taps), taps)
                }
                random[order].append(accuracy(projected(network, arbitrary), context))
            }
            let two = try spans(network, 2)
            byLayer.append(
                network.kernelPlaces.map { place in
                    accuracy(projected(network, two.filter { $0.key == place }), context)
                })
            let inSpan = try ConstrainedFineTuning.run(
                network, on: context.data.pictures, steps: steps, seed: seed, part.part(from: 0.7, to: 0.85)
            ) { weights in
                var moved = network
                moved.weights = weights
                weights = projected(moved, two).weights
            }
            tuned.append(accuracy(inSpan, context))
            let free = try ConstrainedFineTuning.run(
                network, on: context.data.pictures, steps: steps, seed: seed, part.part(from: 0.85, to: 1)
            ) { _ in }
            tunedWhole.append(accuracy(free, context))
        }
        return evidence(
            whole: whole, byOrder: byOrder, random: random, byLayer: byLayer, tuned: (tuned, tunedWhole), runs,
            context)
    }

    private func evidence(
        whole: [Double], byOrder: [[Double]], random: [[Double]], byLayer: [[Double]],
        tuned: (inSpan: [Double], free: [Double]), _ runs: MostTrainedRuns, _ context: ExperimentContext
    ) -> Evidence {
        let loss = PairedDifference(byOrder[2], whole)
        let beyondRandom = PairedDifference(byOrder[2], random[2])
        let after = PairedDifference(tuned.inSpan, tuned.free)
        let classes = Double(context.data.pictures.training.classNames.count)
        // A network that guesses loses nothing.
        let isInformative = SampleMean(whole).mean >= 2 / classes
        func judged(_ outcome: Outcome) -> Outcome { isInformative ? outcome : .undecided }
        var evidence = Evidence(
            [
                (judged(Outcome(loss.interval, isAbove: -0.05)), points(loss)),
                (judged(beyondRandom.isPositive), points(beyondRandom)),
                (judged(after.isNotWorse(than: 0.02)), points(after)),
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
        let orders = (0...4).map(Double.init)
        func series(_ label: String, _ values: [[Double]]) -> ClaimFigure.Series {
            let means = values.map { SampleMean($0) }
            return .init(
                label, x: orders, y: means.map(\.mean), intervals: means.map { $0.interval ?? $0.mean...$0.mean })
        }
        let mean = SampleMean(whole).mean
        evidence.figures = [
            ClaimFigure(
                "Accuracy with fitted kernels", x: .init("order of the jet"), y: .init("test accuracy"),
                [
                    series("jets", byOrder), series("random spaces", random),
                    .init("whole kernels", x: [0, 4], y: [mean, mean]),
                ], caption: "Means over seeds with 95 % intervals; all layers at once.")
        ]
        evidence.tables = [
            ClaimTable(
                "Order 2 in one layer alone", columns: ["layer", "accuracy less whole"],
                rows: (byLayer.first ?? []).indices.map { layer in
                    ["\(layer + 1)", points(PairedDifference(byLayer.map { $0[layer] }, whole))]
                })
        ]
        evidence.remarks = [
            runs.words, "Further training: \(steps ?? Self.furtherSteps(context.effort)) steps of 32 pictures.",
        ]
        evidence.seeds = runs.seeds
        evidence.data = context.data.pictures.name
        return evidence
    }

    private func spans(_ network: LearnedNetwork, _ order: Int) throws -> [Int: (span: KernelSpan, taps: Int)] {
        var spans: [Int: (span: KernelSpan, taps: Int)] = [:]
        for place in network.kernelPlaces {
            let layer = network.kernelLayer(at: place)
            let own = try span(layer, order).map { KernelSpan($0) } ?? KernelSpan(jetOf: layer, order: order)
            spans[place] = (own, layer.tapCount)
        }
        return spans
    }

    private func projected(_ network: LearnedNetwork, _ spans: [Int: (span: KernelSpan, taps: Int)]) -> LearnedNetwork {
        var result = network
        for (place, entry) in spans {
            result.setTaps(entry.span.projected(network.kernelLayer(at: place).taps, tapCount: entry.taps), at: place)
        }
        return result
    }

    private func accuracy(_ network: LearnedNetwork, _ context: ExperimentContext) -> Double {
        network.reestimated(on: context.data.pictures.training, batches: 20)
            .evaluated(on: context.data.pictures.test).accuracy
    }
}

import NeuralNetworks
import Randomness
import Tensors
import Training

/// *redundancy*: more than half of a trained network's kernel weights are redundant.
public struct Redundancy: Claim {
    /// What is claimed, what is done, and what decides.
    public let text = ClaimText(
        id: "redundancy", group: .learnedKernels,
        statement: "More than half of a trained network's kernel weights are redundant: without them it works as well.",
        source: "Zheng Ankun 2019, “Learned kernels”",
        method: """
            Of trained dilated networks the smallest weights of each kernel tensor are set to zero, from 25 to 90 %, once, and again with further training that keeps the zeros; the \
            control is zeroing at random. Normalisation statistics are re-estimated. Redundant means that accuracy stays within 1 point: an equivalence \
            test, paired by seed, against the same further training without zeros.
            """,
        criteria: [
            "with 55 % zeroed and further training, accuracy is not worse by 1 point (90 % interval)",
            "with 55 % zeroed once, accuracy is not worse by 1 point (likewise)",
            "zeroing the smallest weights costs less than zeroing random ones (paired 95 % interval above 0)",
        ])

    /// Networks are shared out over ranks.
    public let isForAllRanks = true

    private let networks: NetworkSource?
    private let steps: Int?
    private let magnitude: @Sendable (Float, inout SeededGenerator) -> Float
    private static func furtherSteps(_ effort: Effort) -> Int { effort.choose(30, 400, 4_000) }
    private static let shares = [0.25, 0.55, 0.75, 0.9]

    /// The claim about `networks`, weights being kept by `magnitude`: their own unless it is to be broken;
    /// further training has `steps` steps, the effort's where nil.
    public init(
        networks: NetworkSource? = nil, steps: Int? = nil,
        magnitude: @escaping @Sendable (Float, inout SeededGenerator) -> Float = { weight, _ in abs(weight) }
    ) {
        self.networks = networks
        self.steps = steps
        self.magnitude = magnitude
    }

    /// The accuracies of one network, by the share of zeros.
    private struct Accuracies: Codable {
        let whole: Double
        var tunedWhole = 0.0
        var once: [Double] = []
        var random: [Double] = []
        var tuned: [Int: Double] = [:]
    }

    /// Runs the experiment.
    /// - Throws: What training a network or reading a stored one throws, and `ExperimentError.stopped` where somebody asked to stop.
    public func evidence(_ context: ExperimentContext) throws -> Evidence {
        let steps = steps ?? Self.furtherSteps(context.effort)
        let runs = context.mostTrainedRuns(of: context.standard("dilated"), atLeast: context.seedCount)
        let found = try context.each(runs.seeds) { seed, part in
            let network = try (networks ?? runs.network)(context.standard("dilated"), seed, part.part(from: 0, to: 0.5))
            var found = Accuracies(whole: accuracy(network, part))
            let further = try ConstrainedFineTuning.run(
                network, on: context.data.pictures, steps: steps, seed: seed, part.part(from: 0.5, to: 0.6)
            ) { _ in }
            found.tunedWhole = accuracy(further, part)
            for (index, share) in Self.shares.enumerated() {
                var generator = SeededGenerator(seed: seed, index: index)
                let masks = masks(network, share) { magnitude($0, &generator) }
                found.once.append(accuracy(Self.masked(network, masks), part))
                let arbitrary = self.masks(network, share) { _ in Float(generator.uniform()) }
                found.random.append(accuracy(Self.masked(network, arbitrary), part))
                // The full curve with further training is for longer efforts.
                guard share == 0.55 || context.effort != .quick else { continue }
                let result = try ConstrainedFineTuning.run(
                    network, on: context.data.pictures, steps: steps, seed: seed, part.part(from: 0.6, to: 1)
                ) { weights in Self.apply(masks, to: &weights) }
                found.tuned[index] = accuracy(result, part)
            }
            return found
        }
        return evidence(found, runs, context)
    }

    private func evidence(
        _ found: [Accuracies], _ runs: MostTrainedRuns, _ context: ExperimentContext
    ) -> Evidence {
        let (whole, tunedWhole) = (found.map(\.whole), found.map(\.tunedWhole))
        let once = Self.shares.indices.map { share in found.map { $0.once[share] } }
        let random = Self.shares.indices.map { share in found.map { $0.random[share] } }
        let tuned = Self.shares.indices.map { share in found.compactMap { $0.tuned[share] } }
        let further = PairedDifference(tuned[1], tunedWhole)
        let single = PairedDifference(once[1], whole)
        let control = PairedDifference(once[1], random[1])
        // A network that guesses loses nothing by zeros.
        let classes = Double(context.data.pictures.training.classNames.count)
        let isInformative = SampleMean(whole).mean >= 2 / classes
        func judged(_ outcome: Outcome) -> Outcome { isInformative ? outcome : .undecided }
        var evidence = Evidence(
            [
                (judged(further.isNotWorse(than: 0.01)), points(further, confidence: 0.9)),
                (judged(single.isNotWorse(than: 0.01)), points(single, confidence: 0.9)),
                (judged(control.isPositive), points(control)),
            ],
            summary: """
                Zeroing 55 % of the weights changes accuracy by \(points(single)) at once and by \(points(further)) after further training; the smallest cost less than random ones by \
                \(points(control)).
                """)
        evidence.measured = [
            Quantity("accuracy, whole", of: whole, unit: "%"),
            Quantity("55 % zeroed and further training, less whole", of: further.values, unit: "%"),
            Quantity("55 % zeroed once, less whole", of: single.values, unit: "%"),
            Quantity("smallest less random, 55 %", of: control.values, unit: "%"),
        ]
        func series(_ label: String, _ values: [[Double]], start: [Double]) -> ClaimFigure.Series {
            let kept = values.indices.filter { !values[$0].isEmpty }
            let means = [SampleMean(start)] + kept.map { SampleMean(values[$0]) }
            return .init(
                label, x: [0] + kept.map { Self.shares[$0] }, y: means.map(\.mean),
                intervals: means.map { $0.interval ?? $0.mean...$0.mean })
        }
        evidence.figures = [
            ClaimFigure(
                "Accuracy by share of zeros", x: .init("share of kernel weights zeroed"), y: .init("test accuracy"),
                [
                    series("smallest, once", once, start: whole),
                    series("smallest, further training", tuned, start: tunedWhole),
                    series("random, once", random, start: whole),
                ], caption: "Means over seeds with 95 % intervals.")
        ]
        evidence.remarks = [
            runs.words, "Further training: \(steps ?? Self.furtherSteps(context.effort)) steps of 32 pictures.",
        ]
        evidence.seeds = runs.seeds
        evidence.data = context.data.pictures.name
        return evidence
    }

    private func accuracy(_ network: LearnedNetwork, _ context: ExperimentContext) -> Double {
        network.reestimated(on: context.data.pictures.training).evaluated(on: context.data.pictures.test).accuracy
    }

    /// For each kernel tensor, 1 for what is kept and 0 for the share of least magnitude.
    private func masks(
        _ network: LearnedNetwork, _ share: Double, _ magnitude: (Float) -> Float
    ) -> [Int: Tensor] {
        Dictionary(
            uniqueKeysWithValues: network.kernelPlaces.map { place in
                let weights = network.weights.tensors[place]
                let sizes = weights.elements.map(magnitude)
                let order = sizes.indices.sorted { (sizes[$0], $0) < (sizes[$1], $1) }
                var kept = [Float](repeating: 1, count: sizes.count)
                for index in order.prefix(Int((share * Double(sizes.count)).rounded())) { kept[index] = 0 }
                return (place, Tensor(weights.shape, kept))
            })
    }

    private static func masked(_ network: LearnedNetwork, _ masks: [Int: Tensor]) -> LearnedNetwork {
        var result = network
        apply(masks, to: &result.weights)
        return result
    }

    private static func apply(_ masks: [Int: Tensor], to weights: inout NetworkWeights) {
        for (place, mask) in masks {
            weights.tensors[place].withUnsafeMutableBufferPointer { w in
                mask.withUnsafeBufferPointer { m in for i in w.indices { w[i] *= m[i] } }
            }
        }
    }
}

import Foundation
import KernelFitting
import NeuralNetworks
import Training

/// *directionality*: two taps keep a kernel's field but only one direction; mixing directions stays isotropic.
public struct Directionality: Claim {
    /// What is claimed, what is done, and what decides.
    public let text = ClaimText(
        id: "directionality", group: .learnedKernels,
        statement: """
            Two non-zero taps keep a 3×3 kernel's receptive field but only one direction; a layer that mixes directions stays isotropic.
            """,
        source: "Zheng Ankun 2019, “Learned kernels”",
        method: """
            Dilated networks are trained whose kernels have two taps, at opposite ends: all horizontal, or four directions mixed, and whole ones. The effective receptive \
            field is measured by gradients at the middle of the picture; its anisotropy is the ratio of its spreads along its principal axes. The orientation of a trained kernel is \
            the direction of its gradient, from its first derivatives' coefficients; the resultant of doubled angles is 0 for all directions alike and 1 for a \
            single one.
            """,
        criteria: [
            "horizontal two-tap kernels: the field is at least ten times longer than wide",
            "mixed two-tap kernels: the field's spread along x and y is at least 90 % of that of whole kernels, and its anisotropy below 1.25, on average over seeds",
            "whole trained kernels have no common direction: the resultant is below 0.25 in every layer, on average over seeds",
        ])

    /// Networks are shared out over ranks.
    public let isForAllRanks = true

    /// Where a network with two taps a kernel, or with whole kernels where nil, comes from.
    public typealias Source =
        @Sendable (_ taps: TwoTapMask?, _ seed: UInt64, _ context: ExperimentContext) throws -> LearnedNetwork

    private let networks: Source

    /// The claim about `networks`, trained dilated ones unless others are given.
    public init(networks: @escaping Source = Self.trained) {
        self.networks = networks
    }

    /// Dilated networks trained with the context's budget.
    public static let trained: Source = { taps, seed, context in
        var settings = context.budget.settings(seed: seed)
        settings.twoTaps = taps
        return try context.networks.trained(context.standard("dilated"), on: context.data.pictures, settings, context)
    }

    /// What one network showed.
    private struct Look: Codable {
        let field: EffectiveReceptiveField
        let accuracy: Double
        let resultants: [Double]
    }

    private struct Family {
        let name: String
        let taps: TwoTapMask?
        var fields: [EffectiveReceptiveField] = []
        var accuracies: [Double] = []
        var resultants: [[Double]] = []
        var ratios: [Double] {
            fields.map { field in
                let (along, across) = field.principalSpreads
                return across > 1e-6 ? along / across : 1e6
            }
        }
    }

    /// Runs the experiment.
    /// - Throws: What training a network, reading a stored one or fitting its kernels throws, and `ExperimentError.stopped` where somebody asked to stop.
    public func evidence(_ context: ExperimentContext) throws -> Evidence {
        var families = [
            Family(name: "whole", taps: nil), Family(name: "horizontal", taps: .horizontal),
            Family(name: "mixed", taps: .mixed),
        ]
        let runs = context.seeds.flatMap { seed in families.indices.map { (family: $0, seed: seed) } }
        let looks = try context.each(runs) { [families] run, part in
            let network = try networks(families[run.family].taps, run.seed, part)
            return Look(
                field: try EffectiveReceptiveField(
                    of: network, on: context.data.pictures.test, count: context.effort.choose(32, 128, 512),
                    seed: run.seed),
                accuracy: network.accuracy(reestimated: context.budget.reestimates),
                resultants: try network.kernelLayers.map { try Self.resultant($0) })
        }
        for (run, look) in zip(runs, looks) {
            families[run.family].fields.append(look.field)
            families[run.family].accuracies.append(look.accuracy)
            families[run.family].resultants.append(look.resultants)
        }
        return evidence(families, context)
    }

    private func evidence(_ families: [Family], _ context: ExperimentContext) -> Evidence {
        let (whole, horizontal, mixed) = (families[0], families[1], families[2])
        let longest = horizontal.ratios.min() ?? 0
        let isotropy = SampleMean(mixed.ratios).mean
        let reach = SampleMean(zip(mixed.fields, whole.fields).map { $0.spread / max($1.spread, 1e-9) }).mean
        let layers = whole.resultants.first?.count ?? 0
        let resultants = (0..<layers).map { layer in SampleMean(whole.resultants.map { $0[layer] }).mean }
        let largest = resultants.max() ?? 1
        let length = longest >= 1e6 ? "it has no width at all" : "it is \(words(longest)) times longer than wide"
        var evidence = Evidence(
            [
                (Outcome(longest >= 10), length),
                (
                    Outcome(reach >= 0.9 && isotropy < 1.25),
                    "spread \(percent(reach)) of that of whole kernels, anisotropy \(words(isotropy))"
                ),
                (Outcome(largest < 0.25), resultants.map { words($0) }.joined(separator: ", ")),
            ],
            summary: """
                With horizontal pairs of taps \(length.replacing("it", with: "the field")); mixed pairs have an anisotropy of \(words(isotropy)) and \(percent(reach)) of the whole kernels' \
                spread.
                """)
        evidence.measured = [
            Quantity("anisotropy, mixed", of: mixed.ratios), Quantity("anisotropy, whole", of: whole.ratios),
            Quantity(
                "width of the field, horizontal", of: horizontal.fields.map(\.principalSpreads.across), unit: "pixels"),
            Quantity(
                "length of the field, horizontal", of: horizontal.fields.map(\.principalSpreads.along), unit: "pixels"),
            Quantity("spread, mixed", of: mixed.fields.map(\.spread), unit: "pixels"),
            Quantity("spread, whole", of: whole.fields.map(\.spread), unit: "pixels"),
        ]
        // Networks that were made rather than trained have no accuracy.
        evidence.measured += families.filter { $0.accuracies.allSatisfy(\.isFinite) }.map {
            Quantity("test accuracy, \($0.name)", of: $0.accuracies, unit: "%")
        }
        evidence.pictures = families.compactMap { family in
            family.fields.first.map {
                ClaimPicture(
                    "field, \(family.name)", width: $0.width, height: $0.height,
                    values: $0.energy.map { $0.squareRoot() })
            }
        }
        let columns = (0..<(whole.fields.first?.width ?? 0)).map(Double.init)
        evidence.figures = [
            ClaimFigure(
                "Field along x", x: .init("column (pixels)"), y: .init("share of the energy"),
                families.compactMap { family in
                    family.fields.first.map { .init(family.name, x: columns, y: $0.profile) }
                }, caption: "The first seed."),
            ClaimFigure(
                "Common direction of trained kernels", x: .init("layer"), y: .init("resultant"),
                [
                    .init("whole", x: (0..<layers).map { Double($0 + 1) }, y: resultants),
                    .init("bound of the criterion", x: [1, Double(max(layers, 1))], y: [0.25, 0.25]),
                ], caption: "0 for all directions alike, 1 for a single one; means over seeds."),
        ]
        evidence.remarks = [context.budgetWords]
        evidence.seeds = context.seeds
        evidence.data = context.data.pictures.name
        return evidence
    }

    /// |Σ w e^{2iφ}|/Σ w over the kernels of a layer, φ the direction of a kernel's gradient and w its squared length.
    static func resultant(_ layer: KernelLayer) throws -> Double {
        let fit = try LayerFit(layer, options: FitOptions(order: 1, scale: .fixed(Double(layer.width) / 4)))
        var (c, s, total) = (0.0, 0.0, 0.0)
        for kernel in fit.kernels {
            let (x, y) = (kernel.coefficients[1], kernel.coefficients[2])
            // (x + iy)² is w e^{2iφ}.
            c += x * x - y * y
            s += 2 * x * y
            total += x * x + y * y
        }
        return total > 0 ? (c * c + s * s).squareRoot() / total : 0
    }
}

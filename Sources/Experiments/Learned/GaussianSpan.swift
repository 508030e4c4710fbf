import KernelFitting

/// *gaussian-span*: trained kernels lie near the span of a low-order Gaussian jet.
public struct GaussianSpan: Claim {
    /// What is claimed, what is done, and what decides.
    public let text = ClaimText(
        id: "gaussian-span", group: .learnedKernels,
        statement: "Trained kernels lie near the span of a Gaussian jet of low order.",
        source: "Zheng Ankun 2019, “Learned kernels”",
        method: """
            Each layer is projected onto Gaussian jets of order 0 … 4, one σ for the layer (the best from 0.4 to 3 samples), beside white noise with σ searched the same way and beside the \
            same network's kernels before training. R² is the explained part of the energy, pooled over a layer. Networks: the project's own of 3, 5, 7 and \
            9 taps, and those of others that are at hand.
            """,
        criteria: [
            "at order 2 trained layers of 5×5 and more exceed white noise by at least 0.1, and their untrained selves (both 95 % intervals over layers and seeds)",
            "at order 4 trained layers of 5×5 and more are explained to 0.8 on average (95 % interval)",
            "order 2 explains more of trained 3×3 layers than of noise (95 % interval)",
        ])

    /// Networks are shared out over ranks.
    public let isForAllRanks = true

    private let networks: NetworkSource?

    /// The claim about kernels of `networks`.
    public init(networks: NetworkSource? = nil) {
        self.networks = networks
    }

    private struct Row: Codable {
        let network: String
        let name: String
        let size: Int
        let explained: [Double]
        let noise: [Double]
        let untrained: [Double]?
    }

    /// Runs the experiment.
    /// - Throws: What training a network, reading a stored one or fitting its kernels throws, and `ExperimentError.stopped` where somebody asked to stop.
    public func evidence(_ context: ExperimentContext) throws -> Evidence {
        let own = ["large-kernel", "dilated"].map { name in
            (name: name, runs: context.mostTrainedKernels(of: context.standard(name)))
        }
        let trained = own.flatMap { kind in kind.runs.seeds.map { (kind: kind, seed: $0) } }
        let known = context.data.kernels
        let rows = try context.each(Array(0..<trained.count + known.count)) { place, part in
            if place < trained.count {
                let (kind, seed) = trained[place]
                let network = try (networks ?? kind.runs.network)(context.standard(kind.name), seed, part)
                return try zip(network.kernelLayers, network.untrained.kernelLayers).map { layer, old in
                    try row(layer, of: kind.name, "\(layer.name), seed \(seed)", seed: seed, untrained: old)
                }
            }
            let known = known[place - trained.count]
            try part.progress(0, known.network)
            // Layers of few kernels say little; a filter bank is one layer.
            return try known.layers.filter { $0.width >= 3 && $0.height >= 3 }.map {
                try row($0, of: known.network, $0.name, seed: context.seed, untrained: nil)
            }
        }
        return evidence(rows.flatMap { $0 }, own.map(\.runs), context)
    }

    private func row(
        _ layer: KernelLayer, of network: String, _ name: String, seed: UInt64, untrained: KernelLayer?
    ) throws -> Row {
        let options = FitOptions(order: 4)
        let noise = try NoiseEnergy.ofEveryOrder(like: layer, options: options, seed: seed)
        let summary = try OrderSummary.sweep(layer, options: options, noise: noise)
        let before = try untrained.map { try OrderSummary.sweep($0, options: options, noise: noise) }
        return Row(
            network: network, name: name, size: layer.width, explained: summary.map(\.explainedEnergy),
            noise: noise.map(\.mean),
            untrained: before.map { $0.map(\.explainedEnergy) })
    }

    private func evidence(_ rows: [Row], _ runs: [MostTrainedRuns], _ context: ExperimentContext) -> Evidence {
        let large = rows.filter { $0.size >= 5 }
        let small = rows.filter { $0.size == 3 }
        let beyondNoise = SampleMean(large.map { $0.explained[2] - $0.noise[2] })
        let beyondUntrained = SampleMean(large.compactMap { row in row.untrained.map { row.explained[2] - $0[2] } })
        let atFour = SampleMean(large.map { $0.explained[4] })
        let ofSmall = SampleMean(small.map { $0.explained[2] - $0.noise[2] })
        var evidence = Evidence(
            [
                (
                    Outcome.all([
                        Outcome(beyondNoise.interval, isAbove: 0.1), Outcome(beyondUntrained.interval, isAbove: 0),
                    ]),
                    "\(words(beyondNoise.mean)) above noise, \(words(beyondUntrained.mean)) above untrained kernels"
                ),
                (Outcome(atFour.interval, isAbove: 0.8), "R² \(words(atFour.mean))"),
                (Outcome(ofSmall.interval, isAbove: 0), "\(words(ofSmall.mean)) above noise"),
            ],
            summary: """
                Of trained layers of 5×5 and more, order 2 explains \(words(beyondNoise.mean)) more of the energy than of noise and \(words(beyondUntrained.mean)) more than before \
                training; order 4 explains \(words(atFour.mean)).
                """)
        evidence.measured = [
            Quantity("R² at order 2 above noise, 5×5 and more", beyondNoise.mean, interval: beyondNoise.interval),
            Quantity(
                "R² at order 2 above untrained, 5×5 and more", beyondUntrained.mean, interval: beyondUntrained.interval),
            Quantity("R² at order 4, 5×5 and more", atFour.mean, interval: atFour.interval),
            Quantity("R² at order 2 above noise, 3×3", ofSmall.mean, interval: ofSmall.interval),
        ]
        let orders = [0.0, 1, 2, 3, 4]
        func means(_ label: String, _ values: [[Double]]) -> ClaimFigure.Series {
            let atOrder = orders.indices.map { order in SampleMean(values.map { $0[order] }) }
            return .init(
                label, x: orders, y: atOrder.map(\.mean), intervals: atOrder.map { $0.interval ?? $0.mean...$0.mean })
        }
        evidence.figures = [
            ClaimFigure(
                "Explained energy by order, 5×5 and more", x: .init("order of the jet"), y: .init("R²"),
                [
                    means("trained", large.map(\.explained)), means("untrained", large.compactMap(\.untrained)),
                    means("white noise", large.map(\.noise)),
                ], caption: "Means over layers and seeds with 95 % intervals.")
        ]
        evidence.tables = [
            Self.table("Means by network and size", Self.means(of: rows)),
            Self.table("Every layer", rows.map { ($0.name, $0.size, [$0]) }),
        ]
        evidence.remarks = runs.map(\.words)
        evidence.seeds = Set(runs.flatMap(\.seeds)).sorted()
        evidence.data = context.data.pictures.name
        return evidence
    }

    /// The rows of each network and size, in the order in which they come.
    private static func means(of rows: [Row]) -> [(name: String, size: Int, rows: [Row])] {
        var groups: [(name: String, size: Int, rows: [Row])] = []
        for row in rows {
            if let place = groups.firstIndex(where: { $0.name == row.network && $0.size == row.size }) {
                groups[place].rows.append(row)
            } else {
                groups.append((row.network, row.size, [row]))
            }
        }
        return groups
    }

    private static func table(_ title: String, _ groups: [(name: String, size: Int, rows: [Row])]) -> ClaimTable {
        func mean(_ values: [Double]) -> String { values.isEmpty ? "–" : words(SampleMean(values).mean) }
        return ClaimTable(
            title,
            columns: [
                "layers", "taps", "order 1", "order 2", "order 4", "noise, order 2", "noise, order 4",
                "untrained, order 2",
            ],
            rows: groups.map { group in
                [
                    "\(group.name)\(group.rows.count > 1 ? ", \(group.rows.count) layers" : "")",
                    "\(group.size)×\(group.size)",
                ]
                    + [1, 2, 4].map { order in mean(group.rows.map { $0.explained[order] }) }
                    + [2, 4].map { order in mean(group.rows.map { $0.noise[order] }) }
                    + [mean(group.rows.compactMap { $0.untrained?[2] })]
            }, footer: "R². Of 3×3 kernels order 2 spans six dimensions out of nine, and order 4 all.")
    }
}

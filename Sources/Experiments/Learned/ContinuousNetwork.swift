import Datasets
import NeuralNetworks
import Tensors

/// *continuous-network*: a network trained on Gaussian-jet coefficients can be evaluated on a finer or coarser grid.
public struct ContinuousNetwork: Claim {
    /// What is claimed, what is done, and what decides.
    public let text = ClaimText(
        id: "continuous-network", group: .learnedKernels,
        statement:
            "A network whose kernels are Gaussian jets can be evaluated on a finer or coarser grid than it was trained on.",
        source: "Zheng Ankun 2019, “Learned kernels”; Jacobsen et al. 2016, doi:10.1109/CVPR.2016.286",
        method: """
            A network of Gaussian jets and one of plain kernels of 3, 5, 7 and 9 taps are trained at 32 pixels. Test pictures are resampled by cubic interpolation; the jets' σ and \
            reach scale with the grid, the plain network keeps its taps, or has them resampled as piecewise linear functions. Normalisation statistics \
            stay those of training. Differences are paired by seed, and relative to each network's own accuracy at 32 pixels. What pictures lose by resampling alone is seen where they go \
            to the other grid and back, and the jets stay at 32 pixels.
            """,
        criteria: [
            "at every size but 32 the jets lose less than the plain network with its taps kept (paired 95 % intervals above 0)",
            "at every size but 32 the jets lose less than the plain network with its taps resampled (likewise)",
            "at 40 and 48 pixels the jets lose less than 5 points (95 % interval)",
        ])

    /// Networks are shared out over ranks.
    public let isForAllRanks = true

    /// How a network is taken to another grid.
    public enum Transfer: String, Sendable, CaseIterable, Codable {
        /// Jets, scaled with the grid.
        case jets = "Gaussian jets, scaled"
        /// Plain kernels with the taps they have.
        case taps = "plain, taps kept"
        /// Plain kernels, resampled as functions.
        case resampled = "plain, taps resampled"
        /// Jets where they were trained, on pictures that were resampled to the other grid and back: what resampling takes from the pictures
        /// is lost to every network.
        case throughTheGrid = "jets at 32 px, pictures there and back"
    }

    /// The accuracies of a network on the test pictures at each size, by the way it is taken there.
    public typealias Source =
        @Sendable (_ sizes: [Int], _ seed: UInt64, _ context: ExperimentContext) throws -> [Transfer: [Double]]

    private let accuracies: Source

    /// The claim about `accuracies`, those of trained networks unless others are given.
    public init(accuracies: @escaping Source = Self.trained) {
        self.accuracies = accuracies
    }

    /// Networks trained with the context's budget.
    public static let trained: Source = { sizes, seed, context in
        let test = context.data.pictures.test
        let used = test[0..<min(test.count, context.effort.choose(250, 2_000, 10_000))]
        let training = context.data.pictures.training
        let jets = try trainedForBudget(context.standard("large-kernel-jet"), seed, context.part(from: 0, to: 0.4))
            .reestimated(on: training)
        let plain = try trainedForBudget(context.standard("large-kernel"), seed, context.part(from: 0.4, to: 0.8))
            .reestimated(on: training)
        var found: [Transfer: [Double]] = [:]
        for (index, size) in sizes.enumerated() {
            try context.progress(0.8 + 0.2 * Double(index) / Double(sizes.count), "\(size) pixels")
            let pictures = used.resampled(side: size)
            for transfer in [Transfer.jets, .taps, .resampled] {
                let network = try ContinuousNetwork.moved(transfer == .jets ? jets : plain, transfer, to: size)
                found[transfer, default: []].append(network.evaluated(on: pictures).accuracy)
            }
            found[.throughTheGrid, default: []].append(
                jets.evaluated(on: pictures.resampled(side: used.height)).accuracy)
        }
        return found
    }

    /// Runs the experiment.
    /// - Throws: What training a network or reading a stored one throws, and `ExperimentError.stopped` where somebody asked to stop.
    public func evidence(_ context: ExperimentContext) throws -> Evidence {
        let sizes = context.effort.choose([24, 32, 40, 48], [24, 32, 40, 48, 64], [24, 32, 40, 48, 64])
        // measured[transfer][size][seed]
        var measured = Transfer.allCases.map { _ in sizes.map { _ in [Double]() } }
        for found in try context.each(context.seeds, { try accuracies(sizes, $0, $1) }) {
            for (row, transfer) in Transfer.allCases.enumerated() {
                guard let own = found[transfer], own.count == sizes.count else {
                    throw ExperimentError.missing("there are no accuracies of \(transfer.rawValue) at every size")
                }
                for index in sizes.indices { measured[row][index].append(own[index]) }
            }
        }
        return evidence(sizes, measured, context)
    }

    private func evidence(
        _ sizes: [Int], _ accuracies: [[[Double]]], _ context: ExperimentContext
    ) -> Evidence {
        let home = sizes.firstIndex(of: 32) ?? 0
        func losses(_ row: Int, _ size: Int) -> [Double] {
            zip(accuracies[row][size], accuracies[row][home]).map { $0 - $1 }
        }
        let others = sizes.indices.filter { $0 != home }
        let against = [1, 2].map { row in others.map { PairedDifference(losses(0, $0), losses(row, $0)) } }
        let near = sizes.indices.filter { sizes[$0] == 40 || sizes[$0] == 48 }.map { SampleMean(losses(0, $0)) }
        let classes = Double(context.data.pictures.training.classNames.count)
        let isInformative = accuracies.allSatisfy { SampleMean($0[home]).mean >= 2 / classes }
        func judged(_ outcome: Outcome) -> Outcome { isInformative ? outcome : .undecided }
        func list(_ differences: [PairedDifference]) -> String {
            zip(others, differences).map { "\(sizes[$0]) px \(points($1))" }.joined(separator: "; ")
        }
        var evidence = Evidence(
            [
                (judged(Outcome.all(against[0].map(\.isPositive))), list(against[0])),
                (judged(Outcome.all(against[1].map(\.isPositive))), list(against[1])),
                (
                    judged(Outcome.all(near.map { Outcome($0.interval, isAbove: -0.05) })),
                    near.map { points($0) }.joined(separator: " and ")
                ),
            ],
            summary: """
                Away from 32 pixels jets lose less than kept taps by \(list(against[0])); than resampled taps by \(list(against[1])).
                """)
        let toPictures = others.map { PairedDifference(losses(0, $0), losses(3, $0)) }
        evidence.measured = Transfer.allCases.indices.flatMap { row in
            sizes.indices.map {
                Quantity("\(Transfer.allCases[row].rawValue), \(sizes[$0]) px", of: accuracies[row][$0], unit: "%")
            }
        }
        evidence.tables = [
            ClaimTable(
                "Accuracy less that at 32 pixels",
                columns: [
                    "pixels", "jets", "taps kept", "taps resampled", "there and back", "jets less there and back",
                ],
                rows: zip(others, toPictures).map { size, difference in
                    ["\(sizes[size])"]
                        + (0..<4).map { row in points(PairedDifference(accuracies[row][size], accuracies[row][home])) }
                        + [points(difference)]
                }, footer: "The last column is what the jets' transfer costs beyond what the pictures lost.")
        ]
        let x = sizes.map(Double.init)
        evidence.figures = [
            ClaimFigure(
                "Accuracy by resolution, trained at 32 pixels", x: .init("pixels a side"), y: .init("test accuracy"),
                Transfer.allCases.enumerated().map { row, transfer in
                    let means = accuracies[row].map { SampleMean($0) }
                    return .init(
                        transfer.rawValue, x: x, y: means.map(\.mean),
                        intervals: means.map { $0.interval ?? $0.mean...$0.mean })
                }, caption: "Means over seeds with 95 % intervals.")
        ]
        evidence.remarks = [context.budgetWords]
        evidence.seeds = context.seeds
        evidence.data = context.data.pictures.name
        return evidence
    }

    /// The network on a grid of `size` pixels a side, with the weights and the normalisation statistics that it has.
    ///
    /// - Throws: `NetworkError` where its layers do not fit together on that grid.
    public static func moved(
        _ network: LearnedNetwork, _ transfer: Transfer, to size: Int
    ) throws -> LearnedNetwork {
        let scale = Double(size) / Double(network.graph.input.height)
        var description = network.graph.network
        var weights = network.weights
        if transfer == .resampled, scale != 1 {
            description.layers = description.layers.map { layer in
                guard case .convolution(var convolution) = layer, convolution.vertical.kernel > 1 else { return layer }
                convolution.vertical.kernel = 2 * reach(convolution.vertical.kernel, scale) + 1
                convolution.horizontal.kernel = 2 * reach(convolution.horizontal.kernel, scale) + 1
                return .convolution(convolution)
            }
            for place in network.kernelPlaces {
                weights.tensors[place] = resampled(weights.tensors[place], scale)
            }
        }
        let graph = try NetworkGraph(
            description, height: size, width: size, magnification: transfer == .jets ? scale : 1)
        return LearnedNetwork(
            graph: graph, weights: weights, settings: network.settings, history: network.history,
            dataset: network.dataset)
    }

    private static func reach(_ kernel: Int, _ scale: Double) -> Int {
        Int((Double(kernel / 2) * scale + max(scale, 1)).rounded(.up)) - 1
    }

    /// A kernel `[k, k, in, out]` as a piecewise linear function on the new grid; every tap keeps its weight.
    private static func resampled(_ kernel: Tensor, _ scale: Double) -> Tensor {
        let (old, inputs, outputs) = (kernel.shape[0], kernel.shape[2], kernel.shape[3])
        let reach = reach(old, scale)
        let new = 2 * reach + 1
        // shares[u][j]: how much of old tap j goes to new tap u.
        var shares = (0..<new).map { u in
            (0..<old).map { j in
                max(0, 1 - abs(Double(u - reach) - Double(j - old / 2) * scale) / max(scale, 1))
            }
        }
        for j in 0..<old {
            let total = (0..<new).reduce(0) { $0 + shares[$1][j] }
            for u in 0..<new { shares[u][j] /= total }
        }
        var result = [Float](repeating: 0, count: new * new * inputs * outputs)
        let values = kernel.elements
        let channels = inputs * outputs
        for y in 0..<new {
            for x in 0..<new {
                for row in 0..<old where shares[y][row] > 0 {
                    for column in 0..<old where shares[x][column] > 0 {
                        let weight = Float(shares[y][row] * shares[x][column])
                        let (target, source) = ((y * new + x) * channels, (row * old + column) * channels)
                        for c in 0..<channels { result[target + c] += weight * values[source + c] }
                    }
                }
            }
        }
        return Tensor([new, new, inputs, outputs], result)
    }
}

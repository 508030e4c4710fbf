import Datasets
import Foundation
import MessagePassing
import NeuralNetworks
import Parallelism
import Tensors
import TestSupport
import Testing

@testable import Training

/// Ranks that train together, here threads, against one process with the same batch.
@Suite struct RankedTrainingTests {
    private struct Reached: Sendable {
        var weights: [Tensor]
        var gradients: [Tensor]
        var history: TrainingHistory
    }

    private static let descent = TrainerTests.settings { $0.optimizer = .descent(momentum: 0.9) }

    /// Without a ReLU, whose slope jumps: one that flips by rounding takes a run further off its way than many roundings, in one process as in several.
    private static let smooth = NetworkDescription(
        name: "smooth", height: 32, width: 32, channels: 3,
        layers: [
            .convolution(ConvolutionLayer(3, stride: 2, channels: 6)), .normalization, .activation(.softplus),
            .convolution(ConvolutionLayer(3, dilation: 2, channels: 8)), .activation(.gelu), .normalization,
        ] + .classifier(classes: 10))

    private static func trainer(
        _ settings: TrainingSettings, _ communicator: any Communicator, from checkpoint: Checkpoint? = nil,
        network: NetworkDescription = smooth
    ) throws -> Trainer {
        try Trainer(
            network, on: TrainerTests.dataset, settings: settings, from: checkpoint, on: communicator,
            pool: WorkerPool(threadCount: 1))
    }

    private static func reached(_ trainer: Trainer) -> Reached {
        Reached(
            weights: trainer.network.weights.tensors, gradients: trainer.network.gradients, history: trainer.history)
    }

    /// ‖a − b‖/‖b‖ over all tensors together.
    private static func distance(_ a: [Tensor], _ b: [Tensor]) -> Double {
        var (difference, norm) = (0.0, 0.0)
        for (x, y) in zip(a, b) {
            for (u, v) in zip(x.elements, y.elements) {
                difference += Double(u - v) * Double(u - v)
                norm += Double(v) * Double(v)
            }
        }
        return (difference / norm).squareRoot()
    }

    /// Rounding of single precision through the algorithms of convolutions: theirs is some 10⁻⁶ of a gradient, and the rest is summed in double
    /// precision; with ReLUs some may flip. Statistics of a share instead of the batch, or a share with a wrong weight, change a gradient by a
    /// tenth or more.
    private static let gradientTolerances = [("smooth", 1e-5), ("small", 1e-2)]

    @Test(arguments: 2...4, gradientTolerances)
    func aGradientIsThatOfTheWholeBatch(count: Int, network: (name: String, tolerance: Double)) throws {
        let description = network.name == "smooth" ? Self.smooth : TrainerTests.network
        let alone = try Self.trainer(Self.descent, SingleProcess(), network: description)
        let loss = try alone.step()
        let together = try LocalRanks.run(count) { communicator in
            let trainer = try Self.trainer(Self.descent, communicator, network: description)
            return (try trainer.step(), Self.reached(trainer))
        }
        for (ownLoss, reached) in together {
            #expect(abs(ownLoss - loss) <= 1e-6 * loss)
            for (place, gradient) in reached.gradients.enumerated() where !gradient.elements.allSatisfy({ $0 == 0 }) {
                #expect(
                    Self.distance([gradient], [alone.network.gradients[place]]) <= network.tolerance,
                    "\(alone.network.graph.parameters[place].name)")
            }
            // The same bits on all ranks: weights, running averages and gradients.
            #expect(reached.weights == together[0].1.weights)
            #expect(reached.gradients == together[0].1.gradients)
        }
    }

    @Test(arguments: 1...4) func manyStepsLeadToTheSameWeights(count: Int) throws {
        let alone = try Self.trainer(Self.descent, SingleProcess())
        let first = alone.network.weights.tensors
        let folder = try TemporaryFolder()
        _ = try TrainingLoop(folder: folder.url).run(alone)
        let together = try LocalRanks.run(count) { communicator in
            let folder = try TemporaryFolder()
            let trainer = try Self.trainer(Self.descent, communicator)
            _ = try TrainingLoop(folder: folder.url).run(trainer)
            #expect(try folder.names().isEmpty == (communicator.rank > 0))
            return Self.reached(trainer)
        }
        for reached in together {
            #expect(reached.weights == together[0].weights)
            let moved = Self.distance(alone.network.weights.tensors, first)
            // 18 steps, each with a relative error of 10⁻⁵ at most, which a step may double at worst in so short a run.
            #expect(Self.distance(reached.weights, alone.network.weights.tensors) <= 2e-4 * moved)
            for (a, b) in zip(reached.history.epochs, alone.history.epochs) {
                #expect(abs(a.trainingLoss - b.trainingLoss) <= 1e-4 * b.trainingLoss)
                #expect(abs(a.testLoss - b.testLoss) <= 1e-3 * b.testLoss)
                // One picture of twenty may change sides.
                #expect(abs(a.testAccuracy - b.testAccuracy) <= 0.05 + 1e-9)
                #expect(abs((a.reestimatedAccuracy ?? 0) - (b.reestimatedAccuracy ?? 1)) <= 0.05 + 1e-9)
            }
        }
        if count == 1 { #expect(together[0].weights == alone.network.weights.tensors) }
    }

    @Test func aRunGoesOnWithAnotherNumberOfRanks() throws {
        let alone = try Self.trainer(Self.descent, SingleProcess())
        let first = alone.network.weights.tensors
        let (whole, parts) = (try TemporaryFolder(), try TemporaryFolder())
        _ = try TrainingLoop(folder: whole.url).run(alone)

        let loop = TrainingLoop(folder: parts.url)
        let plan: [(ranks: Int, stop: Int)] = [(4, 4), (2, 12), (3, 17), (1, .max)]
        for (ranks, stop) in plan {
            let outcomes = try LocalRanks.run(ranks) { communicator in
                let checkpoint = stop == 4 ? nil : try Checkpoint(contentsOf: loop.last)
                let trainer = try Self.trainer(Self.descent, communicator, from: checkpoint)
                return (try loop.run(trainer, shouldStop: { trainer.steps == stop }), Self.reached(trainer))
            }
            #expect(outcomes.allSatisfy { $0.0 == (stop == .max ? .finished : .stopped) })
            if stop == .max {
                let moved = Self.distance(alone.network.weights.tensors, first)
                #expect(Self.distance(outcomes[0].1.weights, alone.network.weights.tensors) <= 2e-4 * moved)
            }
        }
    }

    /// Settings that look at weights or losses while a run goes on: all ranks must see the same.
    private static let watchful: [(name: String, settings: TrainingSettings)] = [
        (
            "pruning",
            TrainerTests.settings { settings in
                settings.optimizer = .descent(momentum: 0.9)
                var pruning = PruningSettings(sparsity: 0.5, begin: 3, end: 15)
                pruning.interval = 4
                settings.pruning = pruning
            }
        ),
        (
            "two taps",
            TrainerTests.settings { settings in
                settings.optimizer = .descent(momentum: 0.9)
                settings.twoTaps = .mixed
            }
        ),
        (
            "plateau and penalty",
            TrainerTests.settings { settings in
                settings.optimizer = .descent(momentum: 0.9)
                settings.schedule = .plateau(patience: 1, factor: 0.5)
                settings.l2 = 1e-3
            }
        ),
    ]

    @Test(arguments: watchful.indices) func whatWatchesARunSeesTheSameOnAllRanks(place: Int) throws {
        let settings = Self.watchful[place].settings
        let alone = try Self.trainer(settings, SingleProcess())
        let first = alone.network.weights.tensors
        let folder = try TemporaryFolder()
        _ = try TrainingLoop(folder: folder.url).run(alone)
        let together = try LocalRanks.run(3) { communicator in
            let trainer = try Self.trainer(settings, communicator)
            let folder = try TemporaryFolder()
            _ = try TrainingLoop(folder: folder.url).run(trainer)
            return (Self.reached(trainer), trainer.weightCounts.zeroed)
        }
        let moved = Self.distance(alone.network.weights.tensors, first)
        for (reached, zeroed) in together {
            #expect(zeroed == alone.weightCounts.zeroed)
            #expect(reached.weights == together[0].0.weights)
            // As above: 18 steps. A weight that is zeroed in one and not in the other would be as far off as all of them moved.
            #expect(Self.distance(reached.weights, alone.network.weights.tensors) <= 2e-4 * moved)
            // Zeros are in the same places.
            for (own, other) in zip(reached.weights, alone.network.weights.tensors) {
                #expect(own.elements.map { $0 == 0 } == other.elements.map { $0 == 0 })
            }
        }
    }

    private static func expectTheSameBitsOfAStoppedRun(
        _ settings: TrainingSettings, ranks: Int, network: NetworkDescription = smooth
    ) throws {
        let whole = try LocalRanks.run(ranks) { communicator in
            let folder = try TemporaryFolder()
            let trainer = try Self.trainer(settings, communicator, network: network)
            _ = try TrainingLoop(folder: folder.url).run(trainer)
            return Self.reached(trainer)
        }
        let folder = try TemporaryFolder()
        let loop = TrainingLoop(folder: folder.url)
        for stop in [5, Int.max] {
            let parts = try LocalRanks.run(ranks) { communicator in
                let checkpoint = stop == 5 ? nil : try Checkpoint(contentsOf: loop.last)
                let trainer = try Self.trainer(settings, communicator, from: checkpoint, network: network)
                _ = try loop.run(trainer, shouldStop: { trainer.steps == stop })
                return Self.reached(trainer)
            }
            if stop == .max { #expect(parts.allSatisfy { $0.weights == whole[0].weights }) }
        }
    }

    @Test func ranksThatGoOnAsManyReachTheSameBits() throws {
        try Self.expectTheSameBitsOfAStoppedRun(TrainerTests.settings(), ranks: 3)
    }

    /// The checkpoint has the algorithms of rank 0 alone, and a convolution of its three pictures may have others than one of two.
    @Test func ranksWithOtherAlgorithmsReachTheSameBits() throws {
        func candidate(stride: Int, channels: Int) -> NetworkDescription {
            NetworkDescription(
                name: "stride \(stride), \(channels) channels", height: 32, width: 32, channels: 3,
                layers: .block(3, stride: stride, channels: channels) + .block(3, channels: channels)
                    + .classifier(classes: 10))
        }
        func hasOtherAlgorithms(_ network: NetworkDescription) throws -> Bool {
            let graph = try NetworkGraph(network)
            let weights = NetworkWeights(graph, seed: 1)
            let (three, two) = (
                CompiledNetwork(graph, weights: weights, batch: 3), CompiledNetwork(graph, weights: weights, batch: 2)
            )
            return three.algorithms != two.algorithms
        }
        let candidates = [2, 3, 4, 5].flatMap { stride in
            [16, 24, 32, 40, 48].map { candidate(stride: stride, channels: $0) }
        }
        let found = try candidates.first(where: hasOtherAlgorithms)
        let network = try #require(found, "in none of these networks three pictures have other algorithms than two")
        try Self.expectTheSameBitsOfAStoppedRun(TrainerTests.settings { $0.batch = 5 }, ranks: 2, network: network)
    }

    @Test func everyRankNeedsAPicture() {
        #expect(throws: TrainingError.ranks(3, batch: 2)) {
            try LocalRanks.run(3) { communicator in
                _ = try Self.trainer(TrainerTests.settings { $0.batch = 2 }, communicator)
            }
        }
    }
}

import NeuralNetworks
import Tensors
import Testing

@testable import Training

@Suite struct TwoTapMaskTests {
    private func masks(_ mask: TwoTapMask) throws -> (NetworkGraph, PruningMasks) {
        let graph = try NetworkGraph(#require(StandardNetwork.named("large-kernel")).description())
        return (graph, mask.masks(for: graph))
    }

    @Test(arguments: TwoTapMask.allCases)
    func everyKernelKeepsTwoOppositeTaps(mask: TwoTapMask) throws {
        let (graph, masks) = try masks(mask)
        for (parameter, mask) in zip(graph.parameters, masks.masks) {
            guard parameter.role == .kernel else {
                #expect(mask == nil)
                continue
            }
            let mask = try #require(mask)
            let (side, inputs, outputs) = (parameter.shape[0], parameter.shape[2], parameter.shape[3])
            for (i, o) in [(0, 0), (inputs - 1, 1), (1, outputs - 1)] {
                let kept = (0..<side * side).filter { mask[$0 / side, $0 % side, i, o] == 1 }
                // Opposite about the centre, and at an end of the kernel.
                #expect(kept.count == 2 && kept[0] + kept[1] == side * side - 1)
                #expect(kept[0] / side == 0 || kept[0] % side == 0)
            }
            #expect(mask.elements.reduce(0, +) == Float(2 * inputs * outputs))
        }
    }

    @Test func mixedKernelsHaveAllDirections() throws {
        let (_, masks) = try masks(.mixed)
        let first = try #require(masks.masks[0])
        let kept = (0..<4).map { o in (0..<9).filter { first[$0 / 3, $0 % 3, 0, o] == 1 } }
        #expect(kept == [[3, 5], [0, 8], [1, 7], [2, 6]])
    }

    @Test func theOthersStayZero() throws {
        let trainer = try Trainer(
            TrainerTests.network, on: TrainerTests.dataset, settings: TrainerTests.settings { $0.twoTaps = .vertical })
        for _ in 0..<3 { try trainer.step() }
        for (weights, mask) in zip(trainer.network.weights.tensors, trainer.masks.masks) {
            guard let mask else { continue }
            #expect(zip(weights.elements, mask.elements).allSatisfy { ($0 == 0) == ($1 == 0) })
        }
        #expect(trainer.weightCounts.zeroed == 7 * (3 * 6 + 6 * 8))
    }
}

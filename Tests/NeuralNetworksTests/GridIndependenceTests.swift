import Foundation
import Tensors
import Testing

@testable import NeuralNetworks

/// A Gaussian-jet network is a map between functions: what it says of a picture hardly depends on the grid that samples it.
@Suite struct GridIndependenceTests {
    private func description(_ layers: [Layer]) -> NetworkDescription {
        NetworkDescription(
            name: "", height: 24, width: 24, channels: 2,
            layers: layers + [.convolution(ConvolutionLayer(1, channels: 4))])
    }

    private func jet(_ order: Int, _ scale: GaussianJetLayer.Scale, _ channels: Int) -> [Layer] {
        [
            .gaussianJet(.init(order: order, sigma: 1.5, radius: 6, scale: scale, channels: channels)),
            .activation(.softplus),
        ]
    }

    /// Two smooth blobs on the unit square, which vanish towards its border, sampled at pixel centres.
    private func picture(side: Int) -> Tensor {
        let values = (0..<side * side).flatMap { i -> [Float] in
            let (x, y) = ((Double(i % side) + 0.5) / Double(side), (Double(i / side) + 0.5) / Double(side))
            func blob(_ cx: Double, _ cy: Double, _ width: Double) -> Float {
                Float(exp(-((x - cx) * (x - cx) + (y - cy) * (y - cy)) / (2 * width * width)))
            }
            return [blob(0.45, 0.55, 0.09), blob(0.55, 0.4, 0.11)]
        }
        return Tensor([1, side, side, 2], values)
    }

    /// The scores at the centres of inner pixels of a 24×24 grid, which are also centres of pixels of a grid three times as fine.
    private func scores(_ network: NetworkDescription, refinement: Int, magnification: Double) throws -> [Float] {
        let side = 24 * refinement
        let graph = try NetworkGraph(network, height: side, width: side, magnification: magnification)
        var weights = NetworkWeights(graph, seed: 12)
        for (place, parameter) in graph.parameters.enumerated() {
            switch parameter.role {
            // Learned scales that are no longer those that taps were laid out for.
            case .sigma: weights.tensors[place] = weights.tensors[place].map { $0 * 0.9 }
            // Larger than at the beginning, so that the second layer sees what the first one does.
            case .jetCoefficients: weights.tensors[place] = weights.tensors[place].map { $0 * 4 }
            default: break
            }
        }
        let compiled = CompiledNetwork(graph, weights: weights, batch: 1, computesGradients: false)
        compiled.forward(picture(side: side), isTraining: false)
        let output = compiled.output
        // The border, where features jump to the zeros outside, is as sharp as the grid is fine: only what lies further away than a kernel's
        // radius can agree.
        return (0..<10 * 10).flatMap { i in
            let (y, x) = ((7 + i / 10) * refinement + refinement / 2, (7 + i % 10) * refinement + refinement / 2)
            return (0..<4).map { output[0, y, x, $0] }
        }
    }

    private func difference(_ a: [Float], _ b: [Float]) -> Float {
        let size = a.map { $0 * $0 }.reduce(0, +)
        return (zip(a, b).map { ($0 - $1) * ($0 - $1) }.reduce(0, +) / size).squareRoot()
    }

    /// Truncation at four σ, and sampling at σ = 1.35, where even derivatives have a DC error, leave errors of some 10⁻³. Kernels that keep
    /// their size in pixels are other operators on another grid.
    @Test(arguments: [GaussianJetLayer.Scale.fixed, .learned, .learnedPerChannel])
    func scoresHardlyDependOnTheGrid(scale: GaussianJetLayer.Scale) throws {
        let network = description(jet(2, scale, 5) + jet(3, scale, 4))
        let coarse = try scores(network, refinement: 1, magnification: 1)
        #expect(try difference(coarse, scores(network, refinement: 3, magnification: 3)) < 5e-3)
        #expect(try difference(coarse, scores(network, refinement: 3, magnification: 1)) > 2e-2)
    }
}

import Foundation
import NeuralNetworks
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import Training

/// Ten losses of short runs, and the weights after them, against PyTorch in double precision.
@Suite struct TorchRunTests {
    static let plain: [Layer] =
        .block(3, channels: 4) + .block(3, dilation: 2, channels: 6) + .classifier(classes: 3)

    static let residual: [Layer] = [
        .convolution(ConvolutionLayer(3, channels: 4)), .normalization, .activation(.softplus),
        .residual(
            body: .block(3, stride: 2, channels: 6) + [.convolution(ConvolutionLayer(3, channels: 6)), .normalization],
            shortcut: [.convolution(ConvolutionLayer(3, stride: 2, channels: 6))]), .activation(.gelu),
        .meanOverSpace, .dense(outputs: 3),
    ]

    @Test func adam() throws {
        try expectRun("plain-adam", Self.plain, .adam(epsilon: 1e-7)) { 0.01 / (1 + 1e-2 * Double($0)) }
    }

    @Test func descentWithMomentumAndPenalty() throws {
        try expectRun("residual-descent", Self.residual, .descent(momentum: 0.9), l2: 1e-2) { _ in 0.05 }
    }

    private func expectRun(
        _ name: String, _ layers: [Layer], _ kind: OptimizerKind, l2: Double = 0, rate: (Int) -> Double
    ) throws {
        let file = try TensorArchive(contentsOf: Fixture.url("pytorch/\(name).safetensors"))
        let (pictures, labels) = (try file.tensor(named: "pictures").tensor, try file.tensor(named: "labels").bytes)
        let losses = try file.tensor(named: "losses").doubles
        let (steps, batch) = (pictures.shape[0], pictures.shape[1])
        let graph = try NetworkGraph(
            NetworkDescription(
                name: name, height: pictures.shape[2], width: pictures.shape[3], channels: pictures.shape[4],
                layers: layers))
        let start = try graph.parameters.map {
            $0.role.isTrained
                ? try file.tensor(named: $0.name).tensor : Tensor($0.shape, repeating: $0.initialValues[0])
        }
        let weights = try #require(NetworkWeights(graph, tensors: start))
        let network = CompiledNetwork(graph, weights: weights, batch: batch)
        var optimizer = Optimizer(kind, for: graph)
        let size = pictures.count / steps
        for step in 0..<steps {
            let own = Tensor(
                graph.input.tensor(batch: batch), Array(pictures.elements[step * size..<(step + 1) * size]))
            network.forward(own, isTraining: true)
            let result = network.backward {
                SoftmaxCrossEntropy.evaluate(
                    scores: $0, labels: Array(labels[step * batch..<(step + 1) * batch]), gradient: &$1)
            }
            // Single precision, carried through ten steps.
            #expect(abs(result.loss - losses[step]) < 2e-5, "step \(step): \(result.loss) for \(losses[step])")
            optimizer.step(network, rate: rate(step), l2: l2)
        }
        for (place, parameter) in graph.parameters.enumerated() where parameter.role.isTrained {
            let wanted = try file.tensor(named: "final/\(parameter.name)").tensor.elements
            for (found, wanted) in zip(network.weights.tensors[place].elements, wanted) {
                #expect(abs(found - wanted) < 1e-4, "\(parameter.name): \(found) for \(wanted)")
            }
        }
    }
}

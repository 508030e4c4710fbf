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

    static let pooled: [Layer] =
        .block(3, channels: 4) + [
            .convolution(ConvolutionLayer(3, channels: 8, grouping: .depthwise)), .normalization,
            .activation(.softplus), .window(WindowLayer(.maximum, size: 3, stride: 2)),
            .branches([
                [
                    .convolution(ConvolutionLayer(3, dilation: 2, channels: 8, grouping: .depthwise)),
                    .activation(.gelu),
                ],
                [.window(WindowLayer(.average, size: 3))],
                [.window(WindowLayer(.maximum, size: 2)), .convolution(ConvolutionLayer(1, channels: 3))],
            ]),
            .window(WindowLayer(.average, size: 3, stride: 2)), .activation(.gelu),
        ] + .classifier(classes: 3)

    static let pixels: [Layer] = [
        .gaussianJet(.init(order: 2, sigma: 0.9, radius: 3, discretization: .discrete, channels: 4)),
        .activation(.softplus),
        .branches([
            .block(3, stride: 2, channels: 6) + [
                .transposedConvolution(TransposedConvolutionLayer(3, stride: 2, channels: 4)), .normalization,
                .activation(.relu),
            ],
            [
                .gaussianJet(
                    .init(
                        order: 3, sigma: 0.9, radius: 3, scale: .learnedPerChannel, discretization: .discrete,
                        channels: 3)), .activation(.gelu),
            ],
        ]),
        .convolution(ConvolutionLayer(1, channels: 3)),
    ]

    private static func falling(_ step: Int) -> Double { 0.01 / (1 + 1e-2 * Double(step)) }

    @Test func adam() throws {
        try expectRun("plain-adam", Self.plain, .adam(epsilon: 1e-7), rate: Self.falling)
    }

    @Test func adamWThroughWindowsBranchesAndDepthwiseKernels() throws {
        try expectRun("pooled-adamw", Self.pooled, .adamW(epsilon: 1e-7, decay: 0.2), rate: Self.falling)
    }

    @Test func adamWWithPenaltyThroughJetsAndTransposedKernelsOnPixels() throws {
        try expectRun("pixels-adamw", Self.pixels, .adamW(epsilon: 1e-7, decay: 0.2), l2: 1e-2, rate: Self.falling)
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
        let (size, places) = (pictures.count / steps, labels.count / steps)
        for step in 0..<steps {
            let own = Tensor(
                graph.input.tensor(batch: batch), Array(pictures.elements[step * size..<(step + 1) * size]))
            network.forward(own, isTraining: true)
            let result = network.backward {
                SoftmaxCrossEntropy.evaluate(
                    scores: $0, labels: Array(labels[step * places..<(step + 1) * places]), gradient: &$1)
            }
            // Single precision, carried through ten steps. 1 − β₂ is 1.3·10⁻⁵ of itself too small in it, and Adam's steps half as much too long:
            // 6·10⁻⁶ of the tenth that weights move by and of the two nats that losses do. Rounding alone is below 10⁻⁶, PyTorch's as ours.
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

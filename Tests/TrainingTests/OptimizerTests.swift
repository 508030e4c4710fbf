import NeuralNetworks
import Randomness
import Tensors
import Testing

@testable import Training

/// Single steps against their formulas; `TorchRunTests` has many.
@Suite struct OptimizerTests {
    private let graph: NetworkGraph
    private let weights: NetworkWeights

    /// A network with tensors of all roles, none of whose weights is zero.
    init() throws {
        graph = try NetworkGraph(
            NetworkDescription(
                name: "all roles", height: 6, width: 6, channels: 2,
                layers: [
                    .gaussianJet(.init(order: 1, sigma: 1, radius: 2, channels: 3)), .activation(.softplus),
                    .convolution(ConvolutionLayer(3, stride: 2, channels: 4)), .normalization, .activation(.gelu),
                    .transposedConvolution(TransposedConvolutionLayer(3, stride: 2, channels: 2)),
                ] + .classifier(classes: 3)))
        try #require(Set(graph.parameters.map(\.role)).count == 9)
        var random = SeededGenerator(seed: 9)
        var weights = NetworkWeights(graph, seed: 1)
        for place in weights.tensors.indices {
            weights.tensors[place] = weights.tensors[place].map { _ in Float(0.5 + random.uniform()) }
        }
        self.weights = weights
    }

    /// The network after a backward pass that began with the given gradient of its scores.
    private func network(scoresGradient: [Float]) -> CompiledNetwork {
        let network = CompiledNetwork(graph, weights: weights, batch: 1)
        var random = SeededGenerator(seed: 10)
        let shape = graph.input.tensor(batch: 1)
        network.forward(Tensor(shape, (0..<shape.count).map { _ in Float(random.normal()) }), isTraining: true)
        network.backward { _, gradient in gradient = Tensor(gradient.shape, scoresGradient) }
        return network
    }

    private func isDecayed(_ role: ParameterSpecification.Role) -> Bool {
        switch role {
        case .kernel, .dense, .jetCoefficients: true
        case .bias, .scale, .shift, .sigma, .runningMean, .runningVariance: false
        }
    }

    @Test func adamWShrinksWhatHasNoGradientBiasesNormalisationsAndSigmaAside() {
        let network = network(scoresGradient: [0, 0, 0])
        let before = network.weights
        var optimizer = Optimizer(.adamW(epsilon: 1e-7, decay: 0.25), for: graph)
        optimizer.step(network, rate: 0.125)
        for (place, parameter) in graph.parameters.enumerated() {
            // 1 − rate·decay = 31/32 is exact, so that both sides are the same number rounded once.
            let factor: Float = isDecayed(parameter.role) ? 31 / 32 : 1
            #expect(network.weights.tensors[place] == before.tensors[place].map { factor * $0 }, "\(parameter.name)")
        }
    }

    /// m/√v of a first step is g/|g|, so that w′ = w − rate·(g/(|g| + ε/√(1 − β₂)) + decay·w): the decay is in no average.
    ///
    /// The penalty is a part of g, and belongs to kernels of convolutions and coefficients of jets alone.
    @Test func aFirstStepOfAdamWWithPenalty() {
        let network = network(scoresGradient: [0.5, -1, 0.25])
        let before = network.weights
        var optimizer = Optimizer(.adamW(epsilon: 1e-3, decay: 0.25), for: graph)
        optimizer.step(network, rate: 0.125, l2: 0.0625)
        for (place, parameter) in graph.parameters.enumerated() where parameter.role.isTrained {
            let isPenalized = parameter.role == .kernel || parameter.role == .jetCoefficients
            let (old, gradient) = (before.tensors[place].elements, network.gradients[place].elements)
            for (i, after) in network.weights.tensors[place].elements.enumerated() {
                let w = Double(old[i])
                let g = Double(gradient[i]) + (isPenalized ? 2 * 0.0625 * w : 0)
                let decay = isDecayed(parameter.role) ? 0.25 * w : 0
                let wanted = w - 0.125 * (g / (abs(g) + 1e-3 / 0.001.squareRoot()) + decay)
                // 1 − β₂ is off by 1.3·10⁻⁵ of itself in single precision, its root by half of that, and with it a step of at most 0.125 by
                // 8·10⁻⁷; the rest is a rounding or two of numbers below 2.
                #expect(abs(Double(after) - wanted) < 1.5e-6, "\(parameter.name)[\(i)]: \(after) for \(wanted)")
            }
        }
    }
}

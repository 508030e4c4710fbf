import Parallelism
import Randomness
import TensorConvolution
import Tensors
import Testing

@testable import NeuralNetworks

/// Scores, loss and gradients of compiled networks against definitions in double precision and their central differences.
@Suite struct GradientTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let layers: [Layer]
        var height = 7
        var width = 6
        var perPixel = false

        init(_ name: String, _ layers: [Layer], perPixel: Bool = false) {
            testDescription = name
            self.layers = layers + (perPixel ? [] : [.meanOverSpace, .dense(outputs: 3)])
            self.perPixel = perPixel
        }
    }

    static let cases: [Case] = [
        Case("convolution", [.convolution(ConvolutionLayer(3, channels: 4)), .activation(.softplus)]),
        Case(
            "dilated without bias",
            [.convolution(ConvolutionLayer(3, dilation: 2, channels: 4, hasBias: false)), .activation(.gelu)]),
        Case("strided", [.convolution(ConvolutionLayer(3, stride: 2, channels: 4)), .activation(.softplus)]),
        Case("large kernel", [.convolution(ConvolutionLayer(5, channels: 3)), .activation(.gelu)]),
        Case(
            "depthwise",
            [
                .convolution(ConvolutionLayer(3, channels: 4)),
                .convolution(ConvolutionLayer(3, dilation: 2, channels: 4, grouping: .depthwise)),
                .activation(.softplus),
            ]),
        Case(
            "in groups",
            [
                .convolution(ConvolutionLayer(3, channels: 4)), .activation(.gelu),
                .convolution(ConvolutionLayer(3, channels: 6, grouping: .groups(2))), .activation(.softplus),
            ]),
        Case(
            "other along columns than along rows, padded by hand",
            [
                .convolution(
                    ConvolutionLayer(
                        vertical: .init(3, stride: 2, padding: .explicit(before: 2, after: 0)),
                        horizontal: .init(2, dilation: 3, padding: .valid), channels: 4)),
                .activation(.softplus),
            ]),
        Case(
            "depthwise, two of each",
            [
                .convolution(ConvolutionLayer(3, channels: 3)),
                .convolution(ConvolutionLayer(3, channels: 6, grouping: .depthwise)), .activation(.gelu),
            ]),
        Case(
            "normalisation", [.convolution(ConvolutionLayer(3, channels: 5)), .normalization, .activation(.softplus)]),
        Case("normalisation and relu", .block(3, channels: 5) + .block(3, dilation: 2, channels: 4)),
        Case(
            "normalised picture", [.normalization, .convolution(ConvolutionLayer(3, channels: 5)), .activation(.gelu)]),
        Case("relu", [.convolution(ConvolutionLayer(3, channels: 5)), .activation(.relu)]),
        Case(
            "dense on pixels", [.convolution(ConvolutionLayer(3, channels: 2)), .activation(.gelu), .dense(outputs: 3)]),
        Case(
            "residual",
            .block(3, channels: 4) + [
                .residual(
                    body: .block(3, channels: 4) + [.convolution(ConvolutionLayer(3, channels: 4)), .normalization],
                    shortcut: []),
                .activation(.relu),
                .residual(
                    body: .block(3, stride: 2, channels: 5) + [
                        .convolution(ConvolutionLayer(3, channels: 5)), .normalization,
                    ],
                    shortcut: [.convolution(ConvolutionLayer(3, stride: 2, channels: 5))]),
                .activation(.softplus),
            ]),
        Case(
            "twice the same", .block(3, channels: 4) + [.residual(body: [], shortcut: []), .activation(.gelu)]),
        Case(
            "branches",
            .block(3, channels: 4) + [
                .branches([[.convolution(ConvolutionLayer(3, channels: 2))], [], .block(3, dilation: 2, channels: 3)]),
                .activation(.softplus), .convolution(ConvolutionLayer(1, channels: 4)), .activation(.gelu),
            ]),
        Case(
            "branches of the picture",
            [.branches([[.convolution(ConvolutionLayer(3, channels: 2))], []]), .activation(.gelu)]),
        Case(
            "branches in branches, as a detector's",
            .block(3, channels: 3) + [
                .branches([
                    .block(3, channels: 2) + [.convolution(ConvolutionLayer(1, channels: 1))],
                    [
                        .branches([[], .block(3, dilation: 2, channels: 2)]),
                        .branches([
                            [.convolution(ConvolutionLayer(1, channels: 1))],
                            [.branches([[], .block(3, dilation: 3, channels: 2)]), .activation(.gelu)],
                        ]),
                    ],
                ])
            ]),
        Case(
            "jet, σ fixed",
            [
                .gaussianJet(
                    .init(order: 2, sigma: 1, radius: 3, scale: .fixed, discretization: .discrete, channels: 3)),
                .activation(.softplus),
            ]),
        Case(
            "jet, a fixed σ for each channel",
            [
                .gaussianJet(.init(order: 2, sigmas: [0.7, 1, 1.3], radius: 3, scale: .fixed, channels: 3)),
                .activation(.softplus),
            ]),
        Case(
            "jet, σ learned",
            .block(3, channels: 2) + [
                .gaussianJet(.init(order: 3, sigma: 0.9, radius: 2, channels: 3)), .activation(.gelu),
            ]),
        Case(
            "jet, σ learned for each channel",
            .block(3, channels: 2) + [
                .gaussianJet(
                    .init(
                        order: 2, sigma: 1.1, radius: 3, scale: .learnedPerChannel, discretization: .integrated,
                        stride: 2, channels: 3)), .normalization, .activation(.softplus),
            ]),
        Case(
            "jet of the discrete analogue, σ learned",
            .block(3, channels: 2) + [
                .gaussianJet(.init(order: 3, sigma: 0.7, radius: 3, discretization: .discrete, channels: 3)),
                .activation(.gelu),
            ]),
        Case(
            "jet of the discrete analogue, σ learned for each channel",
            .block(3, channels: 2) + [
                .gaussianJet(
                    .init(
                        order: 2, sigma: 0.8, radius: 2, scale: .learnedPerChannel, discretization: .discrete,
                        channels: 4)), .normalization, .activation(.softplus),
            ]),
        Case(
            "transposed",
            .block(3, stride: 2, channels: 3) + [
                .transposedConvolution(TransposedConvolutionLayer(3, stride: 2, channels: 4)), .activation(.softplus),
            ]),
        Case(
            "transposed and normalised",
            .block(3, channels: 3) + [
                .transposedConvolution(TransposedConvolutionLayer(4, stride: 3, channels: 2, hasBias: false)),
                .normalization, .activation(.gelu),
            ]),
        Case("maximum", .block(3, channels: 4) + [.window(WindowLayer(.maximum, size: 3)), .activation(.softplus)]),
        Case(
            "strided maximum",
            .block(3, channels: 4) + [.window(WindowLayer(.maximum, size: 3, stride: 2)), .activation(.softplus)]),
        Case(
            "average",
            .block(3, channels: 4) + [.window(WindowLayer(.average, size: 2, stride: 2)), .activation(.gelu)]),
        Case(
            "median",
            [
                .convolution(ConvolutionLayer(3, channels: 4)), .window(WindowLayer(.median, size: 3)),
                .activation(.gelu),
            ]),
        Case(
            "scores of pixels", .block(3, channels: 4) + [.convolution(ConvolutionLayer(1, channels: 3))],
            perPixel: true),
    ]

    private static let batch = 3

    /// A compiled network with random weights, running averages of 0 and 1 aside, and the same numbers in double precision.
    private struct Trial {
        let graph: NetworkGraph
        let pictures: Tensor
        let labels: [UInt8]
        let weights: NetworkWeights

        init(_ test: Case) throws {
            graph = try NetworkGraph(
                NetworkDescription(name: "", height: test.height, width: test.width, channels: 2, layers: test.layers))
            var random = SeededGenerator(seed: 31)
            pictures = Tensor(
                graph.input.tensor(batch: batch), (0..<batch * graph.input.count).map { _ in Float(random.normal()) })
            let rows = batch * graph.output.height * graph.output.width
            labels = (0..<rows).map { _ in UInt8(random.uniform() * 3) }
            var weights = NetworkWeights(graph, seed: 5)
            for (place, parameter) in graph.parameters.enumerated() where parameter.role.isTrained {
                let isPositive = parameter.role == .sigma || parameter.role == .scale
                weights.tensors[place] = weights.tensors[place].map {
                    $0 + Float(isPositive ? 0.2 * random.uniform() : 0.3 * random.normal())
                }
            }
            self.weights = weights
        }

        var doubles: [[Double]] { weights.tensors.map { $0.elements.map(Double.init) } }
    }

    @Test(arguments: cases)
    func scoresLossAndGradients(test: Case) throws {
        let trial = try Trial(test)
        let reference = ReferenceNetwork(graph: trial.graph, batch: Self.batch)
        let pictures = trial.pictures.elements.map(Double.init)
        let network = CompiledNetwork(trial.graph, weights: trial.weights, batch: Self.batch)
        network.forward(trial.pictures, isTraining: true)
        // Single precision through a few layers of sums of some ten terms: some units in the last place of values around 1, and ten times
        // that where Winograd's algorithm is chosen.
        let wanted = reference.scores(pictures, weights: trial.doubles)
        for (found, wanted) in zip(network.output.elements, wanted) { #expect(abs(Double(found) - wanted) < 2e-5) }
        let result = network.backward {
            SoftmaxCrossEntropy.evaluate(scores: $0, labels: trial.labels, gradient: &$1)
        }
        #expect(abs(result.loss - reference.loss(pictures, labels: trial.labels, weights: trial.doubles)) < 1e-5)
        for place in trial.graph.parameters.indices {
            expectGradient(network.gradients[place].elements, place, trial, reference, pictures)
        }
    }

    /// Checks up to twelve elements of a gradient against central differences.
    private func expectGradient(
        _ found: [Float], _ place: Int, _ trial: Trial, _ reference: ReferenceNetwork, _ pictures: [Double]
    ) {
        let parameter = trial.graph.parameters[place]
        guard parameter.role.isTrained else { return #expect(found.allSatisfy { $0 == 0 }) }
        let step = max(parameter.shape.count / 12, 1)
        for i in stride(from: 0, to: parameter.shape.count, by: step) {
            // In double precision the truncation error h²/6·f‴ and the rounding error 10⁻¹⁶/h both stay below 10⁻⁸; no ReLU has its kink
            // within h of these seeded values.
            let h = 1e-5
            var weights = trial.doubles
            weights[place][i] += h
            let above = reference.loss(pictures, labels: trial.labels, weights: weights)
            weights[place][i] -= 2 * h
            let below = reference.loss(pictures, labels: trial.labels, weights: weights)
            let wanted = (above - below) / (2 * h)
            #expect(abs(Double(found[i]) - wanted) < 2e-5, "\(parameter.name)[\(i)]: \(found[i]) for \(wanted)")
        }
    }

    @Test func theNumberOfThreadsChangesNoBit() throws {
        let trial = try Trial(#require(Self.cases.first { $0.testDescription == "residual" }))
        let runs = [1, 2].map { threads in
            let network = CompiledNetwork(
                trial.graph, weights: trial.weights, batch: Self.batch, pool: WorkerPool(threadCount: threads))
            network.forward(trial.pictures, isTraining: true)
            _ = network.backward { SoftmaxCrossEntropy.evaluate(scores: $0, labels: trial.labels, gradient: &$1) }
            return network.gradients
        }
        #expect(runs[0] == runs[1])
    }
}

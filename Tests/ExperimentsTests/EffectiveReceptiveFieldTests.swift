import Datasets
import Experiments
import NeuralNetworks
import Randomness
import Tensors
import Testing
import Training

@Suite struct EffectiveReceptiveFieldTests {
    private func field(_ layers: [Layer], side: Int = 24) throws -> EffectiveReceptiveField {
        let graph = try NetworkGraph(
            NetworkDescription(
                name: "stack", height: side, width: side, channels: 3, layers: layers + .classifier(classes: 2)))
        let network = LearnedNetwork(
            graph: graph, weights: NetworkWeights(graph, seed: 3), settings: TrainingSettings(),
            history: TrainingHistory(), dataset: "bright")
        return try EffectiveReceptiveField(
            of: network, on: BrightPictures.dataset(side: side).test, count: 16)
    }

    /// Linear layers with many channels of independent taps: the variance of their energy is the sum of the layers' variances. With 24 × 24 kernels of
    /// nine taps the energy of a layer is even to about 1/√(24·24·…), some per cent of the spread.
    @Test func randomKernelsSpreadAsPredicted() throws {
        let layers: [Layer] = (0..<2).map { _ in .convolution(ConvolutionLayer(3, dilation: 2, channels: 24)) }
        let field = try field(layers)
        #expect(field.theoretical == 9)
        let predicted = try #require(field.predictedSpread)
        #expect(abs(predicted - (2.0 * 4 * 8 / 12).squareRoot()) < 1e-12)
        #expect(abs(field.spread / predicted - 1) < 0.1)
    }

    /// No pixel beyond the theoretical field has any energy but the square of single precision's rounding, 4·10⁻¹⁵ and a few such, also after
    /// normalisations: pixels of a batch do not mix.
    @Test func nothingLiesBeyondTheTheoreticalField() throws {
        let field = try field(.block(3, channels: 8) + .block(3, dilation: 2, channels: 8))
        #expect(field.theoretical == 7)
        for (place, share) in field.energy.enumerated() {
            let (x, y) = (place % field.width - field.width / 2, place / field.width - field.height / 2)
            if max(abs(x), abs(y)) > 3 { #expect(share < 1e-12) }
        }
        #expect(abs(field.energy.reduce(0, +) - 1) < 1e-9)
    }

    /// Pictures that fill up the last batch do not count, nor do pictures that begin again after the last one.
    @Test func asManyPicturesAsAskedForAreAveraged() throws {
        let layers: [Layer] = .block(3, channels: 8) + .block(3, channels: 8) + .classifier(classes: 2)
        let graph = try NetworkGraph(
            NetworkDescription(name: "small", height: 12, width: 12, channels: 3, layers: layers))
        let network = LearnedNetwork(
            graph: graph, weights: NetworkWeights(graph, seed: 3), settings: TrainingSettings(),
            history: TrainingHistory(), dataset: "noise")
        // Noise, so that each picture has other units that are active.
        var random = SeededGenerator(seed: 4)
        let pictures = LabelledPictures(
            height: 12, width: 12, channels: 3, classNames: ["any"],
            pixels: (0..<20 * 432).map { _ in UInt8(255 * random.uniform()) },
            labels: [UInt8](repeating: 0, count: 20))
        func energy(_ pictures: LabelledPictures, _ count: Int) throws -> [Double] {
            try EffectiveReceptiveField(of: network, on: pictures, count: count).energy
        }
        func areEqual(_ a: [Double], _ b: [Double]) -> Bool { zip(a, b).allSatisfy { abs($0 - $1) < 1e-6 } }
        for count in [1, 3, 11] {
            let (own, whole) = (try energy(pictures[0..<count], count), try energy(pictures, count))
            #expect(areEqual(own, whole), "\(count) pictures")
            #expect(try areEqual(energy(pictures[0..<count], 1_000), own), "\(count) pictures")
        }
        #expect(try !areEqual(energy(pictures, 1), energy(pictures, 3)))
    }

    /// Each of the two rounds every value a few times in each of four layers: some 10⁻⁶ of the largest.
    @Test func normalisationsBecomePartsOfWhatTheyFollow() throws {
        let layers: [Layer] =
            .block(3, stride: 2, channels: 5) + [
                .gaussianJet(.init(order: 2, sigma: 1, radius: 3, channels: 4, hasBias: false)), .normalization,
                .activation(.gelu), .transposedConvolution(.init(3, stride: 2, channels: 3)), .normalization,
                .activation(.softplus),
                .convolution(ConvolutionLayer(3, channels: 6, grouping: .depthwise, hasBias: false)), .normalization,
            ]
        let graph = try NetworkGraph(
            NetworkDescription(name: "all", height: 12, width: 10, channels: 3, layers: layers))
        var weights = NetworkWeights(graph, seed: 5)
        var random = SeededGenerator(seed: 6)
        for (place, parameter) in graph.parameters.enumerated() where parameter.role != .sigma {
            let isVariance = parameter.role == .runningVariance
            weights.tensors[place] = Tensor(
                parameter.shape,
                weights.tensors[place].elements.map { $0 + Float(random.uniform() - (isVariance ? 0.5 : 0.4)) })
        }
        let network = LearnedNetwork(
            graph: graph, weights: weights, settings: TrainingSettings(), history: TrainingHistory(), dataset: "none")
        let folded = try network.featuresWithoutNormalization()
        let pictures = Tensor([2, 12, 10, 3], (0..<720).map { _ in Float(random.normal()) })
        let outputs = [network, folded].map { network in
            let compiled = CompiledNetwork(network.graph, weights: network.weights, batch: 2, computesGradients: false)
            compiled.forward(pictures, isTraining: false)
            return compiled.output.elements
        }
        #expect(!folded.graph.parameters.contains { $0.role == .runningMean })
        let largest = outputs[0].map(abs).max() ?? 0
        for (own, other) in zip(outputs[0], outputs[1]) { #expect(abs(own - other) < 1e-5 * largest) }
    }
}

import Experiments
import NeuralNetworks
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
}

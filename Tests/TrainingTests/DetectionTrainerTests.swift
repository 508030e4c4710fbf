import Datasets
import NeuralNetworks
import Testing

@testable import Training

@Suite struct DetectionTrainerTests {
    /// A detector of one field on small pictures, which is enough to see the loss fall.
    private let network = NetworkDescription(
        name: "small", height: 48, width: 48, channels: 1,
        layers: .block(3, channels: 8) + .block(3, dilation: 2, channels: 8) + [
            .convolution(ConvolutionLayer(1, channels: DetectionLayout().channels))
        ])

    private func trainer(_ network: NetworkDescription) throws -> DetectionTrainer {
        var settings = TrainingSettings()
        (settings.batch, settings.learningRate, settings.schedule) = (2, 1e-2, .constant)
        let digits = ComposedDigits(DigitGlyphs.drawn(0..<20, seed: 1), side: 48, seed: 4)
        return try DetectionTrainer(network, on: digits, layout: DetectionLayout(), settings: settings)
    }

    @Test func theLossFallsAndTheSameSeedGivesTheSameLosses() throws {
        let (a, b) = (try trainer(network), try trainer(network))
        let losses = try (0..<40).map { _ in try a.step() }
        let again = try (0..<3).map { _ in try b.step() }
        #expect(again == Array(losses.prefix(3)))
        let (first, last) = (losses.prefix(3).reduce(0, +), losses.suffix(3).reduce(0, +))
        #expect(last < 0.75 * first)
        #expect(a.steps == 40)
    }

    @Test func everyPictureIsTestedOnce() throws {
        let digits = ComposedDigits(DigitGlyphs.drawn(0..<20, seed: 1), side: 48, seed: 5)
        let (found, objects) = try trainer(network).detections(in: digits, at: 3..<6)
        #expect(found.count == 3)
        #expect(objects == (3..<6).map { digits.picture($0).objects })
    }

    @Test func aNetworkWithOtherChannelsIsRefused() {
        let classifier = NetworkDescription(
            name: "other", height: 48, width: 48, channels: 1, layers: .block(3, channels: 4) + .classifier(classes: 10)
        )
        #expect(throws: TrainingError.self) { try trainer(classifier) }
    }
}

import Datasets
import Foundation
import NeuralNetworks
import TensorFiles
import TestSupport
import Testing
import Training

@testable import TrainedNetworks

/// A finished run of the recipe's folder, made small: one step on two shapes.
private func shortRun(_ folder: TemporaryFolder) throws -> (Checkpoint, Dataset) {
    let dataset = OrientedShapes.dataset(training: 8, test: 6)
    guard let strided = StandardNetwork.named("strided") else { throw CocoaError(.fileNoSuchFile) }
    var settings = TrainingSettings()
    (settings.batch, settings.stepsPerEpoch, settings.epochs) = (4, 2, 1)
    let trainer = try Trainer(strided.description(), on: dataset, settings: settings)
    for _ in 0..<2 { try trainer.step() }
    try trainer.finishEpoch()
    let file = folder.file("last.safetensors")
    try trainer.save(to: file)
    return (try Checkpoint(contentsOf: file), dataset)
}

@Suite struct TrainedNetworkTests {
    @Test func theFirstNetworksComeAlong() throws {
        let names = try TrainedNetwork.all().map(\.name)
        #expect(Set(names).isSuperset(of: ["dilated", "strided"]))
        #expect(names == names.sorted())
    }

    @Test func weightsFitTheirNetworksAndCardsAgreeWithTheirHistories() throws {
        for network in try TrainedNetwork.all() {
            let graph = try network.graph()
            let weights = try network.weights()
            #expect(weights.tensors.map(\.shape) == graph.parameters.map(\.shape))
            #expect(weights.tensors.allSatisfy { $0.elements.allSatisfy(\.isFinite) })
            let card = network.card
            #expect(card.history.epochs.count == card.settings.epochs)
            #expect(card.history.primaryAccuracy == card.accuracy)
            #expect(card.classes.count == graph.output.channels)
            #expect(card.command.hasPrefix("ccnn train \(network.name) --data \(card.data)"))
        }
    }

    /// Rounding kernels to eleven bits changes few of 10,000 answers: less than the half-width of an accuracy's interval, 0.8 points.
    @Test func halfPrecisionCostsNextToNothing() throws {
        for card in try TrainedNetwork.all().map(\.card) {
            #expect(abs(card.storedAccuracy - card.accuracyBeforeRounding) < 0.002)
            #expect(card.storedAccuracy > 0.7)
        }
    }

    @Test func unknownNamesAndAMissingFolderAreSaid() throws {
        #expect(throws: TrainedNetworkError.self) { try TrainedNetwork.named("dilatd") }
        let empty = try TemporaryFolder()
        let error = #expect(throws: TrainedNetworkError.self) { try NetworkFolder.located(in: [empty.url, nil]) }
        #expect(error?.description.contains("continuous-cnn_TrainedNetworks") == true)
    }

    @Test func aFinishedRunIsPackedAndReadAgain() throws {
        let folder = try TemporaryFolder()
        let (checkpoint, dataset) = try shortRun(folder)
        let packed = try TrainedNetwork.pack(checkpoint, on: dataset, command: "ccnn train strided", into: folder.url)
        let read = try #require(try TrainedNetwork.all(in: folder.url).first)
        #expect(read == packed)
        #expect(read.card.history == checkpoint.history)
        let metadata = try TensorArchive(contentsOf: folder.file("strided.safetensors")).metadata
        #expect(metadata["pictures"]?.contains("bytes divided by 255") == true)
        let graph = try read.graph()
        let (stored, trained) = (try read.weights(), try checkpoint.weights(of: graph))
        for (place, parameter) in graph.parameters.enumerated() where parameter.role == .kernel {
            // Half precision keeps eleven bits; numbers below 2⁻¹⁴ are rounded to multiples of 2⁻²⁴.
            for (a, b) in zip(stored.tensors[place].elements, trained.tensors[place].elements) {
                #expect(abs(a - b) <= max(abs(b) * 0x1p-11, 0x1p-25))
            }
        }
    }

    @Test func anotherDataSetAndDamageAreRefused() throws {
        let folder = try TemporaryFolder()
        let (checkpoint, dataset) = try shortRun(folder)
        let other = Dataset(name: "cifar-10", training: dataset.training, test: dataset.test)
        #expect(throws: TrainedNetworkError.self) {
            try TrainedNetwork.pack(checkpoint, on: other, command: "", into: folder.url)
        }
        let network = try TrainedNetwork.pack(checkpoint, on: dataset, command: "ccnn train strided", into: folder.url)
        try SafetensorsFile.write([], to: folder.file("strided.safetensors"))
        #expect(throws: TrainedNetworkError.self) { try network.weights() }
        _ = try folder.file("strided.json", holding: Array("{}".utf8))
        #expect(throws: TrainedNetworkError.self) { try TrainedNetwork.all(in: folder.url) }
    }
}

import Datasets
import Foundation
import NeuralNetworks
import TestSupport
import Testing
import Training

@testable import Experiments

@Suite struct NetworkLibraryTests {
    private let pictures = BrightPictures.dataset()
    private let network = NetworkDescription(
        name: "tiny", height: 12, width: 12, channels: 3, layers: .block(3, channels: 2) + .classifier(classes: 2))

    private func settings(seed: UInt64, steps: Int = 3) -> TrainingSettings {
        TrainingBudget(epochs: 1, stepsPerEpoch: steps, batch: 4).settings(seed: seed)
    }

    /// Trains a network as `ccnn train` does, stopped after `stopping` steps where given.
    private func train(_ settings: TrainingSettings, in folder: URL, stopping: Int? = nil) throws {
        let place = folder.appendingPathComponent("tiny-\(settings.seed)-\(settings.epochs)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        let trainer = try Trainer(network, on: pictures, settings: settings)
        _ = try TrainingLoop(folder: place).run(trainer, shouldStop: { trainer.steps == stopping })
    }

    @Test func finishedRunsAreFoundBySettings() throws {
        let folder = try TemporaryFolder()
        for seed in [1, 2, 4] as [UInt64] { try train(settings(seed: seed), in: folder.url) }
        let runs = try StoredRuns(in: folder.url)
        #expect(runs.finishedSeeds(network, on: pictures) { settings(seed: $0) } == [1, 2, 4])
        #expect(runs.finishedSeeds(network, on: pictures) { settings(seed: $0, steps: 4) } == [])
        let library = try NetworkLibrary(checkpoints: folder.url)
        #expect(library.storedSeeds(of: [(network, pictures)]) { settings(seed: $1) } == [1, 2, 4])
        var other = network
        other.name = "other"
        #expect(library.storedSeeds(of: [(network, pictures), (other, pictures)]) { settings(seed: $1) } == [])
    }

    /// A comparison needs no more of a run than its history.
    @Test func runsAreFoundByTheirHistoriesToo() throws {
        let folder = try TemporaryFolder()
        let (runs, histories) = (folder.file("runs"), folder.file("histories"))
        for seed in [1, 2] as [UInt64] { try train(settings(seed: seed), in: runs) }
        let checkpoints = try Checkpoint.lastStates(in: runs).map { try Checkpoint(contentsOf: $0) }
        _ = try HistoryFolder.adding(checkpoints, to: histories)
        try FileManager.default.removeItem(at: runs)
        for place in [histories, folder.url] {
            let stored = try StoredRuns(in: place)
            #expect(stored.finishedSeeds(network, on: pictures) { settings(seed: $0) } == [1, 2])
            #expect(stored.finishedSeeds(network, on: pictures) { settings(seed: $0, steps: 4) } == [])
            #expect(stored.history(of: network, on: pictures, settings(seed: 2))?.csv == checkpoints[1].history.csv)
            #expect(stored.history(of: network, on: pictures, settings(seed: 3)) == nil)
            #expect(stored.finished(network, on: pictures, settings(seed: 2)) == nil)
            #expect(stored.longest(network, on: pictures, beyond: 0).isEmpty)
        }
        let other = Dataset(name: "other", training: pictures.training, test: pictures.test)
        #expect(try StoredRuns(in: histories).finishedSeeds(network, on: other) { settings(seed: $0) } == [])
    }

    /// A run that held pictures out is no run on all of them.
    @Test func runsOnOtherPicturesAreLeftAlone() throws {
        let folder = try TemporaryFolder()
        try train(settings(seed: 1), in: folder.url)
        let fewer = Dataset(
            name: pictures.name, training: pictures.training[0..<pictures.training.count - 1], test: pictures.test,
            augmentation: pictures.augmentation)
        let runs = try StoredRuns(in: folder.url)
        #expect(runs.finished(network, on: pictures, settings(seed: 1)) != nil)
        #expect(runs.finished(network, on: fewer, settings(seed: 1)) == nil)
    }

    @Test func aStoredRunIsNotTrainedAgain() throws {
        let folder = try TemporaryFolder()
        try train(settings(seed: 5), in: folder.url)
        let library = try NetworkLibrary(checkpoints: folder.url)
        let context = try ExperimentContext.forTests()
        let found = try library.trained(network, on: pictures, settings(seed: 5), context)
        let again = try NetworkLibrary().trained(network, on: pictures, settings(seed: 5), context)
        #expect(found.weights == again.weights)
        #expect(!FileManager.default.fileExists(atPath: library.folder.path))
    }

    @Test func longRunsAreFinishedOnesOrFarBegun() throws {
        let folder = try TemporaryFolder()
        var long = settings(seed: 1, steps: 10)
        long.epochs = 3
        try train(long, in: folder.url, stopping: 20)
        #expect(try StoredRuns(in: folder.url).longest(network, on: pictures, beyond: 2).map(\.steps) == [20])
        #expect(try StoredRuns(in: folder.url).longest(network, on: pictures, beyond: 3).isEmpty)
        try train(settings(seed: 2, steps: 12), in: folder.url)
        #expect(try StoredRuns(in: folder.url).longest(network, on: pictures, beyond: 2).map(\.settings.seed) == [2])
    }

    @Test func claimsSayWhichRunsTheyTake() throws {
        let folder = try TemporaryFolder()
        var long = settings(seed: 7, steps: 200)
        long.epochs = 1
        try train(long, in: folder.url)
        let library = try NetworkLibrary(checkpoints: folder.url)
        let context = ExperimentContext(effort: .quick, data: ExperimentData(pictures: pictures), networks: library)
        let one = context.mostTrainedRuns(of: network, atLeast: 1)
        #expect(one.seeds == [7] && one.words == "tiny: stored runs on bright of 200 steps, seed 7.")
        #expect(try one.network(network, 7, context).settings == long)
        // Too few of them: networks are trained with the budget instead.
        let three = context.mostTrainedRuns(of: network, atLeast: 3)
        #expect(three.seeds == [1, 2, 3] && three.words.hasPrefix("tiny: trained on bright for 120 steps"))
        // Seeds that were asked for are kept to.
        let asked = ExperimentContext(
            effort: .quick, seedCount: 1, data: ExperimentData(pictures: pictures), networks: library)
        #expect(asked.mostTrainedRuns(of: network, atLeast: 1).seeds == [1])
    }
}

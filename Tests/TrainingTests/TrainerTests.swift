import Datasets
import Foundation
import NeuralNetworks
import Parallelism
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import Training

@Suite struct TrainerTests {
    static let dataset: Dataset = {
        let shapes = OrientedShapes.dataset(training: 60, test: 20)
        return Dataset(
            name: "shapes", training: shapes.training, test: shapes.test, augmentation: .flipsAndShifts)
    }()

    static let network = NetworkDescription(
        name: "small", height: 32, width: 32, channels: 3,
        layers: .block(3, stride: 2, channels: 6) + .block(3, dilation: 2, channels: 8) + .classifier(classes: 10))

    static func settings(_ change: (inout TrainingSettings) -> Void = { _ in }) -> TrainingSettings {
        var settings = TrainingSettings()
        settings.batch = 8
        settings.stepsPerEpoch = 6
        settings.epochs = 3
        settings.seed = 7
        change(&settings)
        return settings
    }

    private func trainer(
        _ settings: TrainingSettings, from checkpoint: Checkpoint? = nil, threads: Int = 1,
        network: NetworkDescription = Self.network
    ) throws(TrainingError) -> Trainer {
        try Trainer(
            network, on: Self.dataset, settings: settings, from: checkpoint, pool: WorkerPool(threadCount: threads))
    }

    /// What two runs that are the same must agree in: everything but the time they took.
    private func essence(_ trainer: Trainer) -> ([Tensor], [[Tensor]], [Tensor?], [[Double?]]) {
        let figures = trainer.history.epochs.map {
            [$0.trainingLoss, $0.trainingAccuracy, $0.testLoss, $0.testAccuracy, $0.reestimatedAccuracy]
        }
        return (trainer.network.weights.tensors, trainer.optimizer.moments, trainer.masks.masks, figures)
    }

    static let variants: [TrainingSettings] = [
        settings(),
        settings {
            $0.optimizer = .descent(momentum: 0.9); $0.l2 = 1e-4; $0.schedule = .plateau(patience: 1, factor: 0.5)
        },
        settings {
            $0.optimizer = .adamW(epsilon: 1e-7, decay: 0.01)
            $0.schedule = .cosine(steps: 18)
            $0.pruning = PruningSettings(sparsity: 0.5, growth: .polynomial, begin: 2, end: 10, interval: 2)
        },
    ]

    @Test(arguments: variants.indices, [1, 2])
    func aStoppedRunGoesOnToTheSameBits(variant: Int, threads: Int) throws {
        let settings = Self.variants[variant]
        let (whole, parts) = (try TemporaryFolder(), try TemporaryFolder())
        let uninterrupted = try trainer(settings)
        #expect(try TrainingLoop(folder: whole.url).run(uninterrupted) == .finished)

        let loop = TrainingLoop(folder: parts.url)
        var current = try trainer(settings, threads: threads)
        // Stopped after the fourth step, after that at an epoch's end, and again in the middle of one.
        for stop in [4, 12, 17] {
            #expect(try loop.run(current, shouldStop: { current.steps == stop }) == .stopped)
            #expect(current.steps == stop)
            current = try trainer(settings, from: Checkpoint(contentsOf: loop.last), threads: threads)
        }
        #expect(try loop.run(current) == .finished)
        let (a, b) = (essence(uninterrupted), essence(current))
        #expect(a.0 == b.0 && a.1 == b.1 && a.2 == b.2 && a.3 == b.3)
        #expect(try whole.names() == ["best.safetensors", "history.csv", "history.json", "last.safetensors"])
    }

    /// As whoever steps a trainer by himself may save it.
    @Test func aStateBetweenAnEpochsLastStepAndItsEndGoesOnToTheSameBits() throws {
        let settings = Self.variants[1]
        let (whole, parts) = (try TemporaryFolder(), try TemporaryFolder())
        let uninterrupted = try trainer(settings)
        _ = try TrainingLoop(folder: whole.url).run(uninterrupted)

        let (loop, stopped) = (TrainingLoop(folder: parts.url), try trainer(settings))
        for _ in 0..<settings.stepsPerEpoch { try stopped.step() }
        try stopped.save(to: loop.last)
        let resumed = try trainer(settings, from: Checkpoint(contentsOf: loop.last))
        #expect(resumed.isAtEpochEnd && resumed.history.epochs.isEmpty)
        #expect(try loop.run(resumed) == .finished)
        let (a, b) = (essence(uninterrupted), essence(resumed))
        #expect(a.0 == b.0 && a.1 == b.1 && a.2 == b.2 && a.3 == b.3)

        for _ in 0..<settings.stepsPerEpoch { try stopped.step() }
        try stopped.save(to: loop.last)
        let error = try #require(throws: TrainingError.self) {
            try trainer(settings, from: Checkpoint(contentsOf: loop.last))
        }
        #expect(error.description.hasSuffix("found 0 epochs after 12 steps, wanted 2"))
    }

    @Test func aLongerRunContinuesAFinishedOne() throws {
        let folder = try TemporaryFolder()
        let loop = TrainingLoop(folder: folder.url)
        let short = Self.settings { $0.epochs = 1 }
        _ = try loop.run(trainer(short))
        let longer = try trainer(Self.settings(), from: Checkpoint(contentsOf: loop.last))
        #expect(longer.history.epochs.count == 1)
        _ = try loop.run(longer)
        let whole = try trainer(Self.settings())
        let other = try TemporaryFolder()
        _ = try TrainingLoop(folder: other.url).run(whole)
        #expect(whole.network.weights == longer.network.weights)
    }

    /// A rate that falls to 0 at the end has been another one all along where the end is moved.
    @Test func aLongerRunWithARateThatDependsOnTheLengthIsRefused() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("last.safetensors")
        let short = try trainer(Self.settings { $0.schedule = .cosine(steps: 18) })
        try short.step()
        try short.save(to: file)
        let asked = Self.settings { $0.schedule = .cosine(steps: 18) }.lasting(epochs: 4, from: 1)
        #expect(asked.schedule == .cosine(steps: 24) && asked.restretchedAt == [1])
        let other = try trainer(asked, from: Checkpoint(contentsOf: file))
        #expect(other.settings.steps == 24 && other.steps == 1)
        let error = try #require(throws: TrainingError.self) {
            let longer = Self.settings { ($0.schedule, $0.epochs) = (.cosine(steps: 24), 4) }
            return try trainer(longer, from: Checkpoint(contentsOf: file))
        }
        #expect(
            error.description.hasSuffix(
                "(--epochs after steps were made), wanted the same; --epochs may be others where no rate and no pruning follows from them"
            ))
    }

    /// A network before it is pruned is not what a pruned run is for, however good it is.
    @Test func theBestOfARunThatPrunesHasItsZeros() throws {
        let folder = try TemporaryFolder()
        let loop = TrainingLoop(folder: folder.url)
        // Of five and more epochs one before the pruning is the best as a rule: nearly nothing is left afterwards.
        let settings = Self.settings {
            $0.epochs = 6
            $0.pruning = PruningSettings(sparsity: 0.98, begin: 24, end: 36)
        }
        let trainer = try trainer(settings)
        _ = try loop.run(trainer)
        let records = trainer.history.epochs
        #expect(records[0..<3].map(\.keptWeights).max() == trainer.network.graph.trainableCount)
        let best = try Checkpoint(contentsOf: loop.best)
        let kept = try #require(records.first { $0.step == best.steps }?.keptWeights)
        #expect(kept == records[5].keptWeights && kept < records[0].keptWeights)
        let rivals = records.filter { $0.keptWeights == kept }.map(\.testAccuracy)
        #expect(rivals.max() == records.first { $0.step == best.steps }?.testAccuracy)
    }

    /// What a checkpoint is refused with where a part of its metadata is another.
    private func refusal(_ settings: TrainingSettings, _ key: String, _ old: String, _ new: String) throws -> String {
        let folder = try TemporaryFolder()
        let file = folder.file("last.safetensors")
        try trainer(settings).save(to: file)
        let archive = try TensorArchive(contentsOf: file)
        var metadata = archive.metadata
        let text = try #require(metadata[key])
        try #require(text.contains(old), "\(text)")
        metadata[key] = text.replacingOccurrences(of: old, with: new)
        try SafetensorsFile.write(archive.tensors(), metadata: metadata, to: file)
        let error = try #require(throws: TrainingError.self) { try Checkpoint(contentsOf: file) }
        return error.description
    }

    @Test(
        arguments: [
            ("batch", #""batch":8"#, #""batch":0"#, "batch 0"),
            ("batch", #""batch":8"#, #""batch":1000000000000"#, "batch 1000000000000"),
            ("rate", #""learningRate":0.001"#, #""learningRate":-1"#, "learningRate -1.0"),
            ("interval", #""interval":2"#, #""interval":0"#, "interval 0"),
            ("end", #""end":10"#, #""end":1"#, "end 1"),
        ])
    func settingsThatNoRunCanHaveAreRefused(_: String, old: String, new: String, words: String) throws {
        let refusal = try refusal(Self.variants[2], "settings", old, new)
        #expect(refusal.hasSuffix("found settings with \(words), wanted settings that a run can have"))
    }

    private static let epochWithoutLoss =
        #""epochs":[{"epoch":1,"step":6,"learningRate":0.1,"trainingLoss":1,"trainingAccuracy":0.5,"testLoss":"nan","#
        + #""testAccuracy":0.5,"keptWeights":9,"seconds":1}]"#

    @Test(
        arguments: [
            (#""correct":0"#, #""correct":9223372036854775807"#, "correct 9223372036854775807"),
            (#""correct":0"#, #""correct":-1"#, "correct -1"),
            (#""epochsSinceLeast":0"#, #""epochsSinceLeast":99"#, "epochsSinceLeast 99"),
            (#""reductions":0"#, #""reductions":1"#, "reductions 1"),
            (#""leastLoss":"inf""#, #""leastLoss":"nan""#, "leastLoss nan"),
            (#""loss":0"#, #""loss":"nan""#, "loss nan"),
            (#""seconds":0"#, #""seconds":"inf""#, "seconds inf"),
            (#""epochs":[]"#, epochWithoutLoss, "testLoss nan in epoch 1"),
        ])
    func progressThatNoRunComesToIsRefused(old: String, new: String, words: String) throws {
        let refusal = try refusal(Self.settings(), "progress", old, new)
        #expect(refusal.hasSuffix("found progress with \(words), wanted progress that a run can have"))
    }

    @Test func stepsThatNoRunHasAreRefused() throws {
        for steps in ["-1", "9223372036854775807"] {
            let refusal = try refusal(Self.settings(), "steps", "0", steps)
            #expect(refusal.hasSuffix("found \(steps) steps, wanted from 0 to 100000000000"))
        }
    }

    @Test func aCheckpointKnowsTheSizeOfItsPictures() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("last.safetensors")
        try trainer(Self.settings()).save(to: file)
        #expect(try Checkpoint(contentsOf: file).input == [32, 32, 3])
        let archive = try TensorArchive(contentsOf: file)
        var metadata = archive.metadata
        metadata["input"] = nil
        try SafetensorsFile.write(archive.tensors(), metadata: metadata, to: file)
        #expect(try Checkpoint(contentsOf: file).input == nil)
        let refusal = try refusal(Self.settings(), "input", "[32,32,3]", "[32,0,3]")
        #expect(
            refusal.hasSuffix("found an input of [32, 0, 3], wanted the height, the width and the channels of pictures")
        )
    }

    /// Two convolutions with normalisation, the mean and the matrix: 4 bytes for each value of each of them, gradients but for the picture's and those
    /// that normalisations share, and each weight with its gradient and Adam's two numbers.
    @Test func theMemoryThatABatchTakesIsCounted() throws {
        let graph = try NetworkGraph(Self.network)
        let (picture, first, second) = (32 * 32 * 3, 16 * 16 * 6, 16 * 16 * 8)
        let values = picture + 2 * first + 2 * second + 8 + 10
        let weights = graph.parameters.reduce(0) { $0 + $1.shape.count }
        #expect(graph.leastBytes(batch: 5, computesGradients: false) == Double(4 * (5 * values + weights)))
        // The second convolution reads the first's features, the mean the second's, and the matrix the mean.
        let gradients = first + second + 8
        #expect(
            graph.leastBytes(batch: 5, computesGradients: true) == Double(4 * (5 * (values + gradients) + 4 * weights)))
        let error = try #require(throws: TrainingError.self) {
            try graph.checkMemory(batch: 4_000, memory: 100_000_000)
        }
        #expect(
            error.description
                == "a batch of 4000 pictures takes at least 1 GB, but 0 GB are there (smaller batches or pictures take less)"
        )
    }

    @Test func theSeedDecidesEverything() throws {
        func weights(_ seed: UInt64) throws -> NetworkWeights {
            let trainer = try trainer(Self.settings { $0.seed = seed })
            for _ in 0..<3 { try trainer.step() }
            return trainer.network.weights
        }
        #expect(try weights(7) == weights(7))
        #expect(try weights(7) != weights(8))
    }

    /// A batch of all pictures has the loss of the set, in whatever order they come.
    @Test func withoutAugmentationPicturesAreUnvaried() throws {
        func firstLoss(augments: Bool) throws -> Double {
            try trainer(Self.settings { ($0.batch, $0.augments) = (60, augments) }).step()
        }
        let untrained = try trainer(Self.settings()).network
        let network = CompiledNetwork(untrained.graph, weights: untrained.weights, batch: 60)
        var batch = Batch(of: Self.dataset.training, count: 60)
        Self.dataset.training.fill(&batch, from: 0)
        network.forward(batch.pictures, isTraining: true)
        let loss = SoftmaxCrossEntropy.evaluate(scores: network.output, labels: batch.labels).loss
        // Order changes the rounding of statistics and scores, some 10⁻⁷ of numbers around 1; variation, what every picture shows.
        #expect(abs(try firstLoss(augments: false) - loss) < 1e-5)
        #expect(abs(try firstLoss(augments: true) - loss) > 1e-4)
    }

    @Test func checkpointsOfOtherRunsAreRefused() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("last.safetensors")
        try trainer(Self.settings()).save(to: file)
        let checkpoint = try Checkpoint(contentsOf: file)
        var other = Self.network
        other.name = "other"
        var error = try #require(throws: TrainingError.self) {
            try trainer(Self.settings(), from: checkpoint, network: other)
        }
        #expect(error.description.hasSuffix("found a run of small on shapes, wanted one of other on shapes"))
        error = try #require(throws: TrainingError.self) {
            try trainer(Self.settings { $0.learningRate = 0.1 }, from: checkpoint)
        }
        #expect(
            error.description.hasSuffix(
                "found a run with other settings (--learning-rate), wanted the same, --epochs aside"))
        other.layers = .block(3, stride: 2, channels: 7) + .classifier(classes: 10)
        error = try #require(throws: TrainingError.self) {
            try trainer(Self.settings(), from: checkpoint, network: other)
        }
        #expect(error.description.contains("'conv1.kernel' of shape [3, 3, 3, 6]"))
    }

    @Test func aRunDoesNotGoOnWithOtherPictures() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("last.safetensors")
        try trainer(Self.settings()).save(to: file)
        let set = try trainer(Self.settings()).dataset
        var pixels = set.training.pixels
        pixels[pixels.count / 2] ^= 1
        let changed = LabelledPictures(
            height: set.training.height, width: set.training.width, channels: set.training.channels,
            classNames: set.training.classNames, pixels: pixels, labels: set.training.labels)
        let error = try #require(throws: TrainingError.self) {
            try Trainer(
                Self.network,
                on: Dataset(name: set.name, training: changed, test: set.test, augmentation: set.augmentation),
                settings: Self.settings(), from: Checkpoint(contentsOf: file))
        }
        #expect(error.description.hasSuffix("wanted those that it began with, and the same --validation-split"))
    }

    @Test func filesThatAreNoCheckpointsAreRefused() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("kernels.safetensors")
        try SafetensorsFile.write([StoredTensor(name: "a", Tensor([2]))], to: file)
        var error = try #require(throws: TrainingError.self) { try Checkpoint(contentsOf: file) }
        #expect(error.description.contains("found no format named, wanted a file of the format"))
        try trainer(Self.settings()).save(to: file)
        let bytes = try Data(contentsOf: file)
        try bytes.prefix(bytes.count - 10).write(to: file)
        error = try #require(throws: TrainingError.self) { try Checkpoint(contentsOf: file) }
        guard case .file = error else { return #expect(Bool(false), "\(error)") }
    }

    /// Its one tensor is damaged, which shows only where it is read.
    @Test func tensorsOfOtherFilesAreNotRead() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("kernels.npz")
        let tensor = StoredTensor(
            name: "a", shape: TensorShape([64]), scalarType: .uint8, bytes: [UInt8](repeating: 77, count: 64))
        try NpzFile.write([tensor], to: file)
        var bytes = [UInt8](try Data(contentsOf: file))
        let start = try #require(bytes.indices.first { bytes[$0...].starts(with: tensor.bytes) })
        bytes[start] ^= 1
        try Data(bytes).write(to: file)
        let error = try #require(throws: TrainingError.self) { try Checkpoint(contentsOf: file) }
        #expect(error.description.contains("found no format named, wanted a file of the format"))
    }

    @Test func aLossThatIsNoNumberStopsTheRunAndKeepsTheLastGoodState() throws {
        let folder = try TemporaryFolder()
        let loop = TrainingLoop(folder: folder.url)
        let trainer = try trainer(Self.settings())
        let error = try #require(throws: TrainingError.self) {
            try loop.run(
                trainer,
                afterStep: { trainer in
                    guard trainer.steps == 9 else { return }
                    trainer.network.weights.tensors[0] = trainer.network.weights.tensors[0].map { _ in .nan }
                })
        }
        #expect(error == .diverged(step: 10, checkpoint: loop.last.relativePath))
        #expect(try Checkpoint(contentsOf: loop.last).steps == 6)
    }

    /// Linux lets not even the administrator make a file in its folder of devices; tests that run at the same time take others.
    @Test(
        .enabled(if: FileManager.default.fileExists(atPath: "/sys/devices"), "needs a folder that nobody writes into"))
    func aFolderThatCannotBeWrittenIsNoticedBeforeTheFirstStep() throws {
        let trainer = try trainer(Self.settings())
        let loop = TrainingLoop(folder: URL(fileURLWithPath: "/sys/devices"))
        let error = try #require(throws: TrainingError.self) { try loop.run(trainer) }
        #expect(error.description.contains("/sys/devices/last.safetensors"))
        #expect(error.description.contains("creating a file in its folder, wanted a writable folder"))
        #expect(trainer.steps == 0)
    }

    @Test func aPlaceThatCannotBeWrittenIsNamedAndTheOldStateKept() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("last.safetensors")
        let trainer = try trainer(Self.settings())
        try trainer.save(to: file)
        let before = try Data(contentsOf: file)
        try trainer.step()
        let error = try #require(throws: TrainingError.self) {
            try trainer.save(to: URL(fileURLWithPath: "/dev/null/last.safetensors"))
        }
        guard case .file = error else { return #expect(Bool(false), "\(error)") }
        #expect(try Data(contentsOf: file) == before)
    }

    @Test func picturesThatDoNotFitAreNamed() throws {
        var grey = Self.network
        grey.channels = 1
        var error = try #require(throws: TrainingError.self) { try trainer(Self.settings(), network: grey) }
        #expect(error.description == "the data set has 3 channels, but the network takes 1")
        var narrow = Self.network
        narrow.layers = .classifier(classes: 9)
        error = try #require(throws: TrainingError.self) { try trainer(Self.settings(), network: narrow) }
        #expect(error.description == "the data set has 10 classes, but the network takes at most the 9 it scores")
        narrow.layers = .block(3, channels: 10)
        error = try #require(throws: TrainingError.self) { try trainer(Self.settings(), network: narrow) }
        #expect(
            error.description
                == "the data set has one label for each picture, but the network takes 1024 for its scores"
        )
    }

    @Test func reestimatedStatisticsAreThePlainAverage() throws {
        let trainer = try trainer(Self.settings())
        for _ in 0..<6 { try trainer.step() }
        // The set is as long as six batches and a half; of one batch alone, the average is that batch's statistics.
        trainer.network.reestimateNormalization(on: Self.dataset.training, batches: 1)
        let first = trainer.network.weights
        trainer.network.reestimateNormalization(on: Self.dataset.training[8..<60], batches: 1)
        let second = trainer.network.weights
        trainer.network.reestimateNormalization(on: Self.dataset.training, batches: 2)
        for (place, parameter) in trainer.network.graph.parameters.enumerated() {
            for i in 0..<parameter.shape.count where !parameter.role.isTrained {
                let mean = (first.tensors[place][i] + second.tensors[place][i]) / 2
                #expect(abs(trainer.network.weights.tensors[place][i] - mean) < 1e-6)
            }
            if parameter.role.isTrained { #expect(trainer.network.weights.tensors[place] == first.tensors[place]) }
        }
        #expect(trainer.network.normalizationMomentum == 0.99)
    }
}

import CommandLineSupport
import Foundation
import Pictures
import Reports
import TensorFiles
import TestSupport
import Testing

@Suite struct TrainRunTests {
    private func run(
        _ folder: URL, _ change: (inout TrainRequest.Arguments) -> Void = { _ in },
        shouldStop: () -> Bool = { false }, notice: (String) -> Void = { _ in }
    ) throws -> String {
        var arguments = TrainRequest.Arguments()
        arguments.network = "strided"
        arguments.out = folder.path
        arguments.epochs = 2
        arguments.stepsPerEpoch = 3
        arguments.batch = 4
        change(&arguments)
        return try TrainRun(TrainRequest(arguments), style: .plain).run(shouldStop: shouldStop, notice: notice)
    }

    private func refusal(_ body: () throws -> String) -> String {
        do { return try body() } catch { return "\(error)" }
    }

    @Test func trainsStopsResumesAndEvaluates() throws {
        let folder = try TemporaryFolder()
        let out = folder.file("run")
        var lines: [String] = []
        let stopped = try run(out, shouldStop: { true }, notice: { lines.append($0) })
        #expect(stopped == "stopped after step 1; --resume goes on from there\n")
        #expect(lines[0].hasPrefix("strided: 25,474 parameters, receptive field 17 pixels; shapes: "))
        #expect(refusal { try run(out) }.contains("already holds a run"))
        let text = try run(out, { $0.resumes = true }, notice: { lines.append($0) })
        #expect(text.hasPrefix("test accuracy at the end: ") && text.hasSuffix("last.safetensors\n"))
        #expect(text.contains(" %, with re-estimated normalisation statistics; with running averages "))
        #expect(lines.count == 4 && lines[3].hasPrefix("epoch 2 of 2: loss "))
        #expect(lines[3].contains(" % re-estimated, ") && lines[3].contains(" % by running averages; "))
        let evaluated = try EvaluateRun(
            checkpoint: out.appendingPathComponent("last.safetensors").path, dataFolder: nil, style: .plain
        ).run()
        #expect(evaluated.hasPrefix("strided on shapes, step 6: accuracy ") && evaluated.contains("bar 45°"))
        #expect(
            evaluated.contains(
                "\nnormalisation statistics are re-estimated on 100 batches of training pictures; with the running averages"
            ))
    }

    @Test func repeatedRunsSayMeanAndInterval() throws {
        let folder = try TemporaryFolder()
        let out = folder.file("runs")
        let few: (inout TrainRequest.Arguments) -> Void = {
            $0.seeds = 2
            $0.seed = 4
        }
        let text = try run(out, few)
        #expect(text.hasPrefix("test accuracy, mean of the last 2 epochs of 2 runs: "))
        #expect(text.contains("95 % interval"))
        #expect(text.contains("), with re-estimated normalisation statistics\n"))
        #expect(text.contains("\nthe same with running averages as normalisation statistics: "))
        #expect(try FileManager.default.contentsOfDirectory(atPath: out.path).sorted() == ["seed-4", "seed-5"])
        #expect(refusal { try run(out, few) }.contains("already holds a run"))
        // What is finished stays; a third run is added.
        let more = try run(out) {
            few(&$0)
            $0.seeds = 3
            $0.resumes = true
        }
        #expect(more.contains("of 3 runs"))
        #expect(FileManager.default.fileExists(atPath: out.appendingPathComponent("seed-6/last.safetensors").path))
    }

    /// Statistics are re-estimated in the last ten epochs, and in early ones: a run that was to be longer, and is finished before them, has none.
    @Test func accuracyOfRunsWithoutReestimatedStatisticsIsNamed() throws {
        let folder = try TemporaryFolder()
        let out = folder.file("runs")
        let place = out.appendingPathComponent("seed-4")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        let small: (inout TrainRequest.Arguments) -> Void = {
            ($0.seed, $0.epochs, $0.stepsPerEpoch, $0.batch, $0.data) = (4, 20, 460, 1, nil)
        }
        _ = try run(out) {
            small(&$0)
            ($0.seeds, $0.epochs, $0.stepsPerEpoch) = (2, 1, 3)
        }
        // As an earlier version leaves it.
        let file = place.appendingPathComponent("last.safetensors")
        let archive = try TensorArchive(contentsOf: file)
        var metadata = archive.metadata
        let progress = try #require(metadata["progress"])
        metadata["progress"] = progress.replacing(/"reestimatedAccuracy":[0-9.e-]+,/, with: "")
        metadata["options"] = nil
        try SafetensorsFile.write(archive.tensors(), metadata: metadata, to: file)
        let text = try run(out) {
            ($0.network, $0.epochs, $0.stepsPerEpoch, $0.batch, $0.resumes) = ("", nil, nil, nil, true)
        }
        #expect(text.hasPrefix("test accuracy, after the last epoch of 2 runs: "))
        #expect(text.contains(", with running averages as normalisation statistics\nthe same with re-estimated"))
        #expect(text.contains("normalisation statistics, of 1 of 2 runs: "))
    }

    /// Everything that determines the run is in its state.
    @Test func aRunGoesOnWithItsOptions() throws {
        let folder = try TemporaryFolder()
        let (parts, whole) = (folder.file("parts"), folder.file("whole"))
        func options(_ arguments: inout TrainRequest.Arguments) {
            (arguments.optimizer, arguments.momentum, arguments.learningRate) = ("sgd", 0.5, 0.01)
            (arguments.schedule, arguments.l2) = ("cosine", 1e-3)
            (arguments.validationSplit, arguments.seed) = (0.25, 9)
            (arguments.prune, arguments.pruneUnit, arguments.pruneBegin, arguments.pruneEnd) = (0.5, "taps", 1, 4)
        }
        _ = try run(parts, options, shouldStop: { true })
        let text = try TrainRun(TrainRequest(resumed(parts)), style: .plain).run()
        #expect(try text == run(whole, options).replacingOccurrences(of: "whole/", with: "parts/"))
        func tensors(_ out: URL) throws -> [StoredTensor] {
            try TensorArchive(contentsOf: out.appendingPathComponent("last.safetensors")).tensors()
        }
        #expect(try tensors(parts) == tensors(whole))
        // Said again, they are the same.
        _ = try run(parts) {
            options(&$0)
            $0.resumes = true
        }
        let changes: [(String, (inout TrainRequest.Arguments) -> Void)] = [
            ("the network is dilated, but the run in PLACE has strided", { $0.network = "dilated" }),
            ("--data is cifar-10, but the run in PLACE has shapes", { $0.data = "cifar-10" }),
            ("--batch is 8, but the run in PLACE has 4", { $0.batch = 8 }),
            ("--steps-per-epoch is 4, but the run in PLACE has 3", { $0.stepsPerEpoch = 4 }),
            ("--seed is 1, but the run in PLACE has 9", { $0.seed = 1 }),
            ("--optimizer is adam, but the run in PLACE has sgd", { $0.optimizer = "adam" }),
            ("--momentum is 0.9, but the run in PLACE has 0.5", { $0.momentum = 0.9 }),
            ("--weight-decay is 0.1, but the run in PLACE has none", { $0.weightDecay = 0.1 }),
            ("--learning-rate is 0.1, but the run in PLACE has 0.01", { $0.learningRate = 0.1 }),
            ("--schedule is decay, but the run in PLACE has cosine", { $0.schedule = "decay" }),
            ("--decay is 0.1, but the run in PLACE has none", { $0.decay = 0.1 }),
            ("--l2 is 0.0, but the run in PLACE has 0.001", { $0.l2 = 0 }),
            ("--augment is false, but the run in PLACE has true", { $0.augments = false }),
            ("--validation-split is 0.0, but the run in PLACE has 0.25", { $0.validationSplit = 0 }),
            ("--prune is 0.25, but the run in PLACE has 0.5", { $0.prune = 0.25 }),
            ("--prune-begin is 0, but the run in PLACE has 1", { $0.pruneBegin = 0 }),
            ("--prune-end is 5, but the run in PLACE has 4", { $0.pruneEnd = 5 }),
            ("--prune-interval is 2, but the run in PLACE has 20", { $0.pruneInterval = 2 }),
            ("--prune-growth is polynomial, but the run in PLACE has constant", { $0.pruneGrowth = "polynomial" }),
            ("--prune-unit is channels, but the run in PLACE has taps", { $0.pruneUnit = "channels" }),
            ("--prune-scope is global, but the run in PLACE has layer", { $0.pruneScope = "global" }),
            ("--prune-classifier is true, but the run in PLACE has false", { $0.prunesClassifier = true }),
            ("--two-taps is mixed, but the run in PLACE has none", { $0.twoTaps = "mixed" }),
            ("--epochs is 1, but the run in PLACE has begun with epoch 2 already", { $0.epochs = 1 }),
        ]
        for (words, change) in changes {
            var arguments = resumed(parts)
            change(&arguments)
            do {
                _ = try TrainRequest(arguments)
                Issue.record("accepted: \(words)")
            } catch {
                #expect(error.exitCode == 2)
                #expect(
                    error.description.hasPrefix(words.replacingOccurrences(of: "PLACE", with: parts.relativePath)),
                    "\(error)")
            }
        }
    }

    private func resumed(_ out: URL) -> TrainRequest.Arguments {
        var arguments = TrainRequest.Arguments()
        (arguments.out, arguments.resumes) = (out.path, true)
        return arguments
    }

    /// The rate of a schedule that follows from the length is that of the new one from there on, and the run is not taken for one of that length.
    @Test func aRunCanBeMadeLonger() throws {
        let folder = try TemporaryFolder()
        let out = folder.file("run")
        _ = try run(out) { $0.schedule = "cosine" }
        var lines: [String] = []
        var arguments = resumed(out)
        arguments.epochs = 4
        let longer = try TrainRequest(arguments)
        #expect(longer.settings.schedule == .cosine(steps: 12) && longer.settings.restretchedAt == [6])
        _ = try TrainRun(longer, style: .plain).run(notice: { lines.append($0) })
        #expect(
            lines[1]
                == "the run has 4 epochs now, not 2; from step 6 on the learning rate is that of a run of the new length, 0.000500 in place of 0.00"
        )
        #expect(lines.count == 4 && lines[3].hasPrefix("epoch 4 of 4: "))
        // It goes on as that.
        let again = try TrainRequest(resumed(out))
        #expect(again.settings == longer.settings)
        lines = []
        _ = try TrainRun(again, style: .plain).run(notice: { lines.append($0) })
        #expect(lines.dropFirst() == ["the run has made all of its 4 epochs; --epochs makes it longer"])
    }

    @Test func prunedWeightsAreCounted() throws {
        let folder = try TemporaryFolder()
        let text = try run(folder.file("run")) {
            $0.prune = 0.5
            $0.pruneInterval = 1
        }
        // Kernels 432 + 3,456 + 6,912 + 13,824 and the matrix's 480 are 25,104, of which half go.
        #expect(text.contains("weights: 12,922 kept, 12,552 of 25,104 zeroed (50.00 %, asked for 50.00 %)\n"))
    }

    /// All is said and written: five of nine taps go in each of four kernels, and the matrix keeps its 480 weights.
    @Test func whatPruningLeavesAloneIsSaid() throws {
        let folder = try TemporaryFolder()
        var lines: [String] = []
        let text = try run(
            folder.file("run"), { ($0.prune, $0.pruneUnit, $0.pruneBegin, $0.pruneEnd) = (0.5, "taps", 0, 0) },
            notice: { lines.append($0) })
        let alone = "; kept whole: dense1 (it scores the classes)"
        #expect(lines.contains("pruning 50.00 % of taps in each layer from step 0 to step 0" + alone))
        #expect(text.contains("kept, 13,680 of 24,624 zeroed (55.56 %, asked for 50.00 %)\(alone)\n"))
        let json = try String(contentsOf: folder.file("run/history.json"), encoding: .utf8)
        #expect(json.contains(#""layer" : "dense1""#) && json.contains(#""reason" : "scoresClasses""#))
        #expect(json.contains(#""zeroed" : 13680"#))
        let archive = try TensorArchive(contentsOf: folder.file("run/last.safetensors"))
        #expect(archive.metadata["leftUnpruned"]?.contains("dense1") == true)
    }

    /// Two of nine taps in each of 2,736 kernels; the matrix keeps its 480 weights.
    @Test func weightsOfTwoTapsAreCounted() throws {
        let folder = try TemporaryFolder()
        let text = try run(folder.file("run")) { $0.twoTaps = "mixed" }
        #expect(text.contains("weights: 6,322 kept, 19,152 of 25,104 zeroed"))
    }

    @Test func pixelsAreLearnedAndEvaluatedWithoutFiles() throws {
        let folder = try TemporaryFolder()
        let out = folder.file("run")
        var lines: [String] = []
        _ = try run(
            out,
            {
                ($0.network, $0.epochs, $0.stepsPerEpoch, $0.batch) = ("encoder-decoder", 1, 1, 2)
            }, notice: { lines.append($0) })
        #expect(
            lines.first?.contains("scattered-shapes: 1,000 pictures to learn, 200 to test; 1 epoch of 1 batch of 2")
                == true)
        let file = out.appendingPathComponent("last.safetensors")
        let sheet = folder.file("sheet.png")
        let text = try EvaluateRun(checkpoint: file.path, dataFolder: nil, style: .plain).run(sheet: sheet.path)
        #expect(text.hasPrefix("encoder-decoder on scattered-shapes, step 1: accuracy "))
        #expect(text.contains("\nwithout background: accuracy of pixels "))
        #expect(try Picture(contentsOf: sheet).width > 44)
    }

    @Test func aCheckpointThatCannotScoreThesePicturesIsRefused() throws {
        let folder = try TemporaryFolder()
        let out = folder.file("run")
        _ = try run(out) { ($0.epochs, $0.stepsPerEpoch) = (1, 1) }
        let file = out.appendingPathComponent("last.safetensors")
        let archive = try TensorArchive(contentsOf: file)
        func evaluated(
            _ change: (inout [String: String], inout [StoredTensor]) throws -> Void
        ) throws -> String {
            var (metadata, tensors) = (archive.metadata, try archive.tensors())
            try change(&metadata, &tensors)
            let other = folder.file("other.safetensors")
            try SafetensorsFile.write(tensors, metadata: metadata, to: other)
            return refusal { try EvaluateRun(checkpoint: other.path, dataFolder: nil, style: .plain).run() }
        }
        let classes = try evaluated { metadata, _ in
            metadata["classes"] = metadata["classes"]?.replacingOccurrences(of: "disc", with: "disk")
        }
        #expect(classes.contains("found the classes bar 0°, bar 45°"))
        let numbers = try evaluated { _, tensors in
            let place = try #require(tensors.firstIndex { $0.name == "conv1.kernel" })
            let tensor = tensors[place]
            tensors[place] = StoredTensor(
                name: tensor.name, shape: tensor.shape, tensor.doubles.map { _ in Double.nan }, as: tensor.scalarType)
        }
        #expect(numbers.hasSuffix("found weights that are no numbers, wanted a network that can score"))
    }

    @Test func whatIsMissingIsNamed() throws {
        let folder = try TemporaryFolder()
        let out = folder.file("run")
        #expect(refusal { try run(out) { $0.resumes = true } }.contains("holds no run to resume"))
        let missing = refusal {
            try run(out) {
                $0.data = "cifar-10"
                $0.dataFolder = folder.url.path
            }
        }
        #expect(missing.contains("wanted cifar-10-batches-bin/data_batch_1.bin"))
        #expect(!missing.contains("\n"))
        let nothing = refusal {
            try EvaluateRun(checkpoint: folder.file("no.safetensors").path, dataFolder: nil, style: .plain).run()
        }
        #expect(nothing.contains("no.safetensors: found \"No such file or directory\""))
        #expect(missing.hasSuffix("or use --data shapes, which needs no files)"))
        // A network that scores pixels cannot learn one label for each picture.
        let unfit = refusal {
            try run(out) {
                $0.network = "segmentation"
                $0.data = "shapes"
            }
        }
        #expect(unfit.contains("one label for each picture"))
        #expect(try folder.names().isEmpty)
    }

    @Test func tablesNameEverything() throws {
        let all = try ModelsTable.output(network: nil, format: "text", style: .plain)
        #expect(all.contains("large-kernel-wide") && all.contains("12,437,002"))
        let layers = try ModelsTable.output(network: "dilated", format: "text", style: .plain)
        #expect(layers.contains("3×3, dilation 8") && layers.contains("13,872"))
        #expect(throws: CommandFailure.self) {
            try ModelsTable.output(network: "nothing", format: "text", style: .plain)
        }
        let folder = try TemporaryFolder()
        let sets = DatasetsTable.all(folder: folder.url, style: .plain)
        #expect(sets.contains("shapes") && sets.contains("needs no file") && sets.contains("not in "))
    }
}

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
        #expect(lines.count == 4 && lines[3].hasPrefix("epoch 2 of 2: loss "))
        let evaluated = try EvaluateRun(
            checkpoint: out.appendingPathComponent("last.safetensors").path, dataFolder: nil, style: .plain
        ).run()
        #expect(evaluated.hasPrefix("strided on shapes, step 6: accuracy ") && evaluated.contains("bar 45°"))
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
        #expect(text.contains("\nthe same with re-estimated normalisation statistics: "))
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

    /// Normalisation statistics are re-estimated in the last ten epochs: a run that was to be longer, and is finished after its first, has none.
    @Test func reestimatedAccuracyIsThatOfTheRunsThatHaveIt() throws {
        let folder = try TemporaryFolder()
        let out = folder.file("runs")
        func beginLonger(seed: UInt64) throws {
            var asked = 0
            let text = try run(
                out.appendingPathComponent("seed-\(seed)"), { ($0.seed, $0.epochs) = (seed, 20) },
                shouldStop: {
                    asked += 1
                    return asked == 3
                })
            #expect(text.hasPrefix("stopped after step 3;"))
        }
        func finished() throws -> String {
            try run(out) { ($0.seeds, $0.seed, $0.epochs, $0.resumes) = (2, 4, 1, true) }
        }
        try beginLonger(seed: 4)
        #expect(try finished().contains("\nthe same with re-estimated normalisation statistics, of 1 of 2 runs: "))
        try FileManager.default.removeItem(at: out.appendingPathComponent("seed-5"))
        try beginLonger(seed: 5)
        let text = try finished()
        #expect(text.hasPrefix("test accuracy, mean of the last 1 epochs of 2 runs: "))
        #expect(!text.contains("re-estimated"))
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

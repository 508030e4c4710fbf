import CommandLineSupport
import Foundation
import TensorFiles
import Tensors
import TestSupport
import Testing

/// What becomes of the file that `ccnn detect` leaves.
@Suite struct DetectCheckpointTests {
    private let folder: TemporaryFolder
    private var file: URL { folder.file("run/last.safetensors") }

    init() throws { folder = try TemporaryFolder() }

    /// A run of which one step is made.
    private func begin() throws {
        let output = try detect(steps: 3, resumes: false, stop: 1)
        #expect(output == "stopped after step 1; --resume goes on from there\n")
    }

    private func detect(steps: Int, resumes: Bool = true, stop: Int? = nil) throws -> String {
        var arguments = DetectRequest.Arguments()
        (arguments.steps, arguments.batch, arguments.tests, arguments.resumes) = (steps, 1, 1, resumes)
        (arguments.dataFolder, arguments.out) = (folder.url.path, folder.file("run").path)
        var made = 0
        return try DetectRun(DetectRequest(arguments), style: .plain).run(
            shouldStop: { made == stop }, progress: { _, done, _ in made = done })
    }

    @Test func whereTheLossIsNoNumberTheLastStateIsNamed() throws {
        try begin()
        let archive = try TensorArchive(contentsOf: file)
        let spoilt = try archive.tensors().map { stored in
            guard stored.name == "conv1.kernel" else { return stored }
            return StoredTensor(name: stored.name, stored.tensor.map { _ in .nan })
        }
        try SafetensorsFile.write(spoilt, metadata: archive.metadata, to: file)
        let failure = try #require(throws: CommandFailure.self) { try detect(steps: 3) }
        #expect(failure.description.hasPrefix("the loss of step 2 is not a number; the last good state is in "))
        #expect(failure.description.hasSuffix("run/last.safetensors"))
    }

    /// Its options are those of its state, but for the number of steps, with which the rate falls to the new end.
    @Test func aRunGoesOnWithItsOptionsAndCanBeMadeLonger() throws {
        try begin()
        func request(_ change: (inout DetectRequest.Arguments) -> Void = { _ in }) throws -> DetectRequest {
            var arguments = DetectRequest.Arguments()
            (arguments.out, arguments.resumes) = (folder.file("run").path, true)
            change(&arguments)
            return try DetectRequest(arguments)
        }
        let same = try request()
        #expect(same.settings.steps == 3 && same.settings.batch == 1 && same.tests == 1)
        #expect(same.dataFolder.path == folder.url.path && same.settings.schedule == .cosine(steps: 3))
        let longer = try request { $0.steps = 4 }
        #expect(longer.settings.schedule == .cosine(steps: 4) && longer.settings.restretchedAt == [1])
        var lines: [String] = []
        let text = try DetectRun(longer, style: .plain).run(notice: { lines.append($0) })
        // ½(1 + cos π/4) in place of ½(1 + cos π/3), of 10⁻³.
        #expect(
            lines.contains(
                "the run has 4 steps now, not 3; from step 1 on the learning rate is that of a run of the new length, 0.000854 in place of 0.000750"
            ))
        #expect(text.contains("60,090 parameters, 4 steps: ") && text.contains("running averages"))
        for (words, change) in [
            ("--batch is 2, but the run in ", { $0.batch = 2 }), ("--seed is 2, but the run in ", { $0.seed = 2 }),
            ("the network is detector-one-branch, but", { $0.network = "detector-one-branch" }),
            ("--steps is 3, but the run in ", { $0.steps = 3 }),
        ] as [(String, (inout DetectRequest.Arguments) -> Void)] {
            let failure = try #require(throws: CommandFailure.self) { try request(change) }
            #expect(failure.exitCode == 2 && failure.description.hasPrefix(words), "\(failure)")
        }
    }

    @Test func itIsExported() throws {
        try begin()
        let output = folder.file("detector.safetensors")
        _ = try ExportRun(model: file.path, output: output.path, seed: nil, samples: 1).run()
        let archive = try TensorArchive(contentsOf: output)
        #expect(archive.metadata["network"] == "detector" && archive.metadata["input"] == "[96, 96, 1]")
        // Three sizes, each with ten classes and four distances.
        #expect(try archive.tensor(named: "sample.scores").shape == [1, 42, 96, 96])
    }

    @Test func itIsNotEvaluatedAsScoresOfPictures() throws {
        try begin()
        func refusal(_ model: String) throws -> CommandFailure {
            try #require(throws: CommandFailure.self) {
                try EvaluateRun(checkpoint: model, dataFolder: nil, style: .plain).run()
            }
        }
        let ofFile = try refusal(file.path)
        #expect(ofFile.exitCode == 1)
        #expect(
            ofFile.description.hasSuffix(
                "run/last.safetensors: found a run of 'detector on digits', wanted one of a network that scores pictures or pixels "
                    + "(ccnn detect --resume tests one that finds objects)"))
        let ofName = try refusal("detector-one-branch")
        #expect(ofName.exitCode == 2)
        #expect(ofName.description == "detector-one-branch finds objects, and ccnn detect tests it")
    }
}

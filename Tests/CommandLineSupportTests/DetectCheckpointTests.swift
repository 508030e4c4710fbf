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

    @Test func anotherLengthIsNamedByTheOptionOfTheCommand() throws {
        try begin()
        let failure = try #require(throws: CommandFailure.self) { try detect(steps: 4) }
        #expect(failure.description.hasSuffix(": found a run with other settings (--steps), wanted the same"))
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

import CommandLineSupport
import Foundation
import Pictures
import TensorFiles
import TestSupport
import Testing

@Suite struct DetectRunTests {
    private func request(_ change: (inout DetectRequest.Arguments) -> Void) throws -> DetectRequest {
        var arguments = DetectRequest.Arguments()
        change(&arguments)
        return try DetectRequest(arguments)
    }

    @Test func aShortRunWithoutFilesWritesWeightsAndAPicture() throws {
        let folder = try TemporaryFolder()
        let request = try request {
            ($0.steps, $0.batch, $0.tests) = (1, 1, 2)
            ($0.dataFolder, $0.out) = (folder.url.path, folder.file("out").path)
        }
        var notices: [String] = []
        let output = try DetectRun(request, style: .plain).run(notice: { notices.append($0) })
        #expect(notices.first?.contains("digits are drawn") == true)
        #expect(output.contains("60,090 parameters, 1 step:") && output.contains("small, ×0.5"))
        #expect(try TensorArchive(contentsOf: folder.file("out/last.safetensors")).entries.count > 20)
        #expect(try Picture(contentsOf: folder.file("out/detections.png")).width == 4 * 100 - 4)
    }

    @Test func aStoppedRunGoesOnToTheSameBits() throws {
        let folder = try TemporaryFolder()
        func run(_ name: String, resumes: Bool = false, stop: Int? = nil) throws -> String {
            let request = try request {
                ($0.steps, $0.batch, $0.tests) = (3, 1, 1)
                ($0.dataFolder, $0.out, $0.resumes) = (folder.url.path, folder.file(name).path, resumes)
            }
            var steps = 0
            return try DetectRun(request, style: .plain).run(
                shouldStop: { steps == stop }, progress: { _, done, _ in steps = done })
        }
        let whole = try run("whole")
        #expect(try run("parts", stop: 1) == "stopped after step 1; --resume goes on from there\n")
        let refusal = try #require(throws: CommandFailure.self) { try run("parts") }
        #expect("\(refusal)".contains("already holds a run"))
        #expect(try run("parts", resumes: true) == whole.replacingOccurrences(of: "/whole/", with: "/parts/"))
        #expect(
            try Data(contentsOf: folder.file("whole/last.safetensors"))
                == Data(contentsOf: folder.file("parts/last.safetensors")))
    }

    @Test func otherNetworksAndCountsAreRefused() {
        func refusal(_ change: (inout DetectRequest.Arguments) -> Void) -> String? {
            do { _ = try request(change) } catch { return "\(error)" }
            return nil
        }
        #expect(refusal { $0.network = "dilated" }?.contains("detector and detector-one-branch") == true)
        #expect(refusal { $0.steps = 0 }?.contains("--steps is 0") == true)
        // A checkpoint of more steps could not be read again.
        #expect(refusal { $0.steps = 1_000_001 } == "--steps is 1000001, but it is from 1 to 1000000")
        #expect(refusal { $0.steps = 1_000_000 } == nil)
        #expect(refusal { $0.threads = 0 }?.contains("--threads is 0") == true)
        var arguments = TrainRequest.Arguments()
        arguments.network = "detector"
        #expect(throws: CommandFailure.self) { try TrainRequest(arguments) }
    }
}

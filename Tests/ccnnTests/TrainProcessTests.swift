import Foundation
import Randomness
import TensorFiles
import TestSupport
import Testing

/// Training as a process that is interrupted, killed, or finds no room: what it has reached is never lost.
@Suite struct TrainProcessTests {
    /// A short training of the cheapest network, started in the background.
    private func start(_ folder: URL, _ more: [String], largestFile: Int? = nil) throws -> CommandProcess {
        try CommandProcess(
            ["train", "strided", "--out", folder.path, "--batch", "4", "--steps-per-epoch", "5", "--threads", "1"]
                + more,
            largestFile: largestFile)
    }

    @Test func anInterruptSavesAndResumeGoesOn() throws {
        let folder = try TemporaryFolder()
        let last = folder.file("last.safetensors")
        let first = try start(folder.url, ["--epochs", "9999"])
        first.wait(for: last)
        first.process.interrupt()
        let end = first.end()
        #expect(end.code == 0 && end.output.hasPrefix("stopped after step "), "\(end)")
        let words = end.output.split(separator: " ")
        let steps = try #require(words.count > 3 ? Int(words[3].prefix { $0.isNumber }) : nil)

        let again = try start(folder.url, ["--epochs", "9999"]).end()
        #expect(again.code == 1 && again.errors.contains("already holds a run (add --resume"))
        let resumed = try start(folder.url, ["--epochs", "\(steps / 5 + 1)", "--resume"]).end()
        #expect(resumed.code == 0 && resumed.output.contains("test accuracy at the end"), "\(resumed)")
        #expect(FileManager.default.fileExists(atPath: last.path))
        let history = try String(contentsOf: folder.file("history.csv"), encoding: .utf8)
        #expect(history.split(separator: "\n").count == steps / 5 + 2)
    }

    /// How often a process is disturbed; `make faults` does it some hundred times.
    private static let disturbances = ProcessInfo.processInfo.environment["CCNN_FAULTS"].flatMap { Int($0) } ?? 3

    /// What a run has come to: its weights and all it remembers, the steps made, and what became of every epoch.
    private struct State: Equatable {
        var tensors: [String: [UInt8]] = [:]
        let steps: Int
        let history: [String]

        init?(in folder: URL) throws {
            let last = folder.appendingPathComponent("last.safetensors")
            guard FileManager.default.fileExists(atPath: last.path) else { return nil }
            let archive = try TensorArchive(contentsOf: last)
            for tensor in try archive.tensors() { tensors[tensor.name] = tensor.bytes }
            steps = try #require(archive.metadata["steps"].flatMap { Int($0) })
            let history = try String(contentsOf: folder.appendingPathComponent("history.csv"), encoding: .utf8)
            // Up to the test accuracy: re-estimated accuracies are measured at the end of a run, wherever that is.
            self.history = history.split(separator: "\n").map {
                $0.split(separator: ",", omittingEmptySubsequences: false).prefix(7).joined(separator: ",")
            }
        }
    }

    /// Nothing is lost but the steps since the last checkpoint, whose file is whole at every moment.
    @Test func killedAtAnyMomentARunGoesOnToTheSameBits() throws {
        let (parts, whole) = (try TemporaryFolder(), try TemporaryFolder())
        let begin = ContinuousClock.now
        #expect(try start(whole.url, ["--epochs", "2"]).end().code == 0)
        let pace = Double((ContinuousClock.now - begin).components.seconds) + 1
        var generator = SeededGenerator(seed: 17)
        var steps = 0
        for _ in 0..<Self.disturbances {
            let resume = FileManager.default.fileExists(atPath: parts.file("last.safetensors").path)
            let run = try start(parts.url, ["--epochs", "9999"] + [resume ? "--resume" : "--overwrite"])
            // In the midst of reading, of steps, of testing, or of writing.
            usleep(UInt32(1_000_000 * pace * generator.uniform()))
            kill(run.process.processIdentifier, SIGKILL)
            let end = run.end()
            #expect(end.code == -SIGKILL, "\(end)")
            guard let state = try State(in: parts.url) else { continue }
            #expect(state.steps >= steps && state.steps.isMultiple(of: 5))
            steps = state.steps
        }
        let epochs = ["--epochs", "\(steps / 5 + 1)"]
        let last = try start(parts.url, epochs + [steps > 0 ? "--resume" : "--overwrite"]).end()
        #expect(last.code == 0, "\(last)")
        let uninterrupted = try start(whole.url, epochs + ["--resume"]).end()
        #expect(uninterrupted.code == 0, "\(uninterrupted)")
        #expect(try State(in: parts.url) == State(in: whole.url))
        #expect(try parts.names() == ["best.safetensors", "history.csv", "history.json", "last.safetensors"])
    }

    /// At every phase an interrupt or a termination saves the state, or finds nothing to save yet.
    @Test(arguments: [SIGINT, SIGTERM]) func askedToStopAtAnyMomentARunSaves(signal: Int32) throws {
        let folder = try TemporaryFolder()
        var generator = SeededGenerator(seed: UInt64(signal))
        var steps = 0
        for _ in 0..<Self.disturbances {
            let run = try start(folder.url, ["--epochs", "9999"] + (steps > 0 ? ["--resume"] : []))
            usleep(UInt32(2_000_000 * generator.uniform()))
            kill(run.process.processIdentifier, signal)
            let end = run.end()
            // Before the command listens, the signal ends it as any program.
            guard end.code != -signal else { continue }
            #expect(end.code == 0 && end.output.hasPrefix("stopped after step "), "\(end)")
            let state = try #require(try TensorArchive(contentsOf: folder.file("last.safetensors")).metadata["steps"])
            #expect(end.output.hasPrefix("stopped after step \(state);"))
            let now = try #require(Int(state))
            #expect(now > steps)
            steps = now
        }
    }

    @Test func aSecondRunIntoTheSameFolderIsTold() throws {
        let folder = try TemporaryFolder()
        let first = try start(folder.url, ["--epochs", "9999"])
        first.wait(for: folder.file("last.safetensors"))
        let second = try start(folder.url, ["--epochs", "9999", "--resume"]).end()
        #expect(second.code == 1 && second.output.isEmpty)
        #expect(second.errors.contains("is being written by another run"), "\(second.errors)")
        #expect(first.process.isRunning)
        first.process.interrupt()
        #expect(first.end().code == 0)
    }

    @Test(
        .enabled(if: FileManager.default.fileExists(atPath: "/sys/devices"), "needs a folder that nobody writes into"),
        arguments: [["train", "strided", "--out", "/sys/class"], ["detect", "--out", "/sys/kernel"]])
    func aFolderThatCannotBeWrittenIsNoticedAtTheStart(command: [String]) throws {
        let end = try CommandProcess(command).end()
        #expect(end.code == 1 && end.output.isEmpty)
        #expect(end.errors.contains("creating a file in its folder, wanted a writable folder"), "\(end.errors)")
        #expect(!end.errors.contains("epoch 1 of") && !end.errors.contains("step 1 of"), "\(end.errors)")
    }

    @Test func withoutRoomTheLastStateIsKept() throws {
        let folder = try TemporaryFolder()
        let full = try start(folder.url, ["--epochs", "2"], largestFile: 40).end()
        #expect(full.code == 1 && full.errors.contains("wanted room for the whole file"), "\(full)")
        #expect(try folder.names().isEmpty)
        #expect(try start(folder.url, ["--epochs", "1"]).end().code == 0)
        let before = try Data(contentsOf: folder.file("last.safetensors"))
        let again = try start(folder.url, ["--epochs", "2", "--resume"], largestFile: 40).end()
        #expect(again.code == 1 && again.errors.contains("wanted room for the whole file"), "\(again)")
        #expect(try Data(contentsOf: folder.file("last.safetensors")) == before)
    }
}

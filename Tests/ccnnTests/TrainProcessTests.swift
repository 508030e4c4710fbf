import Foundation
import Randomness
import TensorFiles
import TestSupport
import Testing

/// Training as a process that is interrupted, killed, or finds no room: what it has reached is never lost.
@Suite struct TrainProcessTests {
    private static let command: URL = {
        var folder = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
            .deletingLastPathComponent()
        while folder.path != "/",
            !FileManager.default.isExecutableFile(atPath: folder.appendingPathComponent("ccnn").path)
        {
            folder = folder.deletingLastPathComponent()
        }
        return folder.appendingPathComponent("ccnn")
    }()

    /// A short training of the cheapest network, started in the background.
    private struct Run {
        let process = Process()
        private let output = Pipe()
        private let errors = Pipe()

        init(_ folder: URL, _ more: [String], limit: String? = nil) throws {
            let arguments =
                ["train", "strided", "--out", folder.path, "--batch", "4", "--steps-per-epoch", "5", "--threads", "1"]
                + more
            if let limit {
                // Writing beyond the limit fails as it does on a full disk, once the signal that would end the process is ignored.
                process.executableURL = URL(fileURLWithPath: "/bin/sh")
                process.arguments = [
                    "-c", "trap '' XFSZ; ulimit -f \(limit); exec \"$0\" \"$@\"", TrainProcessTests.command.path,
                ]
                process.arguments? += arguments
            } else {
                process.executableURL = TrainProcessTests.command
                process.arguments = arguments
            }
            process.standardOutput = output
            process.standardError = errors
            try process.run()
        }

        /// Waits until a file is there, or the process has ended.
        func wait(for file: URL) {
            while process.isRunning, !FileManager.default.fileExists(atPath: file.path) { usleep(5_000) }
        }

        func end() -> (code: Int32, output: String, errors: String) {
            let printed = output.fileHandleForReading.readDataToEndOfFile()
            let complained = errors.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            let code = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
            return (code, String(decoding: printed, as: UTF8.self), String(decoding: complained, as: UTF8.self))
        }
    }

    @Test func anInterruptSavesAndResumeGoesOn() throws {
        let folder = try TemporaryFolder()
        let last = folder.file("last.safetensors")
        let first = try Run(folder.url, ["--epochs", "9999"])
        first.wait(for: last)
        first.process.interrupt()
        let (code, output, _) = first.end()
        #expect(code == 0 && output.hasPrefix("stopped after step "))
        let words = output.split(separator: " ")
        let steps = try #require(words.count > 3 ? Int(words[3].prefix { $0.isNumber }) : nil)

        let again = try Run(folder.url, ["--epochs", "9999"]).end()
        #expect(again.code == 1 && again.errors.contains("already holds a run (add --resume"))
        let resumed = try Run(folder.url, ["--epochs", "\(steps / 5 + 1)", "--resume"]).end()
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
        let start = ContinuousClock.now
        #expect(try Run(whole.url, ["--epochs", "2"]).end().code == 0)
        let pace = Double((ContinuousClock.now - start).components.seconds) + 1
        var generator = SeededGenerator(seed: 17)
        var steps = 0
        for _ in 0..<Self.disturbances {
            let resume = FileManager.default.fileExists(atPath: parts.file("last.safetensors").path)
            let run = try Run(parts.url, ["--epochs", "9999"] + (resume ? ["--resume"] : []))
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
        let last = try Run(parts.url, epochs + (steps > 0 ? ["--resume"] : [])).end()
        #expect(last.code == 0, "\(last)")
        let uninterrupted = try Run(whole.url, epochs + ["--resume"]).end()
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
            let run = try Run(folder.url, ["--epochs", "9999"] + (steps > 0 ? ["--resume"] : []))
            usleep(UInt32(2_000_000 * generator.uniform()))
            kill(run.process.processIdentifier, signal)
            let (code, output, errors) = run.end()
            // Before the command listens, the signal ends it as any program.
            guard code != -signal else { continue }
            #expect(code == 0 && output.hasPrefix("stopped after step "), "\(output) \(errors)")
            let state = try #require(try TensorArchive(contentsOf: folder.file("last.safetensors")).metadata["steps"])
            #expect(output.hasPrefix("stopped after step \(state);"))
            let now = try #require(Int(state))
            #expect(now > steps)
            steps = now
        }
    }

    @Test func aSecondRunIntoTheSameFolderIsTold() throws {
        let folder = try TemporaryFolder()
        let first = try Run(folder.url, ["--epochs", "9999"])
        first.wait(for: folder.file("last.safetensors"))
        let second = try Run(folder.url, ["--epochs", "9999", "--resume"]).end()
        #expect(second.code == 1 && second.output.isEmpty)
        #expect(second.errors.contains("is being written by another run"), "\(second.errors)")
        #expect(first.process.isRunning)
        first.process.interrupt()
        #expect(first.end().code == 0)
    }

    @Test func withoutRoomTheLastStateIsKept() throws {
        let folder = try TemporaryFolder()
        let full = try Run(folder.url, ["--epochs", "2"], limit: "40").end()
        #expect(full.code == 1 && full.errors.contains("wanted room for the whole file"), "\(full)")
        #expect(try folder.names().isEmpty)
        #expect(try Run(folder.url, ["--epochs", "1"]).end().code == 0)
        let before = try Data(contentsOf: folder.file("last.safetensors"))
        let again = try Run(folder.url, ["--epochs", "2", "--resume"], limit: "40").end()
        #expect(again.code == 1 && again.errors.contains("wanted room for the whole file"), "\(again)")
        #expect(try Data(contentsOf: folder.file("last.safetensors")) == before)
    }
}

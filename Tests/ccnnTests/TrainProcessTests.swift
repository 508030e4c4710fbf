import Foundation
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
        first.wait(for: folder.file("history.csv"))
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

    @Test func aKilledRunLeavesAWholeCheckpoint() throws {
        let folder = try TemporaryFolder()
        let first = try Run(folder.url, ["--epochs", "9999"])
        first.wait(for: folder.file("history.csv"))
        kill(first.process.processIdentifier, SIGKILL)
        #expect(first.end().code == -SIGKILL)
        // Three more times, a while after the next state is complete: in the midst of steps, of testing, or of writing.
        for pause in [0, 40_000, 150_000] {
            try FileManager.default.removeItem(at: folder.file("history.csv"))
            let next = try Run(folder.url, ["--epochs", "9999", "--resume"])
            next.wait(for: folder.file("history.csv"))
            usleep(UInt32(pause))
            kill(next.process.processIdentifier, SIGKILL)
            #expect(next.end().code == -SIGKILL)
        }
        let finish = try Run(folder.url, ["--epochs", "1", "--resume"]).end()
        #expect(finish.code == 0, "\(finish.errors)")
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

import Foundation
import TensorFiles
import Tensors
import TestSupport
import Testing

/// Linux has it, where every write fails as on a full disk.
private let hasFullDevice = FileManager.default.fileExists(atPath: "/dev/full")

/// Standard output and standard error that are full, closed, or full of strangers' names.
@Suite struct StreamProcessTests {
    /// Runs the command with its streams redirected by a shell.
    private func run(_ arguments: [String], _ redirection: String) throws -> CommandProcess.End {
        let known = try CommandProcess(["--version"])
        _ = known.end()
        let command = try #require(known.process.executableURL)
        let (process, output, errors) = (Process(), Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "exec \"$0\" \"$@\" \(redirection)", command.path] + arguments
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let printed = output.fileHandleForReading.readDataToEndOfFile()
        let complained = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return CommandProcess.End(
            code: process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus,
            output: String(decoding: printed, as: UTF8.self), errors: String(decoding: complained, as: UTF8.self))
    }

    @Test(.enabled(if: hasFullDevice, "needs /dev/full")) func aResultWithoutRoomIsASentence() throws {
        let end = try run(["models"], ">/dev/full")
        #expect(end.isOneSentence(code: 1, containing: "standard output: found 'No space left"), "\(end)")
    }

    @Test func aResultWithoutAStreamIsASentence() throws {
        let end = try run(["models"], ">&-")
        #expect(end.isOneSentence(code: 1, containing: "standard output: found '"), "\(end)")
    }

    /// A remark that nobody can read is no reason to stop.
    @Test(arguments: hasFullDevice ? ["2>/dev/full", "2>&-"] : ["2>&-"])
    func remarksWithoutRoomAreLeftOut(redirection: String) throws {
        let folder = try TemporaryFolder()
        let file = folder.file("zero.safetensors")
        let taps = (0..<18).map { $0 < 9 ? Double($0) : 0 }
        try SafetensorsFile.write([StoredTensor(name: "conv", shape: TensorShape([2, 1, 3, 3]), taps)], to: file)
        let quiet = try CommandProcess(["fit", file.path, "--quiet"]).end()
        let end = try run(["fit", file.path], redirection)
        #expect(end.code == 0 && end.output == quiet.output, "\(end)")
        let (wrong, said) = (
            try run(["models", "nosuch"], redirection), try CommandProcess(["models", "nosuch"]).end()
        )
        #expect(wrong.code == said.code && wrong.code > 0, "\(wrong)")
    }

    @Test func namesInAFileAreShownAndNotObeyed() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("strange.safetensors")
        let broken = StoredTensor(
            name: "a\u{1B}[2J\nccnn: b", shape: TensorShape([1, 1, 2, 2]), [1.0, Double.infinity, 0, 0])
        let whole = StoredTensor(name: "whole", shape: TensorShape([1, 1, 2, 2]), [1.0, 2, 3, 5])
        try SafetensorsFile.write([broken, whole], to: file)
        let skipped = try CommandProcess(["fit", file.path, "--format", "json"]).end()
        #expect(skipped.code == 0)
        #expect(
            skipped.errors == "ccnn: skipped tensor 'a␛[2J␊ccnn: b': 1 of 4 numbers are NaN or infinite\n", "\(skipped)"
        )
        try SafetensorsFile.write([broken], to: file)
        let refused = try CommandProcess(["fit", file.path]).end()
        #expect(refused.isOneSentence(code: 1, containing: "tensor 'a␛[2J␊ccnn: b' was skipped"), "\(refused)")
    }
}

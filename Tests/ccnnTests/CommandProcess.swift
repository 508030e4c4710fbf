import Foundation

/// The command as a process in the background, from the products' folder where the tests themselves lie.
struct CommandProcess {
    /// How it ended and what it said.
    struct End: CustomStringConvertible {
        /// The exit code, or minus the signal that ended it.
        let code: Int32
        let output: String
        let errors: String

        /// Whether it said one line on standard error, with all of `parts`, and nothing on standard output.
        func isOneSentence(code: Int32, containing parts: String...) -> Bool {
            self.code == code && output.isEmpty && errors.hasSuffix("\n") && !errors.dropLast().contains("\n")
                && parts.allSatisfy { errors.contains($0) }
        }

        var description: String { "code \(code), output: \(output), errors: \(errors)" }
    }

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

    let process = Process()
    private let output = Pipe()
    private let errors = Pipe()

    /// Starts the command; no file that it writes may be longer than `largestFile` blocks of 512 bytes. What it prints goes to the end of `file`,
    /// where that is given.
    init(_ arguments: [String], largestFile: Int? = nil, appendingTo file: URL? = nil) throws {
        if let largestFile {
            // Writing beyond the limit fails as it does on a full disk, once the signal that would end the process is ignored.
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            process.arguments = [
                "-c", "trap '' XFSZ; ulimit -f \(largestFile); exec \"$0\" \"$@\"", Self.command.path,
            ]
            process.arguments? += arguments
        } else if let file {
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            process.arguments = ["-c", "exec \"$0\" \"$@\" >>\"$CCNN_OUTPUT\"", Self.command.path] + arguments
            process.environment = ProcessInfo.processInfo.environment.merging(["CCNN_OUTPUT": file.path]) { $1 }
        } else {
            process.executableURL = Self.command
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

    /// Waits until the process has ended.
    func end() -> End {
        let printed = output.fileHandleForReading.readDataToEndOfFile()
        let complained = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return End(
            code: process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus,
            output: String(decoding: printed, as: UTF8.self), errors: String(decoding: complained, as: UTF8.self))
    }
}

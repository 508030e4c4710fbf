import Foundation

/// The plotting program that draws figures: gnuplot 5.2 or later, found among the machine's programs.
///
/// gnuplot is started for each figure, told what to draw through its standard input, and answers with SVG on its standard output.
public struct Gnuplot: Sendable, Hashable {
    /// The program.
    public let executable: URL

    /// gnuplot at a known place.
    public init(executable: URL) {
        self.executable = executable
    }

    /// The first gnuplot in the folders of a search path, nil where none of them has it.
    ///
    /// - Parameter path: folders between colons; the variable `PATH` of this process by default.
    public static func installed(path: String? = ProcessInfo.processInfo.environment["PATH"]) -> Gnuplot? {
        (path ?? "").split(separator: ":").lazy
            .map { URL(fileURLWithPath: String($0)).appendingPathComponent("gnuplot") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
            .map(Gnuplot.init)
    }

    /// What gnuplot writes to its standard output for a script.
    ///
    /// - Parameters:
    ///   - script: the commands.
    ///   - patience: the seconds after which it is taken for stuck, and ended.
    /// - Throws: ``GnuplotError`` where it cannot be started, fails, or is stuck.
    func output(for script: String, patience: Double = 30) throws(GnuplotError) -> String {
        // A file, not a pipe, for the script: a program that ends without reading would kill this process by SIGPIPE.
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("ccnn-\(UUID().uuidString).gnuplot")
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        let output = Pipe()
        // Foundation keeps what a process was given for longer than the process lives: dozens of descriptors for a page, until there are no more.
        defer { try? output.fileHandleForReading.close() }
        // Foundation's waitUntilExit looks every tenth of a second; a page has dozens of figures.
        let ended = DispatchSemaphore(value: 0)
        process.terminationHandler = { _ in ended.signal() }
        do {
            try Data(script.utf8).write(to: file)
            let commands = try FileHandle(forReadingFrom: file)
            defer { try? commands.close() }
            process.standardInput = commands
            process.executableURL = executable
            process.arguments = ["-d"]
            process.environment = ["LC_ALL": "C", "PATH": "/usr/bin:/bin", "HOME": "/nonexistent"]
            process.standardOutput = output
            process.standardError = FileHandle.nullDevice
            try process.run()
        } catch {
            throw GnuplotError(executable: executable.path, problem: "cannot be started")
        }
        let identifier = process.processIdentifier
        let watchdog = DispatchWorkItem { kill(identifier, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + patience, execute: watchdog)
        let data = Self.contents(of: output.fileHandleForReading.fileDescriptor)
        ended.wait()
        watchdog.cancel()
        guard process.terminationReason == .exit, process.terminationStatus == 0 else {
            throw GnuplotError(executable: executable.path, problem: "failed with status \(process.terminationStatus)")
        }
        return String(decoding: data, as: UTF8.self)
    }

    /// All that can be read from a file. Foundation's own function traps where a signal interrupts it.
    private static func contents(of descriptor: Int32) -> [UInt8] {
        var contents: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count > 0 {
                contents += buffer[..<count]
            } else if count == 0 || errno != EINTR {
                return contents
            }
        }
    }
}

/// Why gnuplot drew nothing.
struct GnuplotError: Error, CustomStringConvertible {
    let executable: String
    let problem: String

    var description: String { "\(executable) \(problem)" }
}

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
        do {
            try Data(script.utf8).write(to: file)
            let commands = try FileHandle(forReadingFrom: file)
            defer { try? commands.close() }
            guard
                let found = ProgramOutput(
                    of: executable.path, ["-d"], environment: ["LC_ALL=C", "PATH=/usr/bin:/bin", "HOME=/nonexistent"],
                    input: commands.fileDescriptor, patience: patience)
            else { throw GnuplotError(executable: executable.path, problem: "cannot be started") }
            guard found.isSuccess else {
                throw GnuplotError(executable: executable.path, problem: "failed with status \(found.status)")
            }
            return String(decoding: found.bytes, as: UTF8.self)
        } catch let error as GnuplotError {
            throw error
        } catch {
            throw GnuplotError(executable: executable.path, problem: "cannot be told what to draw")
        }
    }
}

/// Why gnuplot drew nothing.
struct GnuplotError: Error, CustomStringConvertible {
    let executable: String
    let problem: String

    var description: String { "\(executable) \(problem)" }
}

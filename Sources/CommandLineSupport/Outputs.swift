import ContinuousCNN
import Foundation
import MessagePassing

/// The files that a command is to write, beside those that it reads: what is there stays, unless the person says `--overwrite`.
///
/// One rule for all commands, looked at before anything is computed and once more before anything is written: a name that is taken is refused, be
/// it an input of the command under any name, a file of a run, or something else. A run and a report that are gone on with (`--resume`), and
/// documents that the same command made, are no strangers and are not entered here. Two outputs are never one file.
public struct Outputs: Sendable {
    private struct Input: Sendable {
        let url: URL
        let what: String
    }

    private struct Output: Sendable {
        let url: URL
        let option: String
        let makesFolder: Bool
    }

    private let overwrites: Bool
    private var inputs: [Input] = []
    private var outputs: [Output] = []

    /// No files yet.
    /// - Parameter overwrites: Whether files that are there may be replaced.
    public init(overwrites: Bool) { self.overwrites = overwrites }

    /// Adds a file that the command reads.
    /// - Parameters:
    ///   - url: The file; where it is nil, or not there, nothing is added.
    ///   - what: What it is, such as `the picture`.
    public mutating func read(_ url: URL?, _ what: String) {
        if let url { inputs.append(Input(url: url, what: what)) }
    }

    /// Adds a file that the command writes.
    /// - Parameters:
    ///   - url: The file; where it is nil, nothing is added.
    ///   - option: The option that says its name, or that of its folder, such as `--export`.
    ///   - makesFolder: Whether its folder is made where it is not there.
    public mutating func write(_ url: URL?, _ option: String, makesFolder: Bool = false) {
        if let url { outputs.append(Output(url: url, option: option, makesFolder: makesFolder)) }
    }

    /// Looks whether every output has a name of its own, and makes nothing.
    ///
    /// - Complexity: A few calls of the system for each file.
    /// - Throws: `CommandFailure` that names the file and the option; with exit code 2 where files may be replaced, but none is written.
    public func check() throws(CommandFailure) {
        guard !overwrites || !outputs.isEmpty else {
            throw .usage("--overwrite lets outputs replace files that are there, but this command line names no output")
        }
        let read = inputs.compactMap { input in FileIdentity(input.url).map { (input, $0) } }
        for (descriptor, name) in [(STDOUT_FILENO, "standard output"), (STDERR_FILENO, "standard error")] {
            // A terminal or a pipe can be both.
            guard let stream = FileIdentity(descriptor: descriptor), stream.isRegularFile else { continue }
            if let (input, _) = read.first(where: { $0.1 == stream }) {
                throw CommandFailure(
                    "\(input.url.relativePath): \(name) goes into \(input.what), which is read; wanted another file for it"
                )
            }
        }
        var places: [FilePlace: Output] = [:]
        for output in outputs {
            let name = output.url.relativePath
            if let other = places.updateValue(output, forKey: FilePlace(output.url)) {
                throw CommandFailure(
                    "\(name): \(output.option) is the file that \(other.option) names, wanted a file for each of them")
            }
            guard FileIdentity.isTaken(output.url) else { continue }
            let own = FileIdentity(output.url)
            guard own?.isFolder != true else {
                throw CommandFailure("\(name): \(output.option) found a folder, wanted the name of a file")
            }
            guard !overwrites else { continue }
            let input = read.first { $0.1 == own }?.0
            throw CommandFailure(
                "\(name): \(output.option) would replace \(input.map { "\($0.what), which is read" } ?? "a file that is there") "
                    + "(say another name, or add --overwrite to replace it)")
        }
    }

    /// Looks on rank 0 as `check` does; where it refuses, all ranks do.
    /// - Throws: `CommandFailure`.
    public func check(on communicator: any Communicator) throws(CommandFailure) {
        guard communicator.count > 1 else { return try check() }
        var refusal: CommandFailure?
        if communicator.leads { do { try check() } catch { refusal = error } }
        guard !communicator.leaderSays(refusal == nil) else { return }
        throw refusal ?? CommandFailure("rank 0 would replace a file that is there")
    }

    /// Makes the folders that are to be made, and looks whether every output can be begun, as writing it begins: what takes long is not computed in
    /// vain, and no file is replaced where another one cannot be written.
    ///
    /// - Throws: `CommandFailure` that names the file; folders are made only where all files outside them can be begun.
    public func prepare() throws(CommandFailure) {
        let folders = outputs.filter(\.makesFolder).map { Self.components(of: $0.url.deletingLastPathComponent()) }
        // What goes into a folder that is made here can be looked at only when that is there.
        let waits = outputs.map { output in
            output.makesFolder || folders.contains { Self.components(of: output.url).starts(with: $0) }
        }
        do {
            for (output, waits) in zip(outputs, waits) where !waits {
                try FileManager.default.checkWritable(for: output.url)
            }
            for output in outputs where output.makesFolder {
                try FileManager.default.makeFolder(at: output.url.deletingLastPathComponent())
            }
            for (output, waits) in zip(outputs, waits) where waits {
                try FileManager.default.checkWritable(for: output.url)
            }
        } catch {
            throw CommandFailure(error)
        }
    }

    private static func components(of url: URL) -> [String] { url.standardizedFileURL.pathComponents }
}

/// What a name leads to, whatever links are on the way: the device, and the number that the file or folder has on it.
struct FileIdentity: Hashable, Sendable {
    private let device: UInt64
    private let number: UInt64
    private let kind: UInt32

    /// The file or folder behind a name; nil where there is none.
    init?(_ url: URL) {
        var status = stat()
        guard stat(url.path, &status) == 0 else { return nil }
        self.init(status)
    }

    /// What an open descriptor leads to.
    init?(descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        self.init(status)
    }

    private init(_ status: stat) {
        device = UInt64(truncatingIfNeeded: status.st_dev)
        number = UInt64(status.st_ino)
        kind = UInt32(status.st_mode) & UInt32(S_IFMT)
    }

    var isFolder: Bool { kind == UInt32(S_IFDIR) }
    var isRegularFile: Bool { kind == UInt32(S_IFREG) }

    /// Whether a name is in use; that of a link that leads nowhere is.
    static func isTaken(_ url: URL) -> Bool {
        var status = stat()
        return lstat(url.path, &status) == 0
    }
}

/// Where a file is, or will be: two names of one file have one place.
///
/// A name that leads to nothing yet counts by the folder that it is in. Names that differ in case alone are one, as some file systems have it.
private struct FilePlace: Hashable {
    private let identity: FileIdentity?
    private let rest: [String]

    init(_ url: URL) {
        var (url, rest) = (url, [String]())
        while FileIdentity(url) == nil, url.path != "/", !url.path.isEmpty {
            rest.insert(url.lastPathComponent.precomposedStringWithCanonicalMapping.lowercased(), at: 0)
            url.deleteLastPathComponent()
        }
        (identity, self.rest) = (FileIdentity(url), rest)
    }
}

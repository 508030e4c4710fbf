import Foundation

/// An archive of a data set on its authors' server, which is fetched, checked and unpacked into a folder.
///
/// `curl` fetches and `tar` unpacks, as programs of their own: both are on every system that this library is for, and know proxies and
/// certificates. What has arrived stays in a file that ends in `.part` when the connection breaks, and the next attempt goes on from there.
public struct ArchiveDownload: Sendable, Hashable {
    /// Where the archive is; ends in `.tar.gz`.
    public var source: URL
    /// The archive's length in bytes.
    public var byteCount: Int
    /// The archive's MD5 checksum in hexadecimal digits.
    public var checksum: String
    /// The folder that the archive unpacks to.
    public var folderName: String

    /// CIFAR-10 in its binary format.
    public static let cifar10 = ArchiveDownload(
        source: "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz", byteCount: 170_052_171,
        checksum: "c32a1d4ab5d03f1284b67883e8d87530", folderName: "cifar-10-batches-bin")
    /// CIFAR-100 in its binary format.
    public static let cifar100 = ArchiveDownload(
        source: "https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz", byteCount: 168_513_733,
        checksum: "03b5dce01913d631647c71ecec9e9cb8", folderName: "cifar-100-binary")

    /// An archive.
    /// - Precondition: The source is the text of a URL.
    public init(source: String, byteCount: Int, checksum: String, folderName: String) {
        guard let url = URL(string: source) else { preconditionFailure("'\(source)' is no URL") }
        self.source = url
        self.byteCount = byteCount
        self.checksum = checksum
        self.folderName = folderName
    }

    /// Fetches the archive unless it is unpacked in `folder` already, going on with what an earlier attempt left.
    ///
    /// - Parameters:
    ///   - folder: Made where it is missing.
    ///   - progress: Told from time to time how many bytes have arrived, of how many.
    /// - Returns: The folder with the data set's files.
    /// - Throws: `DatasetError` where the server cannot be reached, the archive is not the expected one, or there is no room for it; what
    ///   has arrived of the right archive is kept.
    @discardableResult
    public func fetch(into folder: URL, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in })
        throws(DatasetError)
        -> URL
    {
        let unpacked = folder.appendingPathComponent(folderName)
        guard !FileManager.default.fileExists(atPath: unpacked.path) else { return unpacked }
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw DatasetError(folder, found: "\"\(error.localizedDescription)\"", wanted: "a folder for data sets")
        }
        let part = folder.appendingPathComponent(source.lastPathComponent + ".part")
        if Self.size(of: part) < byteCount { try transfer(to: part, progress) }
        try check(part)
        try unpack(part, into: folder)
        try? FileManager.default.removeItem(at: part)
        return unpacked
    }

    private func transfer(to part: URL, _ progress: (Int, Int) -> Void) throws(DatasetError) {
        let (code, complaint) = try Self.run(
            [
                "curl", "--fail", "--location", "--silent", "--show-error", "--connect-timeout", "20",
                "--continue-at", "-", "--output", part.path, source.absoluteString,
            ], folder: part.deletingLastPathComponent()
        ) { progress(min(Self.size(of: part), byteCount), byteCount) }
        guard code != 0 else { return }
        let kept = Self.size(of: part)
        // curl's codes for a name that is not resolved, a proxy or a host that is not reached, and a transfer that stands still.
        let isOffline = [5, 6, 7, 28].contains(code)
        throw DatasetError(
            file: source.absoluteString,
            found: (isOffline ? "no connection" : "a transfer that broke") + " (\(complaint))",
            wanted: (isOffline
                ? "to be online, or the files put into \(part.deletingLastPathComponent().path) by hand"
                : "all \(byteCount) bytes")
                + (kept > 0 ? "; \(kept) bytes are kept, and the same command goes on from there" : ""))
    }

    private func check(_ part: URL) throws(DatasetError) {
        let found: String
        do { found = try MD5.hexadecimal(of: part) } catch {
            throw DatasetError(part, found: "\"\(error.localizedDescription)\"", wanted: "a readable file")
        }
        guard found == checksum else {
            let size = Self.size(of: part)
            // It cannot be mended by going on with it.
            try? FileManager.default.removeItem(at: part)
            throw DatasetError(
                file: source.absoluteString, found: "\(size) bytes with the MD5 checksum \(found)",
                wanted: "\(byteCount) bytes with \(checksum); they are removed, and the same command begins anew")
        }
    }

    /// Unpacks beside the place, and moves the folder there when it is complete.
    private func unpack(_ part: URL, into folder: URL) throws(DatasetError) {
        let scratch = folder.appendingPathComponent(".unpacking-\(ProcessInfo.processInfo.processIdentifier)")
        defer { try? FileManager.default.removeItem(at: scratch) }
        do {
            try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        } catch {
            throw DatasetError(scratch, found: "\"\(error.localizedDescription)\"", wanted: "a folder to unpack in")
        }
        let (code, complaint) = try Self.run(["tar", "-xzf", part.path, "-C", scratch.path], folder: folder) {}
        guard code == 0 else { throw DatasetError(part, found: "\"\(complaint)\" on unpacking", wanted: "room for it") }
        do {
            try FileManager.default.moveItem(
                at: scratch.appendingPathComponent(folderName), to: folder.appendingPathComponent(folderName))
        } catch {
            throw DatasetError(
                part, found: "\"\(error.localizedDescription)\"", wanted: "the folder \(folderName) in the archive")
        }
    }

    private static func size(of file: URL) -> Int {
        let attributes = try? FileManager.default.attributesOfItem(atPath: file.path)
        return (attributes?[.size] as? NSNumber)?.intValue ?? 0
    }

    /// Runs a program, and returns its exit code and the first line of what it complained of.
    private static func run(
        _ command: [String], folder: URL, whileRunning: () -> Void
    ) throws(DatasetError) -> (code: Int32, complaint: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        let errors = Pipe()
        process.standardError = errors
        do { try process.run() } catch {
            throw DatasetError(folder, found: "no way to run \(command[0])", wanted: "\(command[0]) to be installed")
        }
        while process.isRunning {
            whileRunning()
            Thread.sleep(forTimeInterval: 0.1)
        }
        whileRunning()
        let complaint = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        // env's code for a program that is not there.
        guard process.terminationStatus != 127 else {
            throw DatasetError(folder, found: "no program \(command[0])", wanted: "it to be installed")
        }
        return (process.terminationStatus, complaint.split(separator: "\n").first.map(String.init) ?? "no word of why")
    }
}

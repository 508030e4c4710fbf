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
    /// The files in that folder without which the set cannot be read.
    public var files: [String]

    /// CIFAR-10 in its binary format.
    public static let cifar10 = ArchiveDownload(
        source: "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz", byteCount: 170_052_171,
        checksum: "c32a1d4ab5d03f1284b67883e8d87530", folderName: "cifar-10-batches-bin",
        files: (1...5).map { "data_batch_\($0).bin" } + ["test_batch.bin", "batches.meta.txt"])
    /// CIFAR-100 in its binary format.
    public static let cifar100 = ArchiveDownload(
        source: "https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz", byteCount: 168_513_733,
        checksum: "03b5dce01913d631647c71ecec9e9cb8", folderName: "cifar-100-binary",
        files: ["train.bin", "test.bin", "fine_label_names.txt"])

    /// An archive.
    /// - Precondition: The source is the text of a URL.
    public init(source: String, byteCount: Int, checksum: String, folderName: String, files: [String]) {
        guard let url = URL(string: source) else { preconditionFailure("'\(source)' is no URL") }
        self.source = url
        self.byteCount = byteCount
        self.checksum = checksum
        self.folderName = folderName
        self.files = files
    }

    /// For how many seconds nothing may arrive before the connection is taken to be gone.
    var patience = 60

    /// Whether all of the set's files are in a folder.
    public func isUnpacked(in folder: URL) -> Bool {
        files.allSatisfy { FileManager.default.fileExists(atPath: folder.appendingPathComponent($0).path) }
    }

    /// Fetches the archive unless it is unpacked in `folder` already, going on with what an earlier attempt left.
    ///
    /// Of a set that is there in part, the missing files are added, and the others left as they are.
    /// - Parameters:
    ///   - folder: Made where it is missing. No other process may fetch into it at the same time.
    ///   - shouldStop: Asked from time to time whether to stop.
    ///   - progress: Told from time to time how many bytes have arrived, of how many.
    /// - Returns: The folder with the data set's files.
    /// - Throws: `DatasetError` where the server cannot be reached or sends nothing for a minute, the archive is not the expected one, there is
    ///   no room for it, or it was asked to stop; what has arrived of the right archive is kept.
    @discardableResult
    public func fetch(
        into folder: URL, shouldStop: () -> Bool = { false },
        progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws(DatasetError) -> URL {
        let unpacked = folder.appendingPathComponent(folderName)
        guard !isUnpacked(in: unpacked) else { return unpacked }
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw DatasetError(folder, found: "\"\(error.localizedDescription)\"", wanted: "a folder for data sets")
        }
        let part = folder.appendingPathComponent(source.lastPathComponent + ".part")
        if Self.size(of: part) < byteCount { try transfer(to: part, shouldStop, progress) }
        try check(part)
        try unpack(part, into: folder, shouldStop)
        try? FileManager.default.removeItem(at: part)
        return unpacked
    }

    private func transfer(
        to part: URL, _ shouldStop: () -> Bool, _ progress: (Int, Int) -> Void
    ) throws(DatasetError) {
        let (code, complaint) = try Self.run(
            [
                "curl", "--fail", "--location", "--silent", "--show-error", "--connect-timeout", "20",
                "--speed-limit", "1", "--speed-time", "\(patience)",
                "--continue-at", "-", "--output", part.path, source.absoluteString,
            ], folder: part.deletingLastPathComponent(), shouldStop
        ) { progress(min(Self.size(of: part), byteCount), byteCount) }
        guard code != 0 else { return }
        let kept = Self.size(of: part)
        guard !shouldStop() else { throw interrupted(kept) }
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

    private func interrupted(_ kept: Int) -> DatasetError {
        DatasetError(
            file: source.absoluteString, found: "a wish to stop after \(kept) of \(byteCount) bytes",
            wanted: "all of them; they are kept, and the same command goes on from there")
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

    /// Unpacks beside the place, and moves what is not there yet when it is complete.
    private func unpack(_ part: URL, into folder: URL, _ shouldStop: () -> Bool) throws(DatasetError) {
        let scratch = folder.appendingPathComponent(".unpacking-\(ProcessInfo.processInfo.processIdentifier)")
        defer { try? FileManager.default.removeItem(at: scratch) }
        do {
            try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        } catch {
            throw DatasetError(scratch, found: "\"\(error.localizedDescription)\"", wanted: "a folder to unpack in")
        }
        let (code, complaint) = try Self.run(
            ["tar", "-xzf", part.path, "-C", scratch.path], folder: folder, shouldStop)
        guard code == 0 || !shouldStop() else { throw interrupted(Self.size(of: part)) }
        guard code == 0 else { throw DatasetError(part, found: "\"\(complaint)\" on unpacking", wanted: "room for it") }
        do {
            let place = folder.appendingPathComponent(folderName)
            let unpacked = scratch.appendingPathComponent(folderName)
            if !FileManager.default.fileExists(atPath: place.path) {
                try FileManager.default.moveItem(at: unpacked, to: place)
                return
            }
            for name in try FileManager.default.contentsOfDirectory(atPath: unpacked.path) {
                let file = place.appendingPathComponent(name)
                if FileManager.default.fileExists(atPath: file.path) { continue }
                try FileManager.default.moveItem(at: unpacked.appendingPathComponent(name), to: file)
            }
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
    ///
    /// It is in a process group of its own, which an interrupt from the terminal does not reach: it is ended here.
    private static func run(
        _ command: [String], folder: URL, _ shouldStop: () -> Bool, whileRunning: () -> Void = {}
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
            // Signals that can be blocked are, where whoever started this process blocked them. What has been written stays.
            if shouldStop() { kill(process.processIdentifier, SIGKILL) }
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

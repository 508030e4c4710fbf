import Datasets
import Foundation
import Training

/// `ccnn download` between its arguments and its output.
public struct DownloadRun {
    private let source: DatasetSource
    private let archive: ArchiveDownload
    private let folder: URL

    /// A run that fetches the data set called `name` into a folder.
    /// - Throws: `CommandFailure` with exit code 2 where there is no such set, or where it cannot be fetched.
    public init(_ name: String, dataFolder: String?) throws(CommandFailure) {
        source = try DatasetSource.named(name)
        guard let archive = source.archive else {
            let reason =
                switch source {
                case .m2nist:
                    "m2nist has no server without an account; put combined.npy and segmented.npy into a folder m2nist"
                default: "\(name) is not fetched from anywhere"
                }
            throw .usage("\(reason) (ccnn fetches cifar-10 and cifar-100)")
        }
        self.archive = archive
        folder = dataFolder.map { URL(fileURLWithPath: $0) } ?? DatasetSource.defaultFolder
    }

    /// Fetches what is missing of the set, reads it to see that it is whole, and returns what goes to standard output.
    /// - Parameters:
    ///   - shouldStop: Asked from time to time whether to stop.
    ///   - progress: Told from time to time how many bytes have arrived, of how many.
    /// - Throws: `CommandFailure` where it cannot be fetched or is not what it should be, or another process fetches into the folder.
    public func run(
        shouldStop: () -> Bool = { false }, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws(CommandFailure) -> String {
        if let there = source.location(in: folder), archive.isUnpacked(in: there) {
            return try summary(of: there, fetched: false)
        }
        do {
            try FileManager.default.makeFolder(at: folder)
            let lock = try FolderLock(folder)
            let place = try archive.fetch(into: folder, shouldStop: shouldStop, progress: progress)
            _ = consume lock
            return try summary(of: place, fetched: true)
        } catch TrainingError.folderInUse {
            throw CommandFailure(
                "\(folder.relativePath) is being written by another process, wanted a folder of its own (wait for that one)"
            )
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(error)
        }
    }

    private func summary(of place: URL, fetched: Bool) throws(CommandFailure) -> String {
        let set: Dataset
        do { set = try source.read(from: place) } catch {
            throw CommandFailure("\(error.description) (remove that file, and the same command fetches it anew)")
        }
        return "\(source.rawValue)\(fetched ? "" : " was there already"): \(set.training.count) pictures to learn and "
            + "\(set.test.count) to test, in \(place.relativePath)\n"
    }
}

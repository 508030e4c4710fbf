import Datasets
import Foundation

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

    /// Fetches the set, reads it to see that it is whole, and returns what goes to standard output.
    /// - Parameter progress: Told from time to time how many bytes have arrived, of how many.
    /// - Throws: `CommandFailure` where it cannot be fetched or is not what it should be.
    public func run(progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }) throws(CommandFailure) -> String {
        if let there = source.location(in: folder) { return "\(source.rawValue) is in \(there.relativePath) already\n" }
        do {
            let place = try archive.fetch(into: folder, progress: progress)
            let set = try source.read(from: folder)
            return "\(source.rawValue): \(set.training.count) pictures to learn and \(set.test.count) to test, in "
                + "\(place.relativePath)\n"
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(error)
        }
    }
}

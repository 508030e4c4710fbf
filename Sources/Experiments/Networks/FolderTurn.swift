#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif
import Foundation

/// The turn of one process in a folder that several may want to train the same network in: the others wait until it is over.
///
/// The system takes the turn back when a process ends, however it ends.
struct FolderTurn: ~Copyable {
    private let descriptor: Int32

    /// Waits for the turn in `folder`, which is there.
    /// - Throws: `ExperimentError.stopped` where `shouldStop` says so meanwhile, `.missing` where the folder is not writable.
    init(in folder: URL, shouldStop: () -> Bool) throws(ExperimentError) {
        descriptor = open(folder.appendingPathComponent(".turn").path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            throw .missing("\(folder.relativePath): found a folder that cannot be written to, wanted one for networks")
        }
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            if shouldStop() {
                close(descriptor)
                throw .stopped
            }
            usleep(100_000)
        }
    }

    deinit { close(descriptor) }
}

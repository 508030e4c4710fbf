import Foundation
import TensorFiles

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The sole right of a process to write a run into a folder, for as long as the value lives.
///
/// The system takes the right back however the process ends. It binds only those that ask for it, on one machine and on network file systems that pass
/// locks on; where a file system knows no locks, everybody is granted it.
public struct FolderLock: ~Copyable {
    private let descriptor: Int32

    /// The right to a folder that is there; what a killed process left half-written in it is removed.
    ///
    /// What others are writing in it stays: commands that write single files do so without the right to their folder.
    ///
    /// - Throws: `TrainingError.folderInUse` where another process, or another lock of this one, has it.
    public init(_ folder: URL) throws(TrainingError) {
        // On the folder itself: no file of its own is left behind.
        descriptor = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
            close(descriptor)
            throw .folderInUse(folder.relativePath)
        }
        FileManager.default.removeAbandonedFiles(in: folder)
    }

    deinit {
        guard descriptor >= 0 else { return }
        // A process that another thread is starting has a copy of the descriptor until its program is loaded, and closing
        // this one alone would leave the lock to it.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}

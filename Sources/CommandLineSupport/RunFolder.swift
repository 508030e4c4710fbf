import Foundation
import MessagePassing
import Training

/// The folder of a run, which no other process writes meanwhile.
///
/// The right to a folder that is there is taken before anything in it is read: what a run that is ending writes last is then seen.
struct RunFolder: ~Copyable {
    let url: URL
    /// Whether the run's last state is there to go on from.
    let isBegun: Bool
    /// The right to the folder, once it is there; of several ranks only the first one has it.
    private(set) var lock: FolderLock?
    private let leads: Bool
    private let overwrites: Bool

    /// The state that a run goes on from.
    var last: URL { TrainingLoop(folder: url).last }

    /// A folder that holds a state where the run `resumes`, and none otherwise; it need not be there yet. A run that `overwrites` begins anew.
    /// - Throws: `CommandFailure`, also where another process has the right to the folder.
    init(
        _ url: URL, resumes: Bool, overwrites: Bool = false, mayBeMissing: Bool = false,
        on communicator: any Communicator = SingleProcess()
    ) throws(CommandFailure) {
        self.url = url
        leads = communicator.leads
        self.overwrites = overwrites
        let isThere = leads && FileManager.default.fileExists(atPath: url.path)
        lock = isThere ? try Self.lock(url) : nil
        isBegun = overwrites ? false : try Self.isBegun(url, resumes, mayBeMissing, communicator)
    }

    /// How a run was made whose state is there to go on from, read while no other process has the right to its folder.
    /// - Throws: `CommandFailure`, also where another process has it.
    static func record(
        of last: URL, on communicator: any Communicator = SingleProcess()
    ) throws(CommandFailure) -> RunRecord {
        let lock = communicator.leads ? try lock(last.deletingLastPathComponent()) : nil
        defer { withExtendedLifetime(lock) {} }
        do { return try RunRecord(contentsOf: last, on: communicator) } catch { throw CommandFailure(error) }
    }

    private static func lock(_ url: URL) throws(CommandFailure) -> FolderLock {
        do { return try FolderLock(url) } catch { throw CommandFailure(error) }
    }

    private static func isBegun(
        _ url: URL, _ resumes: Bool, _ mayBeMissing: Bool, _ communicator: any Communicator
    ) throws(CommandFailure) -> Bool {
        let last = TrainingLoop(folder: url).last
        // It need not be there on other machines.
        let isBegun = communicator.leaderSays(FileManager.default.fileExists(atPath: last.path))
        guard !isBegun || resumes else {
            throw CommandFailure(
                "\(url.relativePath) already holds a run (add --resume to go on with it, --overwrite to replace it, or say another --out)"
            )
        }
        guard isBegun || !resumes || mayBeMissing else {
            throw CommandFailure("\(url.relativePath) holds no run to resume, wanted \(last.lastPathComponent) in it")
        }
        return isBegun
    }

    /// Makes the folder where it was not there.
    /// - Throws: `CommandFailure`, also where another process has made it meanwhile and runs into it, or did.
    mutating func make() throws(CommandFailure) {
        guard leads, lock == nil else { return }
        do { try FileManager.default.makeFolder(at: url) } catch { throw CommandFailure(error) }
        lock = try Self.lock(url)
        guard overwrites || !FileManager.default.fileExists(atPath: last.path) else {
            throw CommandFailure(TrainingError.folderInUse(url.relativePath))
        }
    }
}

import TensorFiles

/// Why training cannot begin, go on, or keep what it has reached.
public enum TrainingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The loss or a weight is no longer a number.
    case diverged(step: Int, checkpoint: String?)
    /// A file of tensors cannot be read or written.
    case file(TensorFileError)
    /// A file is not a checkpoint, or not one of this network.
    case checkpoint(file: String, found: String, wanted: String)
    /// The pictures do not fit the network.
    case pictures(found: String, wanted: String)
    /// There are more ranks than pictures in a batch.
    case ranks(Int, batch: Int)
    /// The share of zeros that is asked for cannot be reached.
    case pruning(String)
    /// A batch takes more memory than this process may use; in bytes.
    case memory(needed: Double, there: Double, batch: Int)
    /// Another process writes a run into the folder.
    case folderInUse(String)

    /// One sentence.
    public var description: String {
        switch self {
        case .diverged(let step, let checkpoint):
            "the loss of step \(step) is not a number"
                + (checkpoint.map { "; the last good state is in \($0)" } ?? ", and no earlier state was kept")
        case .file(let error): "\(error)"
        case .checkpoint(let file, let found, let wanted): "\(file): found \(found), wanted \(wanted)"
        case .ranks(let count, let batch):
            "a batch of \(batch) pictures is spread over \(count) ranks, but each needs a picture of it"
        case .pictures(let found, let wanted): "the data set has \(found), but the network takes \(wanted)"
        case .pruning(let reason): reason
        case .memory(let needed, let there, let batch):
            "a batch of \(batch) \(batch == 1 ? "picture" : "pictures") takes at least \(Int((needed / 1e9).rounded(.up))) GB, but "
                + "\(Int(there / 1e9)) GB are there (smaller batches or pictures take less)"
        case .folderInUse(let folder):
            "\(folder) is being written by another run, wanted a folder of its own (wait for that run, or say another --out)"
        }
    }
}

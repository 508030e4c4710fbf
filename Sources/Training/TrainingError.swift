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
        case .pictures(let found, let wanted): "the data set has \(found), but the network takes \(wanted)"
        case .folderInUse(let folder):
            "\(folder) is being written by another run, wanted a folder of its own (wait for that run, or say another --out)"
        }
    }
}

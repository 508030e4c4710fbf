import ContinuousCNN
import Foundation
import Reports

/// `ccnn pack` between its arguments and its output.
public struct PackRun {
    private let checkpoint: URL
    private let command: String
    private let folder: URL
    private let dataFolder: URL
    private let namedFolder: String?
    private let overwrites: Bool

    /// A run that packs a checkpoint, which `command` made, into a folder, where it may replace files that are there if it `overwrites`.
    public init(
        checkpoint: String, command: String, into folder: String, dataFolder: String?, overwrites: Bool = false
    ) {
        self.checkpoint = URL(fileURLWithPath: checkpoint)
        self.command = command
        self.folder = URL(fileURLWithPath: folder)
        self.dataFolder = dataFolder.map { URL(fileURLWithPath: $0) } ?? DatasetSource.defaultFolder
        namedFolder = dataFolder
        self.overwrites = overwrites
    }

    /// Packs the network, and returns what goes to standard output.
    /// - Throws: `CommandFailure` where checkpoint or data set cannot be read, or the network cannot be written.
    public func run() throws(CommandFailure) -> String {
        do {
            let state = try Checkpoint(contentsOf: checkpoint)
            var outputs = Outputs(overwrites: overwrites)
            outputs.read(checkpoint, "the checkpoint")
            for suffix in ["safetensors", "json"] {
                outputs.write(folder.appendingPathComponent("\(state.networkName).\(suffix)"), "--into")
            }
            try outputs.check()
            try outputs.prepare()
            let source = try DatasetSource.named(state.dataName)
            try source.refuseFolder(namedFolder)
            let dataset = try source.read(from: dataFolder)
            let card = try TrainedNetwork.pack(state, on: dataset, command: command, into: folder).card
            return
                "\(card.network): test accuracy \(Format.percent(card.storedAccuracy, decimals: 2)), before rounding "
                + "\(Format.percent(card.accuracyBeforeRounding, decimals: 2)); into \(folder.relativePath)\n"
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(error)
        }
    }
}

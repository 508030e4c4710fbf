import ArgumentParser
import CommandLineSupport
import Foundation

/// How the library's own trained networks are made; of use to its maintainers alone.
struct Pack: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Turn a finished run into a trained network that the library brings along.",
        discussion: """
            Example:
              ccnn pack runs/dilated-1/last.safetensors --trained-by "ccnn train dilated --data cifar-10 --seed 1"
            """, shouldDisplay: false)

    @Argument(help: "The last checkpoint of a finished run.", completion: .checkpoints)
    var checkpoint: String

    @Option(help: "The command that made the run.")
    var trainedBy: String

    @Option(help: "The folder to write to.", completion: .directory)
    var into = "Sources/TrainedNetworks/Networks"

    @Option(
        help: "The folder with the data set's files. (default: that of CCNN_DATA, else ~/.cache/ccnn)",
        completion: .directory)
    var dataFolder: String?

    @OptionGroup var replacement: ReplacementOption

    @OptionGroup var outputOptions: OutputOptions

    func run() throws {
        let output = try PackRun(
            checkpoint: checkpoint, command: trainedBy, into: into, dataFolder: dataFolder,
            overwrites: replacement.overwrite
        ).run()
        try outputOptions.printResult(output)
    }
}

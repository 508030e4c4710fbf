import ArgumentParser
import CommandLineSupport

struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a network's weights and layers for PyTorch.",
        usage: "ccnn export <model> --output <output> [<options>]",
        discussion: """
            The safetensors file has PyTorch's names and axes, such as conv1.weight, and describes every layer in its metadata. With --samples it also \
            has random pictures and the scores that they get, with which a reader can be checked.

            The network takes pictures as axes [pictures, channels, rows, columns], rows from the top, channels red, green, blue (or one of grey), \
            bytes divided by 255; no mean is subtracted and no deviation divided by. Scores come before the softmax. The metadata says so too, as a \
            sentence in "pictures" and as JSON in "encoding", with the names of the classes in "classes" where they are known.

            Examples:
              ccnn export dilated --output dilated.safetensors
              ccnn export runs/cascade-shapes-1/last.safetensors --output cascade.safetensors --samples 4
              ccnn export residual --random 1 --samples 2 --output residual.safetensors
            """)

    @Argument(
        help: "A checkpoint of ccnn train or detect, or the name of a network whose weights come along.",
        completion: .models)
    var model: String

    @Option(name: .shortAndLong, help: "The file to write (.safetensors).", completion: .checkpoints)
    var output: String

    @Option(
        help: ArgumentHelp(
            "Draw all weights from this seed, statistics of normalisations included; any network will do then.",
            valueName: "seed"))
    var random: UInt64?

    @Option(help: "Also write this many random pictures and their scores.")
    var samples = 0

    @OptionGroup var replacement: ReplacementOption

    @OptionGroup var outputOptions: OutputOptions

    func run() throws {
        try outputOptions.printResult(
            ExportRun(
                model: model, output: output, seed: random, samples: samples, overwrites: replacement.overwrite
            ).run())
    }
}

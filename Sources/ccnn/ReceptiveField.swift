import ArgumentParser
import CommandLineSupport

struct ReceptiveField: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure what a network's features depend on.",
        usage: "ccnn receptive-field <model> [<options>]",
        discussion: """
            The theoretical field follows from the layers; the effective one is the squared gradient of the features at the middle of the picture, by pixel, \
            beside the Gaussian that random kernels predict.

            Examples:
              ccnn receptive-field dilated
              ccnn receptive-field runs/dilated-shapes-1/last.safetensors --report field
            """)

    @Argument(
        help: "A checkpoint of ccnn train, or the name of a network; ccnn models lists them.", completion: .models)
    var model: String

    @Option(
        help: "The folder with the data set's files. (default: that of CCNN_DATA, else ~/.cache/ccnn)",
        completion: .directory)
    var dataFolder: String?

    @Option(help: "Write a page with pictures into this folder.", completion: .directory)
    var report: String?

    @Option(help: "The number of pictures whose gradients are averaged.")
    var pictures = 64

    @OptionGroup var replacement: ReplacementOption

    @OptionGroup var outputOptions: OutputOptions

    func run() throws {
        let output = try ReceptiveFieldRun(
            model: model, dataFolder: dataFolder, report: report, pictures: pictures, overwrites: replacement.overwrite,
            style: outputOptions.style, version: "ccnn \(ccnnVersion)"
        ).run(notice: { outputOptions.remark($0) })
        try outputOptions.printResult(output)
    }
}

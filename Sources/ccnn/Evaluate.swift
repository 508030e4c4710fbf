import ArgumentParser
import CommandLineSupport
import Foundation
import Reports

struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Test a trained network.",
        usage: "ccnn evaluate <checkpoint> [<options>]",
        discussion: """
            Prints accuracy with its 95 % interval, accuracy by class, and which classes are taken for which.

            Examples:
              ccnn evaluate runs/dilated-shapes-1/last.safetensors
              ccnn evaluate dilated --data-folder data
            """)

    @Argument(
        help: "A checkpoint that ccnn train wrote, or the name of a network whose weights come along.",
        completion: .models)
    var checkpoint: String

    @Option(
        help: "The folder with the data set's files. (default: that of CCNN_DATA, else ~/.cache/ccnn)",
        completion: .directory)
    var dataFolder: String?

    @Option(
        help:
            "Write pictures, true classes, predicted ones and errors side by side to this PNG; for networks that score pixels.",
        completion: .file(extensions: ["png"]))
    var predictions: String?

    @OptionGroup var replacement: ReplacementOption

    @OptionGroup var outputOptions: OutputOptions

    func run() throws {
        let run = EvaluateRun(checkpoint: checkpoint, dataFolder: dataFolder, style: outputOptions.style)
        try outputOptions.printResult(run.run(sheet: predictions, overwrites: replacement.overwrite))
    }
}

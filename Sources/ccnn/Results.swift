import ArgumentParser
import CommandLineSupport
import Foundation

/// How the documents of results are made; of use to those who repeat runs of several networks.
struct Results: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Gather the histories of finished runs into a folder of documents.",
        usage: "ccnn results <runs> --into <into> [<options>]",
        discussion: """
            Takes every folder with a finished run; those that are added later are taken by the same command.

            Example:
              ccnn results runs --into Docs/Results/cifar-10
            """)

    @Argument(help: "The folder with the folders of the runs.", completion: .directory)
    var runs: String

    @Option(help: "The folder to write to.", completion: .directory)
    var into: String

    @OptionGroup var outputOptions: OutputOptions

    func run() throws {
        outputOptions.printResult(try ResultsRun(runs: runs, into: into).run())
    }
}

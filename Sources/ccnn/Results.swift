import ArgumentParser
import CommandLineSupport
import Foundation

/// How the documents of results are made; of use to those who repeat runs of several networks.
struct Results: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Gather finished runs, or results of claims, into documents.",
        discussion: """
            Takes every folder with a finished run; those that are added later are taken by the same command. Runs whose histories are already in the \
            folder of documents stay in its tables, though their checkpoints be gone. With --claims it writes README.md and figures beside results that \
            ccnn validate kept.

            Examples:
              ccnn results runs --into Docs/Results/cifar-10
              ccnn results --claims Docs/Results/claims
            """)

    @Argument(help: "The folder with the folders of the runs.", completion: .directory)
    var runs: String?

    @Option(help: "The folder to write the runs' documents to.", completion: .directory)
    var into: String?

    @Option(help: "A folder with results of claims.", completion: .directory)
    var claims: String?

    @OptionGroup var replacement: ReplacementOption

    @OptionGroup var outputOptions: OutputOptions

    func run() throws {
        if let claims, runs == nil, into == nil {
            try outputOptions.printResult(ClaimDocument(folder: claims, overwrites: replacement.overwrite).write())
        } else if let runs, let into, claims == nil {
            try outputOptions.printResult(
                ResultsRun(runs: runs, into: into, overwrites: replacement.overwrite).run())
        } else {
            throw CommandFailure.usage("wanted a folder of runs and --into, or --claims alone")
        }
    }
}

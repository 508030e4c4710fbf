import ArgumentParser
import CommandLineSupport
import Foundation

struct Download: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Fetch a data set from its authors' server.",
        usage: "ccnn download <name> [<options>]",
        discussion: """
            What has arrived when the connection breaks is kept; the same command goes on from there.

            Examples:
              ccnn download cifar-10
              ccnn download cifar-100 --data-folder data
            """)

    @Argument(help: "cifar-10 or cifar-100.", completion: .list(CommandChoices.fetchedDatasets))
    var name: String

    @Option(help: "The folder to put it in. (default: that of CCNN_DATA, else ~/.cache/ccnn)", completion: .directory)
    var dataFolder: String?

    @OptionGroup var outputOptions: OutputOptions

    func run() throws {
        let run = try DownloadRun(name, dataFolder: dataFolder)
        let interrupt = Interrupt()
        let start = ContinuousClock.now
        try outputOptions.printResult(
            run.run(shouldStop: { interrupt.isRaised }) {
                outputOptions.progress("fetching \(name)", done: $0, of: $1, since: start)
            })
    }
}

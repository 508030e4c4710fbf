import ArgumentParser
import CommandLineSupport
import Foundation

struct BenchmarkNetworks: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "networks",
        abstract: "Time training steps of the standard networks.",
        usage: "ccnn benchmark networks [<network> ...] [<options>]",
        discussion: """
            A step is forward, loss, backward, Adam. What the training loop adds, with its varied pictures and its figures, is timed beside it.

            Examples:
              ccnn benchmark networks --threads 2
              ccnn benchmark networks dilated residual --batch 32 --format json
            """)

    @Argument(help: "The networks. (default: dilated, large-kernel, strided, cascade)", completion: .networks)
    var networks: [String] = []

    @Option(help: "Numbers of pictures of a batch.")
    var batch = NetworksBenchmark.Arguments().batch

    @Option(help: "Repeats of every network.")
    var repeats = NetworksBenchmark.Arguments().repeats

    @Option(help: "Threads that share the work. (default: one for each processor)")
    var threads: Int?

    @Option(help: "The most work space of a convolution, such as 256MB.")
    var memory: String?

    @Option(help: "What to print: text or json.", completion: .formats)
    var format = NetworksBenchmark.Arguments().format

    @OptionGroup var outputOptions: OutputOptions

    func run() throws {
        var arguments = NetworksBenchmark.Arguments()
        arguments.networks = networks
        arguments.batch = batch
        arguments.repeats = repeats
        arguments.threads = threads
        arguments.memory = memory
        arguments.format = format
        let start = ContinuousClock.now
        let output = try NetworksBenchmark(arguments).run(
            style: outputOptions.style, progress: { outputOptions.progress($0, done: $1, of: $2, since: start) })
        try outputOptions.printResult(output)
    }
}

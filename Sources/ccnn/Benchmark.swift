import ArgumentParser
import CommandLineSupport
import Foundation
import Reports

struct Benchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure the library on this machine.",
        subcommands: [BenchmarkLayers.self, BenchmarkNetworks.self, BenchmarkPictures.self, BenchmarkPlanner.self])
}

struct BenchmarkPictures: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pictures",
        abstract: "Time every algorithm that convolves one picture.",
        discussion: """
            Prints medians of interleaved repeats with their spread, and which algorithm the library chooses by itself.

            Examples:
              ccnn benchmark pictures --threads 2
              ccnn benchmark pictures --precision double --format json
            """)

    @Option(help: "Repeats of every algorithm.")
    var repeats = PicturesBenchmark.Arguments().repeats

    @Option(help: "Threads that share the work. (default: one for each processor)")
    var threads: Int?

    @Option(help: "Precision: float or double.", completion: .list(CommandChoices.precisions))
    var precision = PicturesBenchmark.Arguments().precision

    @Flag(help: "Also convolve 16384² pixels with 255×255 taps, which takes 2 GB.")
    var large = false

    @Option(help: "What to print: text or json.", completion: .formats)
    var format = PicturesBenchmark.Arguments().format

    @OptionGroup var outputOptions: OutputOptions

    func run() throws {
        var arguments = PicturesBenchmark.Arguments()
        arguments.repeats = repeats
        arguments.threads = threads
        arguments.precision = precision
        arguments.large = large
        arguments.format = format
        let start = ContinuousClock.now
        let output = try PicturesBenchmark(arguments).run(
            style: outputOptions.style, progress: { outputOptions.progress($0, done: $1, of: $2, since: start) })
        try outputOptions.printResult(output)
    }
}

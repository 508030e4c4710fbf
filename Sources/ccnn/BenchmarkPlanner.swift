import ArgumentParser
import CommandLineSupport
import Foundation

struct BenchmarkPlanner: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "planner",
        abstract: "Measure what the planner's choices cost on random layers.",
        discussion: """
            Draws layers as networks have them, each with a direction, times all their algorithms, and says how much longer those take that the \
            policies estimate and measure choose.

            Example:
              ccnn benchmark planner --shapes 200 --threads 2
            """)

    @Option(help: "The number of layers.")
    var shapes = PlannerBenchmark.Arguments().shapes

    @Option(help: "The seed of the layers.")
    var seed = PlannerBenchmark.Arguments().seed

    @Option(help: "Repeats of every algorithm.")
    var repeats = PlannerBenchmark.Arguments().repeats

    @Option(help: "Threads that share the work. (default: one for each processor)")
    var threads: Int?

    @Option(help: "What to print: text or json.", completion: .formats)
    var format = PlannerBenchmark.Arguments().format

    @OptionGroup var outputOptions: OutputOptions

    func run() throws {
        var arguments = PlannerBenchmark.Arguments()
        arguments.shapes = shapes
        arguments.seed = seed
        arguments.repeats = repeats
        arguments.threads = threads
        arguments.format = format
        let start = ContinuousClock.now
        let output = try PlannerBenchmark(arguments).run(
            style: outputOptions.style, progress: { outputOptions.progress($0, done: $1, of: $2, since: start) })
        try outputOptions.printResult(output)
    }
}

import ArgumentParser
import CommandLineSupport
import Foundation

struct BenchmarkLayers: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "layers",
        abstract: "Time every algorithm on convolution layers, forward and both gradients.",
        usage: "ccnn benchmark layers [<networks> ...] [<options>]",
        discussion: """
            Without options it times the layers of the networks that are trained most and some with large kernels; with names of networks the \
            layers of these, at batch 32. Lists of kernel sizes, sizes, channels or batches time all their combinations; --layer times any layer \
            at all. size, kernel, dilation and stride are a number or height x width.

            Examples:
              ccnn benchmark layers --threads 2
              ccnn benchmark layers depthwise-cascade residual
              ccnn benchmark layers --layer batch=32,size=32x32,in=64,out=64,kernel=7x7,dilation=2,stride=1,groups=1
              ccnn benchmark layers --kernel-sizes 3,5,7,9,13,21,31 --channels 16,64 --report curves
            """)

    @Argument(help: "Networks whose layers are timed.", completion: .networks)
    var networks: [String] = []

    @Option(help: "A layer; repeat it for more.")
    var layer: [String] = []

    @Option(help: "Kernel sizes, such as 3,5,7.")
    var kernelSizes: String?

    @Option(help: "Picture sizes, such as 32,64.")
    var sizes: String?

    @Option(help: "Numbers of channels, read and written.")
    var channels: String?

    @Option(help: "Numbers of pictures.")
    var batch: String?

    @Option(help: "Repeats of every algorithm.")
    var repeats = LayersBenchmark.Arguments().repeats

    @Option(help: "Threads that share the work. (default: one for each processor)")
    var threads: Int?

    @Option(help: "The most work space for the planner's choice, such as 256MB.")
    var memory: String?

    @Option(help: "Draw curves and tables on a page in this folder.", completion: .directory)
    var report: String?

    @Option(help: "What to print: text or json.", completion: .formats)
    var format = LayersBenchmark.Arguments().format

    @OptionGroup var replacement: ReplacementOption

    @OptionGroup var outputOptions: OutputOptions

    func run() throws {
        var arguments = LayersBenchmark.Arguments()
        arguments.networks = networks
        arguments.layers = layer
        arguments.kernelSizes = kernelSizes
        arguments.sizes = sizes
        arguments.channels = channels
        arguments.batch = batch
        arguments.repeats = repeats
        arguments.threads = threads
        arguments.memory = memory
        arguments.report = report
        arguments.format = format
        arguments.overwrites = replacement.overwrite
        let start = ContinuousClock.now
        let output = try LayersBenchmark(arguments).run(
            style: outputOptions.style, version: "ccnn \(ccnnVersion)",
            progress: { outputOptions.progress($0, done: $1, of: $2, since: start) })
        try outputOptions.printResult(output)
    }
}

import ArgumentParser
import CommandLineSupport
import Foundation
import MessagePassing

struct Filter: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Convolve a picture with a Gaussian, its derivatives, or any taps.",
        discussion: """
            Reads a PNG of any size, 8 or 16 bit, grey or colour, or an array as .npy, and writes a PNG or the numbers as .npy. Alpha is kept as it is. \
            Derivatives have both signs: in a PNG blue is negative and red positive.

            Examples:
              ccnn filter photo.png --gaussian 2 --output smooth.png
              ccnn filter photo.png --gaussian 2 --derivative 1,0 --output dx.png
              ccnn filter photo.png --gaussian 3 --gradient-magnitude --boundary mirror --output edges.png
              ccnn filter photo.png --kernel taps.npy --dilation 2 --output result.npy
              mpirun -n 4 ccnn filter large.npy --gaussian 20 --output smooth.npy   (each rank holds a quarter of the rows)
            """)

    @Argument(
        help: "The picture (.png, or .npy of two or three axes).", completion: .file(extensions: ["png", "npy"]))
    var picture: String

    @Option(
        name: .shortAndLong, help: "Where the result goes (.png or .npy).",
        completion: .file(extensions: ["png", "npy"]))
    var output: String

    @Option(help: "σ of the Gaussian in pixels. (default for derivatives: 1)")
    var gaussian: Double?

    @Option(help: "Differentiate that often along x and y, such as 1,0.")
    var derivative: String?

    @Flag(help: "Apply the Laplacian of the Gaussian.")
    var laplacian = false

    @Flag(help: "Take the length of the Gaussian's gradient.")
    var gradientMagnitude = false

    @Option(
        help: "Convolve with the taps of this file (.npy, two axes) instead.", completion: .file(extensions: ["npy"]))
    var kernel: String?

    @Option(help: "The distance of neighbouring taps in pixels.")
    var dilation = FilterRequest.Arguments().dilation

    @Option(
        help: "Beyond the border: zero, periodic, mirror, mirror-whole or replicate.",
        completion: .list(CommandChoices.boundaries))
    var boundary = FilterRequest.Arguments().boundary

    @Option(help: "Which positions to keep: same, full or valid.", completion: .list(CommandChoices.extents))
    var extent = FilterRequest.Arguments().extent

    @Option(
        help: "How the Gaussian becomes taps: sampled, integrated, discrete, spectral or automatic.",
        completion: .list(CommandChoices.discretizations))
    var discretization = FilterRequest.Arguments().discretization

    @Option(
        help: "How to compute: direct, separable, recursive, spectral, tiled or automatic.",
        completion: .list(CommandChoices.methods))
    var method = FilterRequest.Arguments().method

    @Option(help: "The magnitude at the end of the picture's scale. (default: 1, for derivatives the largest)")
    var limit: Double?

    @OptionGroup var replacement: ReplacementOption

    @OptionGroup var outputOptions: OutputOptions

    func run() throws {
        let request = try FilterRequest(arguments)
        let start = ContinuousClock.now
        let ranks = try Job.ranks()
        let progress = { (label: String, done: Int, total: Int) in
            outputOptions.progress(label, done: done, of: total, since: start)
        }
        let notice = { (line: String) in outputOptions.remark("ccnn: \(line)") }
        let output =
            ranks.count > 1
            ? try SlabFilterRun(request, on: ranks).run(progress: progress, notice: notice)
            : try FilterRun(request).run(progress: progress, notice: notice)
        try outputOptions.printResult(output)
    }

    private var arguments: FilterRequest.Arguments {
        var arguments = FilterRequest.Arguments()
        arguments.picture = picture
        arguments.output = output
        arguments.gaussian = gaussian
        arguments.derivative = derivative
        arguments.laplacian = laplacian
        arguments.gradientMagnitude = gradientMagnitude
        arguments.kernel = kernel
        arguments.dilation = dilation
        arguments.boundary = boundary
        arguments.extent = extent
        arguments.discretization = discretization
        arguments.method = method
        arguments.limit = limit
        arguments.overwrites = replacement.overwrite
        arguments.given = GivenOptions(in: CommandLine.arguments)
        return arguments
    }
}

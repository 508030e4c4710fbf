import ArgumentParser
import CommandLineSupport
import Foundation

struct Filter: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Convolve a picture with a Gaussian, its derivatives, or any taps.",
        discussion: """
            Reads a PNG of any size, 8 or 16 bit, grey or colour, and writes a PNG or the numbers as .npy. Alpha is kept as it is. \
            Derivatives have both signs: in a PNG blue is negative and red positive.

            Examples:
              ccnn filter photo.png --gaussian 2 --output smooth.png
              ccnn filter photo.png --gaussian 2 --derivative 1,0 --output dx.png
              ccnn filter photo.png --gaussian 3 --gradient-magnitude --boundary mirror --output edges.png
              ccnn filter photo.png --kernel taps.npy --dilation 2 --output result.npy
            """)

    @Argument(help: "The picture (.png).", completion: .file(extensions: ["png"]))
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

    @OptionGroup var outputOptions: OutputOptions

    func run() throws {
        let request = try FilterRequest(arguments)
        let start = ContinuousClock.now
        let output = try FilterRun(request).run(
            progress: { outputOptions.progress($0, done: $1, of: $2, since: start) },
            notice: { outputOptions.remark("ccnn: \($0)") })
        outputOptions.printResult(output)
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
        return arguments
    }
}

import ArgumentParser
import CommandLineSupport
import Foundation
import MessagePassing

struct Filter: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Convolve a picture with a Gaussian, its derivatives, or any taps.",
        discussion: """
            Reads a PNG of any size, 8 or 16 bit, grey or colour, or an array as .npy, and writes a PNG or the numbers as .npy. Results of both signs, \
            of derivatives and of taps that sum to zero, are drawn: blue is negative, near white zero, red positive; the scale's end is said. \
            What lies beyond a PNG's scale is cut, counted and said; .npy keeps it. Alpha is kept as it is, and weighs colours: what is transparent \
            does not bleed. NaN in a .npy, and pixels that --mask leaves out, are gaps, filled from what is known within reach.

            σ is in pixels, also where --dilation sets taps apart, and derivatives are per pixel to the power of their order. By itself the method \
            is a sum over taps (direct or separable: an output depends on pixels in reach alone, what is not negative stays so) unless that takes 32 \
            times as long; recursive costs the same at any σ, within 1e-4; spectral and tiled round by the largest pixel anywhere. float64 and \
            integers of 32 bits and more are computed and written in double precision, the rest in single.

            Examples:
              ccnn filter photo.png --gaussian 2 --output smooth.png
              ccnn filter photo.png --gaussian 2 --derivative 1,0 --output dx.png
              ccnn filter photo.png --gaussian 3 --gradient-magnitude --boundary mirror --output edges.png
              ccnn filter photo.png --gaussian 2 --sigma-y 5 --threads 2 --output anisotropic.png
              ccnn filter height.npy --gaussian 2 --derivative 1,0 --boundary odd --precision double --output slope.npy
              ccnn filter holes.png --gaussian 4 --mask known.png --output filled.png
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

    @Option(help: "σ along y in pixels. (default: that along x, which is --gaussian)")
    var sigmaY: Double?

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
        help: "Beyond the border: zero, periodic, mirror, mirror-whole, replicate or odd (slopes go on).",
        completion: .list(CommandChoices.boundaries))
    var boundary = FilterRequest.Arguments().boundary

    @Option(help: "Which positions to keep: same, full or valid.", completion: .list(CommandChoices.extents))
    var extent = FilterRequest.Arguments().extent

    @Option(
        help:
            "How the Gaussian becomes taps: sampled, integrated, discrete, spectral, automatic, or fourier: none, exact on the spectrum.",
        completion: .list(CommandChoices.filterDiscretizations))
    var discretization = FilterRequest.Arguments().discretization

    @Option(
        help: "How to compute: direct, separable, recursive, spectral, tiled or automatic.",
        completion: .list(CommandChoices.methods))
    var method = FilterRequest.Arguments().method

    @Option(help: "The magnitude at the end of the picture's scale. (default: white, for derivatives the largest)")
    var limit: Double?

    @Option(
        help: "Compute, and write .npy, in single or double precision. (default: what holds the picture's numbers)",
        completion: .list(CommandChoices.filterPrecisions))
    var precision = FilterRequest.Arguments().precision

    @Option(
        help: "How far pixels are known, of the picture's size: white or 1 known, black or 0 a gap (.png or .npy).",
        completion: .file(extensions: ["png", "npy"]))
    var mask: String?

    @Option(help: "The number of threads. (default: one for each processor)")
    var threads: Int?

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
        arguments.sigmaY = sigmaY
        arguments.precision = precision
        arguments.mask = mask
        arguments.threads = threads
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

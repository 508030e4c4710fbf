import ArgumentParser
import CommandLineSupport
import Foundation
import Reports

struct Fit: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say how much of a network's kernels is Gaussian derivatives.",
        discussion: """
            Projects every k×k kernel of a file of weights onto the Gaussian and its derivatives up to an order, and prints what \
            that explains, beside what it explains of white noise. Without a file it fits the classical operators of image processing \
            and the kernels of the trained networks that come along.

            Examples:
              ccnn fit
              ccnn fit --layer dilated.conv4.kernel
              ccnn fit model.safetensors --order 2 --sigma per-kernel
              ccnn fit model.pth --list
              ccnn fit model.pth --layer 'layer1.*' --exclude '*.downsample.*'
              ccnn fit before.pt after.pt runs/
              ccnn fit model.safetensors --layer conv1.weight --export fits.safetensors --report report
              ccnn fit kernels.npy --axes hwio --format json
              ccnn fit model.pt --sigma per-kernel --center free --constant --discretization automatic
              ccnn fit model.pt --order 6 --choose-order criterion --export fits.pt
            """)

    @Argument(
        help: "Files of weights (\(CommandChoices.weightFiles)), folders of them, or networks that come along.",
        completion: .kernelFiles)
    var files: [String] = []

    @Flag(help: "Say what each tensor of the files is taken for, and fit nothing.")
    var list = false

    @Option(
        help:
            "Fit these layers only, such as 'layer1.*'; may be repeated. (default: every convolution larger than 1×1)",
        completion: .custom { words, _, _ in CommandChoices.layers(words: words) })
    var layer: [String] = []

    @Option(
        help: "Leave these layers out, such as '*.downsample.*'; may be repeated.",
        completion: .custom { words, _, _ in CommandChoices.layers(words: words) })
    var exclude: [String] = []

    @Option(help: "The order of the jet, from 0 to 20.")
    var order = FitRequest.Arguments().order

    @Option(help: "σ in samples: shared by a layer, per-kernel, or a number.", completion: .list(CommandChoices.sigmas))
    var sigma = FitRequest.Arguments().sigma

    @Option(help: "Where to search for σ, as LOW...HIGH.")
    var sigmaRange = FitRequest.Arguments().sigmaRange

    @Option(
        help: "How the Gaussian becomes taps: \(FitRequest.discretizations.joined(separator: ", ")).",
        completion: .list(CommandChoices.discretizations))
    var discretization = FitRequest.Arguments().discretization

    @Option(
        help: "Where the Gaussian's centre lies: fixed in the middle, or free for each kernel.",
        completion: .list(CommandChoices.centers))
    var center = FitRequest.Arguments().center

    @Flag(help: "Fit a constant beside the jet.")
    var constant = false

    @Option(
        help: "The Gaussian's shape: isotropic, or affine for each kernel.",
        completion: .list(CommandChoices.sigmaModels))
    var sigmaModel = FitRequest.Arguments().sigmaModel

    @Option(help: "Several jets in one basis: their σ relative to the σ found, such as 1,2.")
    var scaleRatios = FitRequest.Arguments().scaleRatios

    @Option(help: "The ridge λ: λ Σ a² is added to the squared residual that is minimised.")
    var ridge = FitRequest.Arguments().ridge

    @Option(help: "The spacing of the taps, in the samples that σ is measured in.")
    var dilation = FitRequest.Arguments().dilation

    @Option(
        help:
            "The order of each layer's jet: given (that of --order), or chosen up to it by criterion (Bayes') or held-out taps.",
        completion: .list(CommandChoices.orderChoices))
    var chooseOrder = FitRequest.Arguments().chooseOrder

    @Option(help: "The number of threads. (default: one for each processor)")
    var threads: Int?

    @Option(
        help:
            "The order of the axes of kernels, such as oihw or hwio. (default: told from the file; required for .npy)",
        completion: .list(CommandChoices.axes))
    var axes: String?

    @Option(help: "Draw the N best- and the N worst-fitted kernels.")
    var top = FitRequest.Arguments().top

    @Option(
        help: "Write coefficients, σ and fitted taps to this .safetensors, .npz, .pt or .pth file.",
        completion: .kernelFiles)
    var export: String?

    @Option(help: "Write a page with pictures into this folder.", completion: .directory)
    var report: String?

    @Option(help: "What to print: text or json.", completion: .formats)
    var format = FitRequest.Arguments().format

    @OptionGroup var replacement: ReplacementOption

    @OptionGroup var outputOptions: OutputOptions

    func run() throws {
        let request = try FitRequest(arguments)
        let start = ContinuousClock.now
        let output = try FitRun(request, style: outputOptions.style, version: "ccnn \(ccnnVersion)").run(
            progress: { outputOptions.progress("fitting layers", done: $0, of: $1, since: start) },
            notice: { outputOptions.remark("ccnn: \($0)") })
        try outputOptions.printResult(output)
    }

    private var arguments: FitRequest.Arguments {
        var arguments = FitRequest.Arguments()
        arguments.files = files
        arguments.layers = layer
        arguments.excluded = exclude
        arguments.list = list
        arguments.order = order
        arguments.sigma = sigma
        arguments.sigmaRange = sigmaRange
        arguments.discretization = discretization
        arguments.center = center
        arguments.constant = constant
        arguments.sigmaModel = sigmaModel
        arguments.scaleRatios = scaleRatios
        arguments.ridge = ridge
        arguments.dilation = dilation
        arguments.chooseOrder = chooseOrder
        arguments.threads = threads
        arguments.axes = axes
        arguments.top = top
        arguments.export = export
        arguments.report = report
        arguments.format = format
        arguments.overwrites = replacement.overwrite
        arguments.given = GivenOptions(in: CommandLine.arguments)
        return arguments
    }
}

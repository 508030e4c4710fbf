import Foundation
import GaussianKernels
import KernelFiles
import KernelFitting
import Parallelism
import Reports
import TensorFiles

/// What `ccnn fit` was asked to do, with every value checked.
public struct FitRequest: Sendable {
    /// The words of the command line, as they were written.
    public struct Arguments: Sendable {
        /// Files of kernels, folders of them or names of trained networks; without any, the classical operators and the trained networks
        /// that come along are fitted.
        public var files: [String] = []
        /// The first of the files.
        public var file: String? {
            get { files.first }
            set { files = newValue.map { [$0] } ?? [] }
        }
        /// The layers to fit, with wildcards; empty for all.
        public var layers: [String] = []
        /// The layers to leave out, with wildcards.
        public var excluded: [String] = []
        /// Whether to say what every tensor is taken for, in place of a fit.
        public var list = false
        /// The order of the jet.
        public var order = 4
        /// `shared`, `per-kernel` or a number of samples.
        public var sigma = "shared"
        /// The range of σ searched, such as `0.4...3`.
        public var sigmaRange = "0.4...3"
        /// The name of a discretisation, or `automatic`.
        public var discretization = "sampled"
        /// Whether the centre is `fixed` in the middle or `free`.
        public var center = "fixed"
        /// Whether a constant is fitted beside the jet.
        public var constant = false
        /// `isotropic` or `affine`.
        public var sigmaModel = "isotropic"
        /// The σ of the jets in the basis, relative to the σ found, such as `1,2`.
        public var scaleRatios = "1"
        /// The ridge λ.
        public var ridge = 0.0
        /// The spacing of the taps in samples.
        public var dilation = 1
        /// How the order is chosen: `given`, `criterion` or `held-out`.
        public var chooseOrder = "given"
        /// The order of the axes of kernels, such as `oihw`, in place of what a file suggests.
        public var axes: String?
        /// The number of threads.
        public var threads: Int?
        /// How many of the best- and of the worst-fitted kernels are drawn.
        public var top = 4
        /// Where coefficients, σ and fitted taps go: a .safetensors, .npz, .pt or .pth file.
        public var export: String?
        /// The folder for the page.
        public var report: String?
        /// Whether outputs may replace files that are there.
        public var overwrites = false
        /// `text` or `json`.
        public var format = "text"
        /// The options that stand on the command line, with whatever values.
        public var given = GivenOptions()

        /// The defaults of every option.
        public init() {}
    }

    /// How the order of a layer's jet is chosen.
    public enum OrderChoice: String, Sendable, CaseIterable {
        /// It is the one asked for.
        case given
        /// The order up to the one asked for with the smallest information criterion of Bayes.
        case criterion
        /// The order up to the one asked for that predicts held-out taps best.
        case heldOut = "held-out"
    }

    /// What goes to standard output.
    public enum Format: String, Sendable, CaseIterable {
        /// Tables and drawings.
        case text
        /// One JSON document.
        case json
    }

    /// The files, folders and networks named, or none for what comes along.
    public let inputs: [String]
    /// Which of their layers are wanted, and in which order their axes are.
    public let selection: KernelFile.Selection
    /// Whether only what every tensor is taken for is asked for.
    public let isList: Bool
    /// What to fit them with.
    public let options: FitOptions
    /// Whether the discretisation is chosen for each layer by the σ found.
    public let choosesDiscretization: Bool
    /// How the order is chosen for each layer.
    public let orderChoice: OrderChoice
    /// The number of threads, or nil for one per processor.
    public let threads: Int?
    /// How many of the best- and of the worst-fitted kernels are drawn.
    public let top: Int
    /// Where coefficients, σ and fitted taps go.
    public let export: URL?
    /// The folder for the page.
    public let report: URL?
    /// Whether outputs may replace files that are there.
    public let overwrites: Bool
    /// What goes to standard output.
    public let format: Format
    /// The command that asked for this, for the reader of its report.
    public let command: String

    /// Checks the words of a command line.
    ///
    /// - Throws: `CommandFailure` with exit code 2, whose sentence names the option, the value found and the values wanted.
    public init(_ arguments: Arguments) throws(CommandFailure) {
        guard (0...FitOptions.highestOrder).contains(arguments.order) else {
            throw .usage(
                "--order is \(arguments.order), but a jet's order is a whole number from 0 to \(FitOptions.highestOrder)"
            )
        }
        guard arguments.top >= 0 else {
            throw .usage("--top is \(arguments.top), but the number of kernels to draw is not negative")
        }
        threads = arguments.threads
        if let threads, !(1...WorkerPool.maximumThreads).contains(threads) {
            throw .usage("--threads is \(threads), but it is from 1 to \(WorkerPool.maximumThreads)")
        }
        let range = try Self.sigmaRange(arguments.sigmaRange)
        let discretization = try Self.discretization(arguments.discretization)
        var options = FitOptions(
            order: arguments.order, scale: try Self.scaleMode(arguments.sigma), sigmaRange: range,
            discretization: discretization ?? .sampled)
        options.center = try Self.choice(arguments.center, of: "--center")
        options.hasConstant = arguments.constant
        options.sigmaModel = try Self.choice(arguments.sigmaModel, of: "--sigma-model")
        guard options.sigmaModel == .isotropic || discretization == .sampled else {
            throw .usage(
                "--discretization is '\(arguments.discretization)', but with --sigma-model affine only sampled kernels are defined"
            )
        }
        options.scaleRatios = try Self.scaleRatios(arguments.scaleRatios)
        guard arguments.ridge >= 0, arguments.ridge.isFinite else {
            throw .usage("--ridge is \(arguments.ridge), but it is a finite number from 0")
        }
        options.ridge = arguments.ridge
        guard (1...Self.largestDilation).contains(arguments.dilation) else {
            throw .usage(
                "--dilation is \(arguments.dilation), but taps are a whole number of samples from 1 to \(Self.largestDilation) apart"
            )
        }
        options.dilation = arguments.dilation
        orderChoice = try Self.choice(arguments.chooseOrder, of: "--choose-order")
        self.options = options
        choosesDiscretization = discretization == nil
        format = try Self.choice(arguments.format, of: "--format")
        let axes: KernelAxes? =
            if let axes = arguments.axes { try Self.choice(axes, of: "--axes") } else { nil }
        inputs = arguments.files
        if let twice = arguments.layers.first(where: { layer in arguments.layers.count { $0 == layer } > 1 }) {
            throw .usage("--layer is '\(twice)' more than once, but a layer is fitted once")
        }
        selection = KernelFile.Selection(
            layers: arguments.layers.map { NamePattern($0) }, excluded: arguments.excluded.map { NamePattern($0) },
            axes: axes)
        isList = arguments.list
        if isList, arguments.export != nil || arguments.report != nil {
            throw .usage(
                "--list fits nothing, so there is nothing for --\(arguments.export != nil ? "export" : "report") to write"
            )
        }
        if inputs.isEmpty, axes != nil {
            throw .usage("--axes is the order of the axes in a file, and no file is named")
        }
        top = arguments.top
        export = try arguments.export.map { (path) throws(CommandFailure) in
            let url = URL(fileURLWithPath: path)
            guard FitExport.extensions.contains(url.pathExtension.lowercased()) else {
                let choices = FitExport.extensions.map { "." + $0 }.joined(separator: ", ")
                throw .usage("--export is '\(path)', but the file's name ends in one of \(choices)")
            }
            return url
        }
        report = arguments.report.map { URL(fileURLWithPath: $0, isDirectory: true) }
        overwrites = arguments.overwrites
        command = Self.commandLine(of: arguments)
        try Self.refuseIgnored(arguments)
    }

    private static func refuseIgnored(_ arguments: Arguments) throws(CommandFailure) {
        let defaults = Arguments()
        var check = OptionCheck(arguments.given)
        check.note("--order", arguments.order != defaults.order)
        check.note("--sigma", arguments.sigma != defaults.sigma)
        check.note("--sigma-range", arguments.sigmaRange != defaults.sigmaRange)
        check.note("--discretization", arguments.discretization != defaults.discretization)
        check.note("--center", arguments.center != defaults.center)
        check.note("--constant", arguments.constant)
        check.note("--sigma-model", arguments.sigmaModel != defaults.sigmaModel)
        check.note("--scale-ratios", arguments.scaleRatios != defaults.scaleRatios)
        check.note("--ridge", arguments.ridge != defaults.ridge)
        check.note("--dilation", arguments.dilation != defaults.dilation)
        check.note("--choose-order", arguments.chooseOrder != defaults.chooseOrder)
        check.note("--threads", arguments.threads != nil)
        check.note("--axes", arguments.axes != nil)
        check.note("--top", arguments.top != defaults.top)
        check.note("--export", arguments.export != nil)
        check.note("--report", arguments.report != nil)
        check.note("--overwrite", arguments.overwrites)
        try check.refuse(
            [
                "--order", "--sigma", "--sigma-range", "--discretization", "--center", "--constant", "--sigma-model",
                "--scale-ratios", "--ridge", "--dilation", "--choose-order", "--threads", "--top", "--export",
                "--report", "--overwrite",
            ], if: arguments.list, "--list fits nothing")
        try check.refuse(
            ["--sigma-range"], if: Double(arguments.sigma) != nil, "σ is \(arguments.sigma) and not searched for")
        try check.refuse(
            ["--top"], if: arguments.format == Format.json.rawValue && arguments.report == nil,
            "JSON draws no kernels, and there is no --report")
        try check.refuse(
            ["--choose-order"], if: arguments.order == 0 && arguments.chooseOrder != OrderChoice.given.rawValue,
            "up to --order 0 there is one order")
        try check.refuse(["--axes"], if: arguments.files.isEmpty, "no file is named whose axes it would say")
    }

    static func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ word: String, of option: String
    ) throws(CommandFailure) -> Choice {
        if let choice = Choice(rawValue: word) { return choice }
        let choices = Choice.allCases.map(\.rawValue)
        throw .usage(
            "\(option) is '\(word)', but it is one of \(choices.joined(separator: ", "))\(suggestion(for: word, among: choices))"
        )
    }

    /// The discretisation of that name, nil for `automatic`.
    private static func discretization(_ word: String) throws(CommandFailure) -> Discretization? {
        if word == automatic { return nil }
        if let choice = Discretization(rawValue: word) { return choice }
        let choices = discretizations
        throw .usage(
            "--discretization is '\(word)', but it is one of \(choices.joined(separator: ", "))\(suggestion(for: word, among: choices))"
        )
    }

    private static let automatic = "automatic"

    /// The words that name a discretisation.
    public static let discretizations = Discretization.allCases.map(\.rawValue) + [automatic]

    private static func scaleMode(_ word: String) throws(CommandFailure) -> ScaleMode {
        switch word {
        case "shared": return .shared
        case "per-kernel": return .perKernel
        default:
            guard let sigma = Double(word), isUsable(sigma) else {
                throw .usage(
                    "--sigma is '\(word)', but it is shared, per-kernel, or a number of samples from 0.01 to 1000")
            }
            return .fixed(sigma)
        }
    }

    private static func sigmaRange(_ word: String) throws(CommandFailure) -> ClosedRange<Double> {
        let parts = word.components(separatedBy: "...").map { Double($0) }
        guard parts.count == 2, let low = parts[0], let high = parts[1], isUsable(low), isUsable(high), low <= high
        else {
            throw .usage(
                "--sigma-range is '\(word)', but it is LOW...HIGH, two numbers of samples from 0.01 to 1000, such as 0.4...3"
            )
        }
        return low...high
    }

    private static let largestDilation = 1000
    private static let mostScaleRatios = 8

    private static func scaleRatios(_ word: String) throws(CommandFailure) -> [Double] {
        let ratios = word.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) ?? .nan }
        let isAscending = zip(ratios, ratios.dropFirst()).allSatisfy { $0 < $1 }
        guard (1...mostScaleRatios).contains(ratios.count), isAscending, ratios.allSatisfy({ (0.1...10).contains($0) })
        else {
            throw .usage(
                "--scale-ratios is '\(word)', but it is one to \(mostScaleRatios) ascending numbers from 0.1 to 10, such as 1,2"
            )
        }
        return ratios
    }

    /// Far beyond these ends all functions of a jet are the same few numbers in double precision.
    private static func isUsable(_ sigma: Double) -> Bool { (0.01...1000).contains(sigma) }

    private static func commandLine(of arguments: Arguments) -> String {
        let defaults = Arguments()
        var words = ["ccnn", "fit"]
        words += arguments.files.map { URL(fileURLWithPath: $0).lastPathComponent }
        for layer in arguments.layers { words += ["--layer", layer] }
        for layer in arguments.excluded { words += ["--exclude", layer] }
        if arguments.order != defaults.order { words += ["--order", String(arguments.order)] }
        if arguments.sigma != defaults.sigma { words += ["--sigma", arguments.sigma] }
        if arguments.sigmaRange != defaults.sigmaRange { words += ["--sigma-range", arguments.sigmaRange] }
        if arguments.discretization != defaults.discretization {
            words += ["--discretization", arguments.discretization]
        }
        if arguments.center != defaults.center { words += ["--center", arguments.center] }
        if arguments.constant { words.append("--constant") }
        if arguments.sigmaModel != defaults.sigmaModel { words += ["--sigma-model", arguments.sigmaModel] }
        if arguments.scaleRatios != defaults.scaleRatios { words += ["--scale-ratios", arguments.scaleRatios] }
        if arguments.ridge != defaults.ridge { words += ["--ridge", String(arguments.ridge)] }
        if arguments.dilation != defaults.dilation { words += ["--dilation", String(arguments.dilation)] }
        if arguments.chooseOrder != defaults.chooseOrder { words += ["--choose-order", arguments.chooseOrder] }
        if let axes = arguments.axes { words += ["--axes", axes] }
        if arguments.top != defaults.top { words += ["--top", String(arguments.top)] }
        return Page.commandLine(words)
    }
}

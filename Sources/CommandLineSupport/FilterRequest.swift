import ContinuousCNN
import Foundation

/// What `ccnn filter` computes in, and writes a `.npy` in.
public enum FilterPrecision: String, Sendable, Hashable, CaseIterable {
    /// 24 bits: numbers of float32 and less, integers of 16 bits, pictures.
    case single
    /// 53 bits: numbers of float64 and integers of 32 bits and more.
    case double
}

/// What `ccnn filter` was asked to do, with every value checked.
public struct FilterRequest: Sendable {
    /// The words of the command line, as they were written.
    public struct Arguments: Sendable {
        /// The picture, a PNG file.
        public var picture = ""
        /// Where the result goes, `.png` or `.npy`.
        public var output = ""
        /// σ of the Gaussian, in pixels.
        public var gaussian: Double?
        /// σ along y, in pixels, where it is another one than along x.
        public var sigmaY: Double?
        /// The orders of the Gaussian's derivative along x and y, such as `1,0`.
        public var derivative: String?
        /// Whether the Laplacian of the Gaussian is wanted.
        public var laplacian = false
        /// Whether the length of the Gaussian's gradient is wanted.
        public var gradientMagnitude = false
        /// A file of taps, a `.npy` of two axes.
        public var kernel: String?
        /// The distance of neighbouring taps in pixels.
        public var dilation = 1
        /// How the picture continues beyond its border.
        public var boundary = "replicate"
        /// Which positions are kept.
        public var extent = "same"
        /// The name of a discretisation, or `automatic`.
        public var discretization = "automatic"
        /// The name of an algorithm, or `automatic`.
        public var method = "automatic"
        /// The magnitude that has the end of a picture's scale.
        public var limit: Double?
        /// The precision of a `.npy` result and of what leads to it, or `automatic`.
        public var precision = "automatic"
        /// A picture or array of weights: how far each pixel is known.
        public var mask: String?
        /// The number of threads.
        public var threads: Int?
        /// Whether outputs may replace files that are there.
        public var overwrites = false
        /// The options that stand on the command line, with whatever values.
        public var given = GivenOptions()

        /// The defaults of every option.
        public init() {}
    }

    /// What the picture is filtered with.
    public enum Filter: Sendable, Hashable {
        /// One kernel: a Gaussian derivative of orders x and y.
        case gaussian(sigma: Double, x: Int, y: Int)
        /// The sum of the second derivatives.
        case laplacian(sigma: Double)
        /// The length of the gradient.
        case gradientMagnitude(sigma: Double)
        /// Taps of a file.
        case taps(file: URL)

        /// Whether results have both signs, and so need a scale of their own to be seen. For taps their file says it: those whose sum is not clearly
        /// positive beside their magnitudes.
        public var isSigned: Bool {
            switch self {
            case .gaussian(_, let x, let y): x + y > 0
            case .laplacian: true
            case .gradientMagnitude, .taps: false
            }
        }
    }

    /// The picture.
    public let picture: URL
    /// Where the result goes.
    public let output: URL
    /// Whether the result is an array of numbers instead of a picture.
    public let isArray: Bool
    /// What the picture is filtered with.
    public let filter: Filter
    /// σ along y, where it is another one than along x.
    public let sigmaY: Double?
    /// The distance of neighbouring taps in pixels; σ is in pixels whatever it is.
    public let dilation: Int
    /// Whether the picture continues by point reflection about its border values; `boundary` then has no say.
    public let isOdd: Bool
    /// Whether the Gaussian is applied to the spectrum, exactly; `discretization` then has no say.
    public let isFourier: Bool
    /// The precision; nil for the one that holds the picture's numbers.
    public let precision: FilterPrecision?
    /// How far each pixel is known.
    public let mask: URL?
    /// The number of threads, or nil for one per processor.
    public let threads: Int?
    /// How the picture continues beyond its border.
    public let boundary: Boundary
    /// Which positions are kept.
    public let extent: ConvolutionExtent
    /// How a Gaussian becomes taps; nil for the one that suits σ.
    public let discretization: Discretization?
    /// The algorithm; nil for the fastest.
    public let method: ConvolutionMethod?
    /// The magnitude that has the end of a picture's scale; nil for the largest there is.
    public let limit: Double?
    /// Whether outputs may replace files that are there.
    public let overwrites: Bool

    /// The highest order of derivative in one direction.
    public static let highestOrder = 8

    /// Checks the words of a command line.
    ///
    /// - Throws: `CommandFailure` with exit code 2, whose sentence names the option, the value found and the values wanted.
    public init(_ arguments: Arguments) throws(CommandFailure) {
        picture = URL(fileURLWithPath: arguments.picture)
        output = URL(fileURLWithPath: arguments.output)
        switch output.pathExtension.lowercased() {
        case "png": isArray = false
        case "npy": isArray = true
        default: throw .usage("--output is '\(arguments.output)', but its name ends in .png or .npy")
        }
        filter = try Self.filter(arguments)
        guard (1...100_000).contains(arguments.dilation) else {
            throw .usage("--dilation is \(arguments.dilation), but taps are 1 to 100000 pixels apart")
        }
        dilation = arguments.dilation
        isOdd = arguments.boundary == "odd"
        boundary = isOdd ? .replicate : try Self.boundary(arguments.boundary)
        extent = try FitRequest.choice(arguments.extent, of: "--extent")
        // The derivatives along x and y reach differently far, so that their whole or valid results are of different sizes.
        if case .gradientMagnitude = filter, extent != .same {
            throw .usage("--extent is \(extent.rawValue), but with --gradient-magnitude it is same")
        }
        isFourier = arguments.discretization == "fourier"
        discretization =
            arguments.discretization == "automatic" || isFourier
            ? nil : try Self.discretization(arguments.discretization)
        method = arguments.method == "automatic" ? nil : try FitRequest.choice(arguments.method, of: "--method")
        if let limit = arguments.limit {
            // Samples are divided by it in single precision: by 0 or infinity where it has no such number.
            guard Float(limit) >= .leastNormalMagnitude, Float(limit).isFinite else {
                throw .usage("--limit is \(limit), but a scale ends at a positive number from 1.2e-38 to 3.4e38")
            }
            guard !isArray else {
                throw .usage("--limit is the end of a picture's scale, but a .npy file takes the numbers themselves")
            }
        }
        limit = arguments.limit
        sigmaY = arguments.sigmaY
        if let sigmaY {
            guard (0.1...10_000).contains(sigmaY) else {
                throw .usage("--sigma-y is \(sigmaY), but σ is a number of pixels from 0.1 to 10000")
            }
            guard arguments.gaussian != nil else {
                throw .usage("--sigma-y is σ along y, but --gaussian, which is σ along x, is not given")
            }
        }
        precision =
            arguments.precision == "automatic" ? nil : try FitRequest.choice(arguments.precision, of: "--precision")
        if let precision, !isArray {
            throw .usage(
                "--precision is \(precision.rawValue), but a PNG has 8 or 16 bits whatever it is; a .npy result has it")
        }
        mask = arguments.mask.map { URL(fileURLWithPath: $0) }
        threads = arguments.threads
        if let threads, !(1...WorkerPool.maximumThreads).contains(threads) {
            throw .usage("--threads is \(threads), but it is from 1 to \(WorkerPool.maximumThreads)")
        }
        if isOdd, extent != .same {
            throw .usage("--extent is \(extent.rawValue), but with --boundary odd it is same")
        }
        if isFourier { try Self.checkFourier(arguments, boundary, isOdd) }
        overwrites = arguments.overwrites
        var check = OptionCheck(arguments.given)
        check.note("--boundary", arguments.boundary != Arguments().boundary)
        try check.refuse(["--boundary"], if: extent == .valid, "valid positions see nothing beyond the border")
        if case .taps = filter {
            try check.refuse(["--discretization"], if: true, "--kernel is the whole filter")
        }
    }

    /// The result, beside the files that are read.
    var outputs: Outputs {
        var outputs = Outputs(overwrites: overwrites)
        outputs.read(picture, "the picture")
        if case .taps(let file) = filter { outputs.read(file, "the file of taps") }
        outputs.read(mask, "the mask")
        outputs.write(output, "--output")
        return outputs
    }

    /// What the exact Gaussian on the spectrum cannot do.
    private static func checkFourier(
        _ arguments: Arguments, _ boundary: Boundary, _ isOdd: Bool
    ) throws(CommandFailure) {
        guard !isOdd, [.periodic, .mirrorHalfSample, .mirrorWholeSample].contains(boundary) else {
            throw .usage(
                "--boundary is '\(arguments.boundary)', but with --discretization fourier it is one of periodic, mirror, mirror-whole"
            )
        }
        let others = [
            ("--extent", arguments.extent, "same"), ("--dilation", "\(arguments.dilation)", "1"),
            ("--method", arguments.method, "automatic"),
        ]
        for (option, found, wanted) in others where found != wanted {
            throw .usage("\(option) is \(found), but with --discretization fourier it is \(wanted)")
        }
        guard arguments.mask == nil else {
            throw .usage("--mask leaves pixels out of sums over taps, but --discretization fourier has no taps")
        }
    }

    private static func discretization(_ word: String) throws(CommandFailure) -> Discretization {
        if let choice = Discretization(rawValue: word) { return choice }
        let choices = CommandChoices.filterDiscretizations
        throw .usage(
            "--discretization is '\(word)', but it is one of \(choices.joined(separator: ", "))\(suggestion(for: word, among: choices))"
        )
    }

    private static func boundary(_ word: String) throws(CommandFailure) -> Boundary {
        switch word {
        case "mirror": return .mirrorHalfSample
        case "mirror-whole": return .mirrorWholeSample
        default:
            if let boundary = Boundary(rawValue: word), word == word.lowercased() { return boundary }
            let choices = CommandChoices.boundaries
            throw .usage(
                "--boundary is '\(word)', but it is one of \(choices.joined(separator: ", "))\(suggestion(for: word, among: choices))"
            )
        }
    }

    private static func filter(_ arguments: Arguments) throws(CommandFailure) -> Filter {
        let sigma = arguments.gaussian ?? 1
        guard (0.1...10_000).contains(sigma) else {
            throw .usage("--gaussian is \(sigma), but σ is a number of pixels from 0.1 to 10000")
        }
        let operators = [arguments.laplacian, arguments.gradientMagnitude, arguments.derivative != nil].count { $0 }
        guard operators <= 1 else {
            throw .usage(
                "--derivative, --laplacian and --gradient-magnitude exclude one another, but \(operators) were given")
        }
        if let kernel = arguments.kernel {
            guard operators == 0, arguments.gaussian == nil, arguments.sigmaY == nil,
                arguments.discretization == "automatic"
            else {
                throw .usage("--kernel is the whole filter, but an option for a Gaussian was given beside it")
            }
            return .taps(file: URL(fileURLWithPath: kernel))
        }
        if arguments.laplacian { return .laplacian(sigma: sigma) }
        if arguments.gradientMagnitude { return .gradientMagnitude(sigma: sigma) }
        if let derivative = arguments.derivative {
            let orders = derivative.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
            guard orders.count == 2, let x = orders[0], let y = orders[1], (0...highestOrder).contains(x),
                (0...highestOrder).contains(y)
            else {
                throw .usage(
                    "--derivative is '\(derivative)', but it is two orders from 0 to \(highestOrder), such as 1,0")
            }
            return .gaussian(sigma: sigma, x: x, y: y)
        }
        guard arguments.gaussian != nil else {
            throw .usage(
                "no filter was given, but one of --gaussian, --derivative, --laplacian, --gradient-magnitude, --kernel is wanted"
            )
        }
        return .gaussian(sigma: sigma, x: 0, y: 0)
    }
}

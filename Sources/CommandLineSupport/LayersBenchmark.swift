import ContinuousCNN
import Foundation
import Measurement
import Reports

/// `ccnn benchmark layers` between its arguments and its output: every algorithm on convolution layers, in every direction.
public struct LayersBenchmark {
    /// The words of the command line, as they were written; nil where nothing was.
    public struct Arguments: Sendable {
        /// Names of standard networks whose layers are timed.
        public var networks: [String] = []
        /// Layers in the words of `LayerDescription`.
        public var layers: [String] = []
        /// Kernel sizes of a sweep, such as `3,5,7`.
        public var kernelSizes: String?
        /// Picture sizes of a sweep.
        public var sizes: String?
        /// Numbers of channels, read and written, of a sweep.
        public var channels: String?
        /// Numbers of pictures of a sweep.
        public var batch: String?
        /// Repeats of every algorithm.
        public var repeats = 7
        /// Threads; nil for one for each processor.
        public var threads: Int?
        /// The most work space that the planner may spend.
        public var memory: String?
        /// The folder for the page with the curves.
        public var report: String?
        /// Whether outputs may replace files that are there.
        public var overwrites = false
        /// `text` or `json`.
        public var format = "text"

        /// The defaults of every option.
        public init() {}
    }

    private let layers: [(description: LayerDescription, shape: ConvolutionShape)]
    private let repeats: Int
    private let threads: Int?
    private let memory: Int?
    private let report: URL?
    private let overwrites: Bool
    private let format: FitRequest.Format

    /// Checks the words of a command line.
    ///
    /// - Throws: `CommandFailure` with exit code 2.
    public init(_ arguments: Arguments) throws(CommandFailure) {
        repeats = try BenchmarkOptions.repeats(arguments.repeats)
        threads = try BenchmarkOptions.threads(arguments.threads)
        memory = try arguments.memory.map { (text) throws(CommandFailure) in
            try BenchmarkOptions.bytes(text, of: "--memory")
        }
        format = try FitRequest.choice(arguments.format, of: "--format")
        report = arguments.report.map { URL(fileURLWithPath: $0, isDirectory: true) }
        overwrites = arguments.overwrites
        var layers: [(LayerDescription, ConvolutionShape)] = []
        for layer in try Self.descriptions(arguments) { layers.append((layer, try layer.shape())) }
        self.layers = layers
    }

    /// The layers of networks, of `--layer` and those of a sweep; where none is asked for, the ones that the library is judged by, or, for a
    /// report, a sweep whose curves it can draw.
    private static func descriptions(_ arguments: Arguments) throws(CommandFailure) -> [LayerDescription] {
        var layers = try LayerDescription.convolutions(of: arguments.networks)
        for text in arguments.layers { layers.append(try LayerDescription(text)) }
        let isSwept = [arguments.kernelSizes, arguments.sizes, arguments.channels, arguments.batch].contains {
            $0 != nil
        }
        if layers.isEmpty && !isSwept && arguments.report == nil { return try LayerDescription.judged() }
        guard isSwept || layers.isEmpty else { return layers }
        let range = 1...ConvolutionAxis.maximum
        let kernels = try BenchmarkOptions.numbers(
            arguments.kernelSizes ?? "1,3,5,7,9,13,17,21,25,31", of: "--kernel-sizes", in: range)
        for batch in try BenchmarkOptions.numbers(arguments.batch ?? "32", of: "--batch", in: range) {
            for size in try BenchmarkOptions.numbers(arguments.sizes ?? "32", of: "--sizes", in: range) {
                for channels in try BenchmarkOptions.numbers(arguments.channels ?? "32", of: "--channels", in: range) {
                    layers += kernels.map {
                        LayerDescription(batch: batch, size: size, inputs: channels, outputs: channels, kernel: $0)
                    }
                }
            }
        }
        return layers
    }

    /// Measures, writes the page if there is one to be, and returns what goes to standard output.
    ///
    /// - Parameters:
    ///   - style: The terminal that shows the text.
    ///   - version: The program's name and version, for the page.
    ///   - progress: Told what is being measured, and how many of how many layers and directions are done.
    /// - Throws: `CommandFailure`.
    public func run(
        style: TerminalStyle, version: String = "",
        progress: (_ label: String, _ done: Int, _ total: Int) -> Void = { _, _, _ in }
    ) throws(CommandFailure) -> String {
        var outputs = Outputs(overwrites: overwrites)
        outputs.write(report.map(ReportFolder.page), "--report", makesFolder: true)
        if let report {
            for name in LayersTables.curveNames(of: layers.map(\.description)) {
                outputs.write(report.appendingPathComponent(name + ".svg"), "--report", makesFolder: true)
            }
        }
        try outputs.check()
        try outputs.prepare()
        return try BenchmarkOptions.withThreads(threads) { () throws(CommandFailure) in
            let planner = ConvolutionPlanner(memoryLimit: memory)
            var cases: [BenchmarkDocument.Case] = []
            let total = layers.count * ConvolutionDirection.allCases.count
            for (index, layer) in layers.enumerated() {
                let trial = ConvolutionTrial(layer.shape)
                for (number, direction) in ConvolutionDirection.allCases.enumerated() {
                    progress(
                        "\(layer.description.label), \(direction.rawValue)",
                        index * ConvolutionDirection.allCases.count + number, total)
                    cases += LayerTiming.measure(
                        layer.description, layer.shape, direction, trial, planner, repeats: repeats)
                }
            }
            progress("", total, total)
            let document = BenchmarkDocument(threads: WorkerPool.shared.threadCount, cases: cases)
            let tables = LayersTables(document, layers.map(\.description))
            var written = ""
            try outputs.check()
            if let report {
                written = "\nThe page: \(try LayersReport(tables).write(to: report, version: version).relativePath)\n"
            }
            if format == .json { return try BenchmarkOptions.json(document) }
            return tables.text(in: style) + written
        }
    }
}

import ContinuousCNN
import Foundation
import Measurement
import Reports

/// `ccnn benchmark pictures` between its arguments and its output: every algorithm on pictures and kernels of several sizes.
public struct PicturesBenchmark {
    /// The words of the command line, as they were written.
    public struct Arguments: Sendable {
        /// Repeats of every algorithm.
        public var repeats = 7
        /// Threads; nil for one for each processor.
        public var threads: Int?
        /// `float` or `double`.
        public var precision = "float"
        /// `text` or `json`.
        public var format = "text"
        /// Whether the case of 2²⁸ pixels runs too.
        public var large = false
        /// The part of the pictures' width and height that is used, as 1/shrink; for trying out.
        public var shrink = 1

        /// The defaults of every option.
        public init() {}
    }

    private enum Precision: String, CaseIterable { case float, double }
    static var precisions: [String] { Precision.allCases.map(\.rawValue) }

    private let arguments: Arguments
    private let precision: Precision
    private let format: FitRequest.Format

    /// Checks the words of a command line.
    ///
    /// - Throws: `CommandFailure` with exit code 2.
    public init(_ arguments: Arguments) throws(CommandFailure) {
        guard (1...1000).contains(arguments.repeats) else {
            throw .usage("--repeats is \(arguments.repeats), but every algorithm runs 1 to 1000 times")
        }
        if let threads = arguments.threads, !(1...WorkerPool.maximumThreads).contains(threads) {
            throw .usage("--threads is \(threads), but 1 to \(WorkerPool.maximumThreads) threads share the work")
        }
        self.arguments = arguments
        precision = try FitRequest.choice(arguments.precision, of: "--precision")
        format = try FitRequest.choice(arguments.format, of: "--format")
    }

    /// Measures, and returns what goes to standard output.
    ///
    /// - Parameters:
    ///   - style: The terminal that shows the text.
    ///   - progress: Told what is being measured, and how many of how many repeats are done.
    /// - Throws: `CommandFailure`.
    public func run(
        style: TerminalStyle, progress: (_ label: String, _ done: Int, _ total: Int) -> Void = { _, _, _ in }
    ) throws(CommandFailure) -> String {
        let before = WorkerPool.shared.threadCount
        if let threads = arguments.threads { WorkerPool.shared.threadCount = threads }
        defer { WorkerPool.shared.threadCount = before }
        do {
            let cases =
                switch precision {
                case .float: try measure(Float.self, progress)
                case .double: try measure(Double.self, progress)
                }
            let document = BenchmarkDocument(threads: WorkerPool.shared.threadCount, cases: cases)
            return try format == .json ? json(document) : table(document).text(in: style)
        } catch {
            throw CommandFailure(error)
        }
    }

    private func measure<Scalar: ConvolutionScalar>(
        _: Scalar.Type, _ progress: (String, Int, Int) -> Void
    ) throws -> [BenchmarkDocument.Case] {
        try PictureCase<Scalar>.all(large: arguments.large, shrink: arguments.shrink).flatMap { job in
            let repeats = job.isLarge ? min(arguments.repeats, 3) : arguments.repeats
            return try job.measure(repeats: repeats) { progress(job.name, $0, repeats) }
        }
    }

    private func json(_ document: BenchmarkDocument) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(document), as: UTF8.self) + "\n"
    }

    private func table(_ document: BenchmarkDocument) -> Table {
        let threads = BenchmarkOptions.threadCount(document.threads)
        return Table(
            "Convolution of one picture, \(precision.rawValue), \(threads) on \(document.machine.processor)",
            columns: [
                .init("case"), .init("algorithm"), .init("direction"), .init("ms", .decimal), .init("spread", .decimal),
                .init("chosen"),
            ],
            rows: document.cases.map { found in
                [
                    "\(found.name)", "\(found.algorithm)", "\(found.direction)",
                    "\(Format.significant(found.milliseconds))", "\(Format.significant(found.spread))",
                    "\(found.planned ? "✓" : "")",
                ]
            },
            footer: "Medians of interleaved repeats; the spread is the distance of the quartiles.")
    }
}

/// One picture and one kernel.
struct PictureCase<Scalar: ConvolutionScalar> {
    let name: String
    let size: Int
    let kernel: ConvolutionKernel<Scalar>
    let boundary: Boundary
    /// The algorithms that are worth their time.
    let methods: [ConvolutionMethod]
    var isLarge: Bool { size > 8192 }

    /// The cases, their pictures' extents divided by `shrink`.
    static func all(large: Bool, shrink: Int) -> [PictureCase] {
        var generator = SeededGenerator(seed: 1)
        func taps(_ k: Int) -> ConvolutionKernel<Scalar> {
            ConvolutionKernel(
                PlaneTaps(width: k, height: k, values: (0..<k * k).map { _ in Scalar(generator.normal()) }))
        }
        func size(_ n: Int) -> Int { max(n / shrink, 16) }
        var cases = [
            PictureCase(
                name: "1024² with 31×31", size: size(1024), kernel: taps(31), boundary: .zero,
                methods: [.direct, .spectral, .tiled]),
            PictureCase(
                name: "4096² with 63×63", size: size(4096), kernel: taps(63), boundary: .zero,
                methods: [.spectral, .tiled]),
        ]
        for sigma in [2.0, 20, 100] {
            cases.append(
                PictureCase(
                    name: "2048² ∂x at σ = \(Int(sigma))", size: size(2048), kernel: .gaussian(sigma: sigma, x: 1),
                    boundary: .mirrorHalfSample, methods: [.separable, .recursive, .tiled]))
        }
        if large {
            cases.append(
                PictureCase(
                    name: "16384² with 255×255", size: size(16384), kernel: taps(255), boundary: .zero,
                    methods: [.tiled]))
        }
        return cases
    }

    func measure(repeats: Int, progress: (Int) -> Void) throws -> [BenchmarkDocument.Case] {
        let grid = Grid(width: size, height: size)
        var generator = SeededGenerator(seed: 2)
        let f = SampledFunction<Scalar>(grid: grid, values: (0..<grid.count).map { _ in Scalar(generator.uniform()) })
        let chosen = try Convolution(kernel, on: grid, boundary: boundary).method
        let algorithms = methods.contains(chosen) ? methods : methods + [chosen]
        let operators = try algorithms.map { try Convolution(kernel, on: grid, boundary: boundary, method: $0) }
        // The adjoint of the algorithm chosen, for which everything else is the same.
        let adjoint = operators[algorithms.firstIndex(of: chosen) ?? 0]
        let timings = Timing.interleaved(operators.count + 1, repeats: repeats, progress: progress) { job in
            if job < operators.count { _ = operators[job](f) } else { _ = adjoint.adjoint(f) }
        }
        return timings.enumerated().map { job, timing in
            let isForward = job < operators.count
            let algorithm = isForward ? algorithms[job] : chosen
            return BenchmarkDocument.Case(
                name: name, algorithm: algorithm.rawValue, direction: isForward ? "forward" : "adjoint", timing: timing,
                planned: algorithm == chosen)
        }
    }
}

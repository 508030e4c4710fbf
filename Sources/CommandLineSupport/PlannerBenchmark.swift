import ContinuousCNN
import Foundation
import Measurement
import Reports

/// What `ccnn benchmark planner` found, in the form that its JSON has.
public struct PlannerDocument: Sendable, Hashable, Codable {
    /// A policy's choices.
    public struct Policy: Sendable, Hashable, Codable {
        /// `estimate` or `measure`.
        public let name: String
        /// The mean over all shapes of how much longer the chosen algorithm takes than the fastest, as a part of that one's time.
        public let meanRegret: Double
        /// The regret that one shape in ten exceeds.
        public let ninthDecile: Double
        /// The largest regret.
        public let largest: Double
        /// The part of the shapes whose fastest algorithm was chosen.
        public let hits: Double

        init(_ name: String, _ regrets: [Double]) {
            let sorted = Timing(milliseconds: regrets)
            self.name = name
            meanRegret = regrets.reduce(0, +) / Double(regrets.count)
            ninthDecile = sorted.quantile(0.9)
            largest = sorted.quantile(1)
            hits = Double(regrets.count { $0 == 0 }) / Double(regrets.count)
        }
    }

    /// Where it was measured.
    public let machine: Machine
    /// The threads that shared the work.
    public let threads: Int
    /// The seed of the shapes.
    public let seed: UInt64
    /// Both policies.
    public let policies: [Policy]
    /// Every algorithm on every shape; `planned` is the choice of `estimate`.
    public let cases: [BenchmarkDocument.Case]
}

/// `ccnn benchmark planner` between its arguments and its output: what the planner's choices cost on layers drawn at random.
public struct PlannerBenchmark {
    /// The words of the command line, as they were written.
    public struct Arguments: Sendable {
        /// The number of layers, each in a direction drawn with it.
        public var shapes = 200
        /// Their seed.
        public var seed: UInt64 = 1
        /// Repeats of every algorithm.
        public var repeats = 5
        /// Threads; nil for one for each processor.
        public var threads: Int?
        /// `text` or `json`.
        public var format = "text"
        /// The most operations of a layer's direct sum.
        public var largest = 4e9

        /// The defaults of every option.
        public init() {}
    }

    private let arguments: Arguments
    private let repeats: Int
    private let threads: Int?
    private let format: FitRequest.Format

    /// Checks the words of a command line.
    ///
    /// - Throws: `CommandFailure` with exit code 2.
    public init(_ arguments: Arguments) throws(CommandFailure) {
        guard (1...100_000).contains(arguments.shapes) else {
            throw .usage("--shapes is \(arguments.shapes), but it is from 1 to 100000")
        }
        self.arguments = arguments
        repeats = try BenchmarkOptions.repeats(arguments.repeats)
        threads = try BenchmarkOptions.threads(arguments.threads)
        format = try FitRequest.choice(arguments.format, of: "--format")
    }

    /// Measures, and returns what goes to standard output.
    ///
    /// - Parameters:
    ///   - style: The terminal that shows the text.
    ///   - progress: Told what is being measured, and how many of how many layers are done.
    /// - Throws: `CommandFailure`.
    public func run(
        style: TerminalStyle, progress: (_ label: String, _ done: Int, _ total: Int) -> Void = { _, _, _ in }
    ) throws(CommandFailure) -> String {
        try BenchmarkOptions.withThreads(threads) { () throws(CommandFailure) in
            let (estimating, measuring) = (ConvolutionPlanner(), ConvolutionPlanner(policy: .measure))
            var generator = SeededGenerator(seed: arguments.seed)
            var cases: [BenchmarkDocument.Case] = []
            var regrets: (estimate: [Double], measure: [Double]) = ([], [])
            for index in 0..<arguments.shapes {
                let (layer, shape) = Self.layer(largest: arguments.largest, &generator)
                let directions = ConvolutionDirection.allCases
                let direction = directions[Int.random(in: directions.indices, using: &generator)]
                progress("\(layer.label), \(direction.rawValue)", index, arguments.shapes)
                let measured = measuring.plan(shape, direction).algorithm.rawValue
                let found = LayerTiming.measure(
                    layer, shape, direction, ConvolutionTrial(shape), estimating, repeats: repeats)
                regrets.estimate += found.filter(\.planned).compactMap(\.regret)
                regrets.measure += found.filter { $0.algorithm == measured }.compactMap(\.regret)
                cases += found
            }
            progress("", arguments.shapes, arguments.shapes)
            let document = PlannerDocument(
                machine: .current, threads: WorkerPool.shared.threadCount, seed: arguments.seed,
                policies: [.init("estimate", regrets.estimate), .init("measure", regrets.measure)], cases: cases)
            return format == .json ? try BenchmarkOptions.json(document) : table(document).text(in: style)
        }
    }

    /// A layer as networks have them, whose direct sum has at most so many operations.
    private static func layer(
        largest: Double, _ generator: inout SeededGenerator
    ) -> (LayerDescription, ConvolutionShape) {
        let channels = [3, 8, 16, 20, 24, 30, 32, 36, 42, 48, 64, 96, 128, 256]
        while true {
            func one(_ choices: [Int]) -> Int { choices[Int.random(in: choices.indices, using: &generator)] }
            let (kernel, size) = (
                one([1, 3, 3, 3, 3, 5, 7, 9, 13, 21, 31]), one([8, 14, 16, 28, 32, 32, 48, 56, 64, 128])
            )
            let (dilation, stride) = (one([1, 1, 1, 2, 4, 8]), one([1, 1, 1, 1, 2]))
            let (inputs, outputs, isDepthwise) = (
                one(channels), one(channels), Int.random(in: 0..<4, using: &generator) == 0
            )
            let layer = LayerDescription(
                batch: one([1, 4, 8, 16, 32, 32, 64]), size: size, inputs: inputs,
                outputs: isDepthwise ? inputs : outputs, kernel: kernel, dilation: dilation, stride: stride,
                groups: isDepthwise ? inputs : 1)
            guard dilation * (kernel - 1) <= 2 * size, let shape = try? layer.shape(),
                Double(shape.directOperations) <= largest, shape.input.count + shape.output.count <= 20_000_000
            else { continue }
            return (layer, shape)
        }
    }

    private func table(_ document: PlannerDocument) -> Table {
        Table(
            """
            Regret of the planner on \(document.cases.isEmpty ? 0 : arguments.shapes) random layers, \
            \(BenchmarkOptions.threadCount(document.threads)) on \(document.machine.processor)
            """,
            columns: [
                .init("policy"), .init("mean", .right), .init("ninth decile", .right), .init("largest", .right),
                .init("fastest chosen", .right),
            ],
            rows: document.policies.map { policy in
                [
                    "\(policy.name)", "\(Format.percent(policy.meanRegret))", "\(Format.percent(policy.ninthDecile))",
                    "\(Format.percent(policy.largest))", "\(Format.percent(policy.hits, decimals: 0))",
                ]
            },
            footer: """
                Regret: how much longer the chosen algorithm takes than the fastest, by medians of interleaved repeats that no policy has seen.
                """)
    }
}

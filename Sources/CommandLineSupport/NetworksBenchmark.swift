import ContinuousCNN
import Foundation
import Measurement
import NeuralNetworks
import Reports
import Training

/// What `ccnn benchmark networks` found, in the form that its JSON has.
public struct NetworksDocument: Sendable, Hashable, Codable {
    /// One network at one batch size.
    public struct Case: Sendable, Hashable, Codable {
        /// The network.
        public let name: String
        /// The number of pictures of a batch.
        public let batch: Int
        /// The threads that shared the work.
        public let threads: Int
        /// The median time of a training step: forward, loss, backward, Adam.
        public let trainStepMilliseconds: Double
        /// The distance of its quartiles.
        public let trainStepSpread: Double
        /// The median time of a step of the training loop, which makes varied pictures and counts what is right beside that.
        public let trainLoopMilliseconds: Double
        /// The distance of its quartiles.
        public let trainLoopSpread: Double
        /// The network's convolutions, for others to build it from: layers in the words of `--layer`, and whether a normalisation with a ReLU follows.
        public let convolutions: [Convolution]
        /// The number of its classes.
        public let classes: Int

        /// What the training loop adds to a step, as a part of the step.
        var overhead: Double { trainLoopMilliseconds / trainStepMilliseconds - 1 }
    }

    /// One convolution of a network.
    public struct Convolution: Sendable, Hashable, Codable {
        /// The layer in the words of `--layer`.
        public let layer: String
        /// Whether a normalisation with a ReLU follows.
        public let isNormalized: Bool
    }

    /// Where it was measured.
    public let machine: Machine
    /// What was measured.
    public let cases: [Case]
}

/// `ccnn benchmark networks` between its arguments and its output: the time of a training step.
public struct NetworksBenchmark {
    /// The words of the command line, as they were written.
    public struct Arguments: Sendable {
        /// The names of networks; those that the library is judged by where there are none.
        public var networks: [String] = []
        /// Numbers of pictures of a batch.
        public var batch = "32,128"
        /// Repeats of every network.
        public var repeats = 7
        /// Threads; nil for one for each processor.
        public var threads: Int?
        /// The most work space that a convolution may take.
        public var memory: String?
        /// `text` or `json`.
        public var format = "text"
        /// The least time of a repeat in seconds; shorter steps are repeated within it.
        public var leastSeconds = 0.05

        /// The defaults of every option.
        public init() {}
    }

    /// The networks that the library is judged by.
    static let judged = ["dilated", "large-kernel", "strided", "cascade"]

    private let networks: [StandardNetwork]
    private let batches: [Int]
    private let repeats: Int
    private let threads: Int?
    private let memory: Int?
    private let format: FitRequest.Format
    private let leastSeconds: Double

    /// Checks the words of a command line.
    ///
    /// - Throws: `CommandFailure` with exit code 2.
    public init(_ arguments: Arguments) throws(CommandFailure) {
        var networks: [StandardNetwork] = []
        for name in arguments.networks.isEmpty ? Self.judged : arguments.networks {
            let network = try TrainRequest.network(named: name)
            guard !network.scoresPixels else {
                throw .usage(
                    "the network '\(name)' scores pixels, but the benchmark trains on pictures with one label each")
            }
            networks.append(network)
        }
        self.networks = networks
        batches = try BenchmarkOptions.numbers(arguments.batch, of: "--batch", in: 1...4_096)
        repeats = try BenchmarkOptions.repeats(arguments.repeats)
        threads = try BenchmarkOptions.threads(arguments.threads)
        memory = try arguments.memory.map { (text) throws(CommandFailure) in
            try BenchmarkOptions.bytes(text, of: "--memory")
        }
        format = try FitRequest.choice(arguments.format, of: "--format")
        leastSeconds = arguments.leastSeconds
    }

    /// Measures, and returns what goes to standard output.
    ///
    /// - Parameters:
    ///   - style: The terminal that shows the text.
    ///   - progress: Told what is being measured, and how many of how many networks are done.
    /// - Throws: `CommandFailure`.
    public func run(
        style: TerminalStyle, progress: (_ label: String, _ done: Int, _ total: Int) -> Void = { _, _, _ in }
    ) throws(CommandFailure) -> String {
        try BenchmarkOptions.withThreads(threads) { () throws(CommandFailure) in
            let pictures = OrientedShapes.dataset(training: 512, test: 1).training
            var cases: [NetworksDocument.Case] = []
            let total = networks.count * batches.count
            for network in networks {
                for batch in batches {
                    progress("\(network.name), batch \(batch)", cases.count, total)
                    do { cases.append(try measure(network, batch, pictures)) } catch {
                        throw CommandFailure("\(network.name) at batch \(batch): \(error)")
                    }
                }
            }
            progress("", total, total)
            let document = NetworksDocument(machine: .current, cases: cases)
            return format == .json ? try BenchmarkOptions.json(document) : Self.table(document).text(in: style)
        }
    }

    private func measure(
        _ network: StandardNetwork, _ batch: Int, _ pictures: LabelledPictures
    ) throws -> NetworksDocument.Case {
        let description = network.description()
        let step = try TrainingStep(description, batch: batch, memoryLimit: memory, pictures: pictures)
        var settings = TrainingSettings()
        settings.batch = batch
        settings.l2 = network.isResidual ? 1e-4 : 0
        let dataset = Dataset(name: "shapes", training: pictures, test: pictures, augmentation: .flipsAndShifts)
        let trainer = try Trainer(description, on: dataset, settings: settings)
        // Short steps are timed many at once; the runs of the loop and of the bare step take turns.
        let start = ContinuousClock.now
        for _ in 0..<2 { step.make() }
        let elapsed = (ContinuousClock.now - start).components
        let single = (Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18) / 2
        let count = min(max(Int(leastSeconds / max(single, 1e-9)), 1), 1_000)
        var failure: (any Error)?
        let timings = Timing.interleaved(2, repeats: repeats) { job in
            for _ in 0..<count {
                if job == 0 {
                    step.make()
                } else {
                    do { try trainer.step() } catch { failure = error }
                }
            }
        }
        if let failure { throw failure }
        let each = timings.map { Timing(milliseconds: $0.milliseconds.map { $0 / Double(count) }) }
        let convolutions = try step.network.graph.convolutions(batch: batch).map {
            NetworksDocument.Convolution(layer: LayerDescription($0.shape).description, isNormalized: $0.isNormalized)
        }
        return NetworksDocument.Case(
            name: network.name, batch: batch, threads: WorkerPool.shared.threadCount,
            trainStepMilliseconds: each[0].median, trainStepSpread: each[0].spread,
            trainLoopMilliseconds: each[1].median, trainLoopSpread: each[1].spread, convolutions: convolutions,
            classes: step.network.graph.output.channels)
    }

    static func table(_ document: NetworksDocument) -> Table {
        Table(
            """
            Training steps in milliseconds, \(BenchmarkOptions.threadCount(document.cases.first?.threads ?? 1)) on \
            \(document.machine.processor)
            """,
            columns: [
                .init("network"), .init("batch", .right), .init("step", .decimal), .init("spread", .decimal),
                .init("in the loop", .decimal), .init("spread", .decimal), .init("loop adds", .right),
            ],
            rows: document.cases.map { found in
                [
                    "\(found.name)", "\(found.batch)", "\(Format.significant(found.trainStepMilliseconds))",
                    "\(Format.significant(found.trainStepSpread))",
                    "\(Format.significant(found.trainLoopMilliseconds))",
                    "\(Format.significant(found.trainLoopSpread))", "\(Format.percent(found.overhead))",
                ]
            },
            footer: """
                A step is forward, loss, backward, Adam. The loop draws, varies and hands over pictures beside that, and keeps the epoch's \
                figures. Medians of interleaved repeats; the spread is the distance of the quartiles.
                """)
    }
}

/// A training step on one batch, over and over.
private final class TrainingStep {
    let network: CompiledNetwork
    private var optimizer: Optimizer
    private let batch: Batch

    init(_ description: NetworkDescription, batch size: Int, memoryLimit: Int?, pictures: LabelledPictures) throws {
        let graph = try NetworkGraph(description)
        network = CompiledNetwork(
            graph, weights: NetworkWeights(graph, seed: 1), batch: size,
            planner: ConvolutionPlanner(memoryLimit: memoryLimit))
        optimizer = Optimizer(.adam(epsilon: 1e-7), for: graph)
        var batch = Batch(of: pictures, count: size)
        var maker = BatchMaker(pictures, augmentation: .none, size: size, seed: 1)
        maker.fill(&batch, number: 0)
        self.batch = batch
    }

    func make() {
        network.forward(batch.pictures, isTraining: true)
        _ = network.backward { SoftmaxCrossEntropy.evaluate(scores: $0, labels: batch.labels, gradient: &$1) }
        optimizer.step(network, rate: 1e-3)
    }
}

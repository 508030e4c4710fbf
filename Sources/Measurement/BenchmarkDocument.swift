/// What a benchmark found, in the form that its JSON has.
public struct BenchmarkDocument: Sendable, Hashable, Codable {
    /// One algorithm on one case.
    public struct Case: Sendable, Hashable, Codable {
        /// What was computed.
        public let name: String
        /// How.
        public let algorithm: String
        /// `forward`, or the adjoint or gradient that was computed.
        public let direction: String
        /// The median.
        public let milliseconds: Double
        /// The distance of the quartiles, in milliseconds.
        public let spread: Double
        /// Whether this is the algorithm that the library chooses by itself.
        public let planned: Bool
        /// 10⁹ operations of the direct sum a second, where that is known.
        public let directGigaflops: Double?
        /// 10⁹ operations a second of those that the algorithm does, where that is known.
        public let doneGigaflops: Double?
        /// The bytes of work space, where that is known.
        public let workSpaceBytes: Int?
        /// How much longer than the fastest algorithm of the case and direction it takes, as a part of that one's time.
        public var regret: Double?

        /// One algorithm's timing on one case.
        ///
        /// - Parameters:
        ///   - name: the case.
        ///   - algorithm: how it was computed.
        ///   - direction: what was computed: forward, or one of the gradients.
        ///   - timing: the repeats.
        ///   - planned: whether the library chooses this algorithm by itself.
        ///   - directOperations: the multiplications and additions of the direct sum.
        ///   - operations: those that the algorithm does.
        ///   - workSpaceBytes: the memory that it needs beside its operands.
        public init(
            name: String, algorithm: String, direction: String, timing: Timing, planned: Bool,
            directOperations: Double? = nil, operations: Double? = nil, workSpaceBytes: Int? = nil
        ) {
            (self.name, self.algorithm, self.direction) = (name, algorithm, direction)
            (milliseconds, spread, self.planned) = (timing.median, timing.spread, planned)
            let median = timing.median
            directGigaflops = directOperations.map { $0 * 1e-6 / median }
            doneGigaflops = operations.map { $0 * 1e-6 / median }
            self.workSpaceBytes = workSpaceBytes
        }
    }

    /// Where it was measured.
    public let machine: Machine
    /// The threads that shared the work.
    public let threads: Int
    /// What was measured.
    public let cases: [Case]

    /// The findings of `cases` on `machine`.
    public init(machine: Machine = .current, threads: Int, cases: [Case]) {
        (self.machine, self.threads, self.cases) = (machine, threads, cases)
    }
}

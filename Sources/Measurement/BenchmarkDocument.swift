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

        /// One algorithm's timing on one case.
        public init(name: String, algorithm: String, direction: String, timing: Timing, planned: Bool) {
            (self.name, self.algorithm, self.direction) = (name, algorithm, direction)
            (milliseconds, spread, self.planned) = (timing.median, timing.spread, planned)
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

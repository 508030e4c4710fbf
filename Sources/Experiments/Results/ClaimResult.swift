/// What an experiment brought: everything that a page about it needs, without running it again.
///
/// Its JSON is what `ccnn validate --format json` prints for each claim, and what a report's folder keeps: one object with the members of its
/// three parts, and `verdict` and `criterion` beside them.
public struct ClaimResult: Sendable, Hashable {
    /// What was claimed, done, and to decide.
    public let text: ClaimText
    /// What was found.
    public let evidence: Evidence
    /// The run that found it.
    public let run: ClaimRun

    /// The verdict, which follows from the findings.
    public var verdict: Verdict { Verdict(evidence.findings.map(\.outcome)) }

    /// A result.
    /// - Precondition: There is a finding for every part of the criterion.
    public init(_ text: ClaimText, _ evidence: Evidence, _ run: ClaimRun) {
        precondition(
            evidence.findings.count == text.criteria.count, "\(text.id) answers every part of its criterion")
        self.text = text
        self.evidence = evidence
        self.run = run
    }
}

/// How a result was measured.
public struct ClaimRun: Sendable, Hashable, Codable {
    /// How much work it was allowed to be.
    public let effort: Effort
    /// The seconds it took, networks trained for it included.
    public let seconds: Double
    /// The command that repeats it.
    public let command: String

    /// A run.
    public init(effort: Effort, seconds: Double, command: String) {
        self.effort = effort
        self.seconds = seconds
        self.command = command
    }
}

extension ClaimResult: Codable {
    /// What is written for readers beside the parts.
    private enum Derived: String, CodingKey {
        case verdict, criterion
    }

    /// Writes the members of all parts, and verdict and criterion.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        try text.encode(to: encoder)
        try evidence.encode(to: encoder)
        try run.encode(to: encoder)
        var derived = encoder.container(keyedBy: Derived.self)
        try derived.encode(verdict, forKey: .verdict)
        try derived.encode(text.criterion, forKey: .criterion)
    }

    /// Reads the parts; the verdict is worked out anew.
    /// - Throws: `DecodingError` where a member is missing, or findings are not as many as parts of the criterion.
    public init(from decoder: any Decoder) throws {
        text = try ClaimText(from: decoder)
        evidence = try Evidence(from: decoder)
        run = try ClaimRun(from: decoder)
        guard evidence.findings.count == text.criteria.count else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription:
                        "there are \(evidence.findings.count) findings for \(text.criteria.count) parts of a criterion")
            )
        }
    }
}

/// What an experiment brought: everything that a page about it needs, without running it again.
///
/// Its JSON is what `ccnn validate --format json` prints for each claim, and what a report's folder keeps.
public struct ClaimResult: Sendable, Hashable {
    /// The claim's stable identifier.
    public var id: String
    /// What is claimed.
    public var statement: String
    /// Which of the four groups of claims it belongs to.
    public var group: ClaimGroup
    /// Who claims it, where.
    public var source: String
    /// What was done.
    public var method: String
    /// The parts of the criterion with what was found of each.
    public var findings: [Finding]
    /// The answer in a sentence with numbers.
    public var summary: String
    /// The numbers, in order of importance.
    public var measured: [Quantity]
    /// Figures, the one that says most first.
    public var figures: [ClaimFigure]
    /// Tables.
    public var tables: [ClaimTable]
    /// Pictures.
    public var pictures: [ClaimPicture]
    /// What a reader should know beside the numbers.
    public var remarks: [String]
    /// How much work it was allowed to be.
    public var effort: Effort
    /// The seconds it took, networks trained for it included.
    public var seconds: Double
    /// The seeds of the runs.
    public var seeds: [UInt64]
    /// What it was measured on.
    public var data: String
    /// The command that repeats it.
    public var command: String

    /// The verdict, which follows from the findings.
    public var verdict: Verdict { Verdict(findings.map(\.outcome)) }

    /// The criterion in one text.
    public var criterion: String { findings.map(\.criterion).joined(separator: "; ") }
}

extension ClaimResult: Codable {
    /// A quantity under its name, with its place in the order.
    private struct Measured: Codable {
        let value: Double
        let interval: [Double]?
        let unit: String
        let place: Int
    }

    private enum CodingKeys: String, CodingKey {
        case id, statement, group, verdict, criterion, source, method, findings, summary, measured, figures, tables
        case pictures, remarks, effort, seconds, seeds, data, command
    }

    /// Writes all parts, and beside them verdict and criterion, which readers may take instead of the findings.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(statement, forKey: .statement)
        try container.encode(group, forKey: .group)
        try container.encode(verdict, forKey: .verdict)
        try container.encode(criterion, forKey: .criterion)
        try container.encode(source, forKey: .source)
        try container.encode(method, forKey: .method)
        try container.encode(findings, forKey: .findings)
        try container.encode(summary, forKey: .summary)
        let named = measured.enumerated().map { place, quantity in
            (
                quantity.name,
                Measured(
                    value: quantity.value, interval: quantity.interval.map { [$0.lowerBound, $0.upperBound] },
                    unit: quantity.unit, place: place)
            )
        }
        try container.encode(Dictionary(named) { first, _ in first }, forKey: .measured)
        try container.encode(figures, forKey: .figures)
        try container.encode(tables, forKey: .tables)
        try container.encode(pictures, forKey: .pictures)
        try container.encode(remarks, forKey: .remarks)
        try container.encode(effort, forKey: .effort)
        try container.encode(seconds, forKey: .seconds)
        try container.encode(seeds, forKey: .seeds)
        try container.encode(data, forKey: .data)
        try container.encode(command, forKey: .command)
    }

    /// Reads what `encode` writes; the verdict is worked out anew.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(String.self, forKey: .id)
        statement = try container.decode(String.self, forKey: .statement)
        group = try container.decode(ClaimGroup.self, forKey: .group)
        source = try container.decode(String.self, forKey: .source)
        method = try container.decode(String.self, forKey: .method)
        findings = try container.decode([Finding].self, forKey: .findings)
        summary = try container.decode(String.self, forKey: .summary)
        let named = try container.decode([String: Measured].self, forKey: .measured)
        measured = try named.sorted { $0.value.place < $1.value.place }.map { name, measured in
            Quantity(
                name, measured.value, interval: try Self.interval(measured.interval, in: container), unit: measured.unit
            )
        }
        figures = try container.decode([ClaimFigure].self, forKey: .figures)
        tables = try container.decode([ClaimTable].self, forKey: .tables)
        pictures = try container.decode([ClaimPicture].self, forKey: .pictures)
        remarks = try container.decode([String].self, forKey: .remarks)
        effort = try container.decode(Effort.self, forKey: .effort)
        seconds = try container.decode(Double.self, forKey: .seconds)
        seeds = try container.decode([UInt64].self, forKey: .seeds)
        data = try container.decode(String.self, forKey: .data)
        command = try container.decode(String.self, forKey: .command)
    }

    private static func interval(
        _ bounds: [Double]?, in container: KeyedDecodingContainer<CodingKeys>
    ) throws -> ClosedRange<Double>? {
        guard let bounds else { return nil }
        guard bounds.count == 2, bounds[0] <= bounds[1] else {
            throw DecodingError.dataCorruptedError(
                forKey: .measured, in: container, debugDescription: "an interval is two rising numbers, not \(bounds)")
        }
        return bounds[0]...bounds[1]
    }
}

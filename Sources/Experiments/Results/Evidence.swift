/// What an experiment found.
public struct Evidence: Sendable, Hashable, Codable {
    /// What was found of each part of the criterion, in its order.
    public var findings: [Finding]
    /// The answer in a sentence with numbers.
    public var summary: String
    /// The numbers, in order of importance.
    @KeyedByName public var measured: [Quantity] = []
    /// Figures, the one that says most first.
    public var figures: [ClaimFigure] = []
    /// Tables.
    public var tables: [ClaimTable] = []
    /// Pictures.
    public var pictures: [ClaimPicture] = []
    /// What a reader should know beside the numbers.
    public var remarks: [String] = []
    /// The seeds of the runs.
    public var seeds: [UInt64] = []
    /// What it was measured on.
    public var data = "numbers drawn from a seed"

    /// Evidence with an outcome for each part of the criterion.
    public init(_ outcomes: [(outcome: Outcome, found: String)], summary: String) {
        findings = outcomes.map { Finding($0.outcome, $0.found) }
        self.summary = summary
    }
}

/// What was found of one part of a criterion.
public struct Finding: Sendable, Hashable, Codable {
    /// What the evidence says of it.
    public let outcome: Outcome
    /// The numbers that say so, in a few words.
    public let found: String

    /// A finding.
    public init(_ outcome: Outcome, _ found: String) {
        self.outcome = outcome
        self.found = found
    }
}

/// Quantities that are coded as one object with a member for each name, as readers of JSON look for them; each keeps its place in the order.
@propertyWrapper
public struct KeyedByName: Sendable, Hashable, Codable {
    /// The quantities.
    public var wrappedValue: [Quantity]

    /// Wraps quantities whose names differ.
    public init(wrappedValue: [Quantity]) { self.wrappedValue = wrappedValue }

    private struct Member: Codable {
        let value: Double
        let interval: [Double]?
        let unit: String
        let place: Int
    }

    /// Writes a member for each name; of quantities with the same name, the first.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        let members = wrappedValue.enumerated().map { place, quantity in
            let interval = quantity.interval.map { [$0.lowerBound, $0.upperBound] }
            return (quantity.name, Member(value: quantity.value, interval: interval, unit: quantity.unit, place: place))
        }
        try Dictionary(members) { first, _ in first }.encode(to: encoder)
    }

    /// Reads what `encode` writes.
    /// - Throws: `DecodingError` where a member is missing, or an interval is not two rising numbers.
    public init(from decoder: any Decoder) throws {
        let members = try [String: Member](from: decoder)
        wrappedValue = try members.sorted { $0.value.place < $1.value.place }.map { name, member in
            guard let bounds = member.interval else { return Quantity(name, member.value, unit: member.unit) }
            guard bounds.count == 2, bounds[0] <= bounds[1] else {
                throw DecodingError.dataCorrupted(
                    .init(
                        codingPath: decoder.codingPath,
                        debugDescription: "the interval of '\(name)' is two rising numbers, not \(bounds)"))
            }
            return Quantity(name, member.value, interval: bounds[0]...bounds[1], unit: member.unit)
        }
    }
}

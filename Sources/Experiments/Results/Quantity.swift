/// A measured number with its name, unit and uncertainty.
public struct Quantity: Sendable, Hashable, Codable {
    /// What was measured.
    public let name: String
    /// The number.
    public let value: Double
    /// The interval that holds the true value with 95 % confidence, where chance plays.
    public let interval: ClosedRange<Double>?
    /// The unit, empty for a plain number; `%` says that the value is a share of one, to be shown in per cent.
    public let unit: String

    /// A quantity.
    public init(_ name: String, _ value: Double, interval: ClosedRange<Double>? = nil, unit: String = "") {
        self.name = name
        self.value = value
        self.interval = interval
        self.unit = unit
    }

    /// The mean of values that differ by chance, with its interval.
    public init(_ name: String, of values: [Double], unit: String = "") {
        let mean = SampleMean(values)
        self.init(name, mean.mean, interval: mean.interval, unit: unit)
    }
}

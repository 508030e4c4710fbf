/// The mean of values that differ by chance, and how well it is known.
public struct SampleMean: Sendable, Hashable {
    /// The mean; 0 without values.
    public let mean: Double
    /// The standard deviation with divisor n − 1; nil for fewer than two values.
    public let standardDeviation: Double?
    /// The number of values.
    public let count: Int

    /// The mean of `values`.
    public init(_ values: [Double]) {
        count = values.count
        let mean = values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
        self.mean = mean
        standardDeviation =
            values.count < 2
            ? nil
            : (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
    }

    /// The interval that holds the true mean with probability `confidence` if values are normally distributed, by Student's t; nil for fewer than
    /// two values, and where one of them is no number.
    public func interval(confidence: Double = 0.95) -> ClosedRange<Double>? {
        guard let standardDeviation, standardDeviation.isFinite else { return nil }
        let t = StudentDistribution.quantile(0.5 + confidence / 2, freedom: Double(count - 1))
        let half = t * standardDeviation / Double(count).squareRoot()
        return (mean - half)...(mean + half)
    }

    /// The interval of 95 %.
    public var interval: ClosedRange<Double>? { interval() }
}

/// The difference between two measurements of the same seeds: what varies from seed to seed in both falls out of it.
public struct PairedDifference: Sendable, Hashable {
    /// The differences, first less second, one for each seed.
    public let values: [Double]
    /// Their mean.
    public let mean: SampleMean

    /// The differences of values that belong together one by one.
    public init(_ first: [Double], _ second: [Double]) {
        precondition(first.count == second.count, "paired values are as many on both sides")
        values = zip(first, second).map { $0 - $1 }
        mean = SampleMean(values)
    }

    /// The interval of the mean difference that holds it with 95 % confidence.
    public var interval: ClosedRange<Double>? { mean.interval }

    /// Whether the first is larger.
    public var isPositive: Outcome { Outcome(interval, isAbove: 0) }

    /// Whether the two are the same up to `margin`: two one-sided tests at 5 %, which is whether the interval of 90 % lies within the
    /// margin (Schuirmann 1987, doi:10.1007/BF01068419). Failed where that interval lies outside.
    public func isEquivalent(within margin: Double) -> Outcome {
        Outcome(mean.interval(confidence: 0.9), isWithin: margin)
    }

    /// Whether the first is not smaller by `margin` or more.
    public func isNotWorse(than margin: Double) -> Outcome {
        Outcome(mean.interval(confidence: 0.9), isAbove: -margin)
    }
}

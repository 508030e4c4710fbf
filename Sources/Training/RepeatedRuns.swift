/// A figure of several runs that differ in their seed alone.
public struct RepeatedFigure: Hashable, Sendable {
    /// The figure of each run.
    public let values: [Double]

    /// The figure of at least one run.
    public init(_ values: [Double]) {
        precondition(!values.isEmpty, "there is a run")
        self.values = values
    }

    /// The mean.
    public var mean: Double { values.reduce(0, +) / Double(values.count) }

    /// The standard deviation with divisor n − 1; nil for a single run.
    public var standardDeviation: Double? {
        guard values.count > 1 else { return nil }
        let mean = mean
        return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
    }

    /// The interval that holds the true mean with 95 % confidence if runs are normally distributed, by Student's t; nil for a single run.
    public var interval: ClosedRange<Double>? {
        guard let standardDeviation else { return nil }
        let half = Self.studentQuantile(values.count - 1) * standardDeviation / Double(values.count).squareRoot()
        return mean - half...mean + half
    }

    /// The 97.5 % quantile of Student's t with `freedom` degrees of freedom, to three decimals: tabulated for few, and for more by its expansion
    /// about the normal quantile (Abramowitz and Stegun 26.7.5).
    static func studentQuantile(_ freedom: Int) -> Double {
        let table = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365]
        if freedom <= table.count { return table[max(freedom, 1) - 1] }
        let (z, n) = (1.959964, Double(freedom))
        let (z3, z5, z7) = (z * z * z, z * z * z * z * z, z * z * z * z * z * z * z)
        let first = (z3 + z) / 4
        let second = (5 * z5 + 16 * z3 + 3 * z) / 96
        let third = (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / 384
        return z + first / n + second / (n * n) + third / (n * n * n)
    }
}

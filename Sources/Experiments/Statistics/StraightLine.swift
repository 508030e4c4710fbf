import Foundation

/// A straight line fitted by least squares.
public struct StraightLine: Sendable, Hashable {
    /// The rise for each unit of x.
    public let slope: Double
    /// The value at x = 0.
    public let intercept: Double
    /// The interval of the slope that holds it with 95 % confidence where deviations are independent and normal; nil for fewer than three points.
    public let slopeInterval: ClosedRange<Double>?
    /// The part of the variance of y that the line explains.
    public let explained: Double

    /// The line through points of which at least two have different x.
    public init(x: [Double], y: [Double]) {
        precondition(x.count == y.count && x.count >= 2, "a line goes through two points or more")
        let n = Double(x.count)
        let (meanX, meanY) = (x.reduce(0, +) / n, y.reduce(0, +) / n)
        let xx = x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
        let yy = y.reduce(0) { $0 + ($1 - meanY) * ($1 - meanY) }
        let xy = zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
        precondition(xx > 0, "the places differ")
        let slope = xy / xx
        self.slope = slope
        intercept = meanY - slope * meanX
        let residual = max(0, yy - slope * xy)
        explained = yy > 0 ? 1 - residual / yy : 1
        guard x.count > 2 else {
            slopeInterval = nil
            return
        }
        let error = (residual / (n - 2) / xx).squareRoot()
        let half = StudentDistribution.quantile(0.975, freedom: n - 2) * error
        slopeInterval = (slope - half)...(slope + half)
    }
}

/// The order p with which errors fall as a length h does, error ≈ c·hᵖ: the slope of log error against log h.
public struct ConvergenceOrder: Sendable, Hashable {
    /// The fitted line in logarithms; nil where fewer than two errors are above `floor`.
    public let line: StraightLine?

    /// The order of errors at lengths; errors at or below `floor`, where rounding takes over, are left out.
    public init(lengths: [Double], errors: [Double], floor: Double = 0) {
        let kept = zip(lengths, errors).filter { $0.1 > floor && $0.1.isFinite && $0.0 > 0 }
        line =
            Set(kept.map(\.0)).count < 2
            ? nil : StraightLine(x: kept.map { log($0.0) }, y: kept.map { log($0.1) })
    }

    /// The order; infinite where errors vanish in rounding before an order could be seen.
    public var order: Double { line?.slope ?? .infinity }
}

/// Sums over all ranks that may still be under way.
public struct PendingSum<Scalar: MessageScalar>: Sendable {
    private let wait: @Sendable () -> [Scalar]

    /// Sums that `wait` waits for.
    public init(_ wait: @escaping @Sendable () -> [Scalar]) { self.wait = wait }

    /// Waits for the sums.
    public func value() -> [Scalar] { wait() }
}

/// A number that can be summed over ranks: `Float` or `Double`.
public protocol MessageScalar: Sendable, BinaryFloatingPoint {
    /// Column by column the sum over `rows` rows that follow one another, added in double precision from the first row on and rounded once.
    ///
    /// Of n numbers in single precision such a sum is off by at most half a unit in its last place and n·2⁻⁵³ times their magnitudes.
    static func sums(over values: [Self], rows: Int) -> [Self]
}

extension Float: MessageScalar {
    /// Added in double precision, rounded once.
    public static func sums(over values: [Float], rows: Int) -> [Float] {
        let count = values.count / rows
        return (0..<count).map { column in
            var sum = 0.0
            for row in 0..<rows { sum += Double(values[row * count + column]) }
            return Float(sum)
        }
    }
}

extension Double: MessageScalar {
    /// Added from the first row on.
    public static func sums(over values: [Double], rows: Int) -> [Double] {
        let count = values.count / rows
        return (0..<count).map { column in
            var sum = 0.0
            for row in 0..<rows { sum += values[row * count + column] }
            return sum
        }
    }
}

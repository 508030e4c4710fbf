/// Sums over all ranks that may still be under way.
public struct PendingSum<Scalar: MessageScalar>: Sendable {
    private let wait: @Sendable () -> [Scalar]

    /// Sums that `wait` waits for.
    public init(_ wait: @escaping @Sendable () -> [Scalar]) { self.wait = wait }

    /// Waits for the sums.
    public func value() -> [Scalar] { wait() }
}

/// A number that can be summed over ranks: `Float` or `Double`.
public protocol MessageScalar: Sendable, BitwiseCopyable, BinaryFloatingPoint {
    /// Writes column by column the sum over `rows` rows of `count` numbers that follow one another.
    ///
    /// Numbers are added in double precision from the first row on, and the sum is rounded once: of n numbers in single precision it is off by at most
    /// half a unit in its last place and n·2⁻⁵³ times their magnitudes. Not generic, so that it is compiled for each precision.
    static func sumRows(
        _ rows: Int, _ count: Int, _ values: UnsafePointer<Self>, into target: UnsafeMutablePointer<Self>)
}

extension MessageScalar {
    /// Column by column the sum over `rows` rows that follow one another, as `sumRows` forms it.
    public static func sums(over values: [Self], rows: Int) -> [Self] {
        let columns = values.count / rows
        // The standard library would write the count of 0 into the one empty array that all threads share.
        guard columns > 0 else { return [] }
        return [Self](unsafeUninitializedCapacity: columns) { target, count in
            values.withUnsafeBufferPointer { values in
                guard let from = values.baseAddress, let to = target.baseAddress else { return }
                sumRows(rows, columns, from, into: to)
                count = columns
            }
        }
    }
}

extension Float: MessageScalar {
    /// Added in double precision, rounded once.
    public static func sumRows(
        _ rows: Int, _ count: Int, _ values: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>
    ) {
        for column in 0..<count {
            var sum = 0.0
            for row in 0..<rows { sum += Double(values[row * count + column]) }
            target[column] = Float(sum)
        }
    }
}

extension Double: MessageScalar {
    /// Added from the first row on.
    public static func sumRows(
        _ rows: Int, _ count: Int, _ values: UnsafePointer<Double>, into target: UnsafeMutablePointer<Double>
    ) {
        for column in 0..<count {
            var sum = 0.0
            for row in 0..<rows { sum += values[row * count + column] }
            target[column] = sum
        }
    }
}

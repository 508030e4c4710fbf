/// A finite sequence of weights on a line: weight `values[j]` belongs to the offset j − `origin`, in samples.
public struct Taps<Scalar: ConvolutionScalar>: Sendable, Hashable {
    /// The weights, by ascending offset; at least one.
    public let values: [Scalar]
    /// The index of the weight at offset zero, which need not exist.
    public let origin: Int

    /// Weights of which number `origin` is at offset zero; by default the middle one, the later of two.
    public init(_ values: [Scalar], origin: Int? = nil) {
        precondition(!values.isEmpty, "a kernel has at least one tap")
        self.values = values
        self.origin = origin ?? values.count / 2
    }

    /// Convolution with a single weight of one at offset zero: the identity.
    public static var identity: Taps { Taps([1]) }

    /// The number of weights.
    public var count: Int { values.count }

    /// The weights in reverse, offset u becoming −u: the kernel of the adjoint.
    public var reversed: Taps { Taps(values.reversed(), origin: count - 1 - origin) }

    /// The convolution of two sequences: applying it is applying one after the other.
    ///
    /// - Complexity: O(count · other.count).
    public func convolved(with other: Taps) -> Taps {
        var result = [Scalar](repeating: 0, count: count + other.count - 1)
        for (i, a) in values.enumerated() {
            for (j, b) in other.values.enumerated() { result[i + j] += a * b }
        }
        return Taps(result, origin: origin + other.origin)
    }
}

/// A rectangle of weights: `values[row · width + column]` belongs to the offset (column − originColumn, row − originRow), in samples.
public struct PlaneTaps<Scalar: ConvolutionScalar>: Sendable, Hashable {
    /// Columns.
    public let width: Int
    /// Rows.
    public let height: Int
    /// The weights, row-major.
    public let values: [Scalar]
    /// The column of the weight at offset zero, which need not exist.
    public let originColumn: Int
    /// The row of the weight at offset zero, which need not exist.
    public let originRow: Int

    /// `height` rows of `width` weights; the origin by default the middle, the later of two.
    public init(width: Int, height: Int, values: [Scalar], originColumn: Int? = nil, originRow: Int? = nil) {
        precondition(width >= 1 && height >= 1, "a kernel has at least one tap, not \(width) × \(height)")
        precondition(values.count == width * height, "\(values.count) weights do not fill \(width) × \(height)")
        (self.width, self.height, self.values) = (width, height, values)
        self.originColumn = originColumn ?? width / 2
        self.originRow = originRow ?? height / 2
    }

    /// The product of a row and a column of weights.
    public init(x: Taps<Scalar>, y: Taps<Scalar>) {
        self.init(
            width: x.count, height: y.count, values: y.values.flatMap { b in x.values.map { a in a * b } },
            originColumn: x.origin, originRow: y.origin)
    }

    /// The convolution of two kernels.
    ///
    /// - Complexity: O(width · height · other.width · other.height).
    public func convolved(with other: PlaneTaps) -> PlaneTaps {
        let (w, h) = (width + other.width - 1, height + other.height - 1)
        var result = [Scalar](repeating: 0, count: w * h)
        for row in 0..<height {
            for column in 0..<width {
                let a = values[row * width + column]
                for otherRow in 0..<other.height {
                    for otherColumn in 0..<other.width {
                        result[(row + otherRow) * w + column + otherColumn] +=
                            a * other.values[otherRow * other.width + otherColumn]
                    }
                }
            }
        }
        return PlaneTaps(
            width: w, height: h, values: result, originColumn: originColumn + other.originColumn,
            originRow: originRow + other.originRow)
    }

    /// The sum of two kernels, on the smallest rectangle that holds both.
    public func adding(_ other: PlaneTaps) -> PlaneTaps {
        let left = max(originColumn, other.originColumn)
        let top = max(originRow, other.originRow)
        let w = left + max(width - originColumn, other.width - other.originColumn)
        let h = top + max(height - originRow, other.height - other.originRow)
        var result = [Scalar](repeating: 0, count: w * h)
        for part in [self, other] {
            for row in 0..<part.height {
                for column in 0..<part.width {
                    result[(row + top - part.originRow) * w + column + left - part.originColumn] +=
                        part.values[row * part.width + column]
                }
            }
        }
        return PlaneTaps(width: w, height: h, values: result, originColumn: left, originRow: top)
    }
}

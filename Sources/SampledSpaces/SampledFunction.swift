/// A real function on a rectangle, known by its samples on a grid.
///
/// `values` is row-major, `grid.height` rows of `grid.width`: the sample at (column, row) is `values[row · width + column]`.
/// What the function does beyond its rectangle is not part of it; operations that need to know take a `Boundary`.
public struct SampledFunction<Scalar: SampleScalar>: Sendable, Hashable {
    /// Where the samples lie.
    public let grid: Grid
    /// The samples, row-major; as many as `grid.count`.
    @usableFromInline var storage: [Scalar]

    /// The samples, row-major, `grid.count` of them.
    @inlinable public var values: [Scalar] { storage }

    /// The function with the given samples, row-major.
    @inlinable public init(grid: Grid, values: [Scalar]) {
        precondition(values.count == grid.count, "a grid of \(grid.count) samples cannot hold \(values.count) values")
        self.grid = grid
        storage = values
    }

    /// The function that is `constant` everywhere.
    @inlinable public init(grid: Grid, constant: Scalar) {
        self.grid = grid
        storage = Array(repeating: constant, count: grid.count)
    }

    /// The samples of `function` of the domain coordinates (x, y).
    ///
    /// - Complexity: one evaluation a sample.
    @inlinable public init(grid: Grid, sampling function: (_ x: Double, _ y: Double) throws -> Double) rethrows {
        self.grid = grid
        storage = []
        storage.reserveCapacity(grid.count)
        for row in 0..<grid.height {
            for column in 0..<grid.width {
                let point = grid.point(column: column, row: row)
                storage.append(Scalar(try function(point.x, point.y)))
            }
        }
    }

    /// The sample at (column, row), both within the grid.
    @inlinable public subscript(column: Int, row: Int) -> Scalar {
        get { storage[index(column, row)] }
        set { storage[index(column, row)] = newValue }
    }

    @inlinable func index(_ column: Int, _ row: Int) -> Int {
        precondition(
            column >= 0 && column < grid.width && row >= 0 && row < grid.height,
            "sample (\(column), \(row)) is outside the grid")
        return row * grid.width + column
    }

    /// The same samples in the other precision, or in the same one.
    @inlinable public func converted<Other: SampleScalar>(to type: Other.Type = Other.self) -> SampledFunction<Other> {
        SampledFunction<Other>(grid: grid, values: storage.map { Other($0) })
    }

    /// The same samples on another grid of as many columns and rows: moved, or in other units.
    @inlinable public func onGrid(_ other: Grid) -> SampledFunction {
        precondition(
            other.width == grid.width && other.height == grid.height,
            "\(grid.width) × \(grid.height) samples do not fill \(other.width) × \(other.height)")
        return SampledFunction(grid: other, values: storage)
    }
}

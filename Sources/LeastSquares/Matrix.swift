/// A dense matrix of doubles, stored column by column as LAPACK expects it.
public struct Matrix: Sendable, Hashable {
    /// The number of rows.
    public let rows: Int
    /// The number of columns.
    public let columns: Int
    /// The elements, column by column: element (r, c) is at r + c·rows.
    public var values: [Double]

    /// A matrix from its elements, column by column.
    public init(rows: Int, columns: Int, values: [Double]) {
        precondition(rows >= 0 && columns >= 0 && values.count == rows * columns, "the elements fill the matrix")
        self.rows = rows
        self.columns = columns
        self.values = values
    }

    /// A matrix whose columns are the given vectors of equal length, of which there is at least one.
    public init(columns: [[Double]]) {
        precondition(!columns.isEmpty && columns.allSatisfy { $0.count == columns[0].count }, "columns have one length")
        self.init(rows: columns[0].count, columns: columns.count, values: columns.flatMap { $0 })
    }

    /// The element in a row and a column.
    public subscript(row: Int, column: Int) -> Double {
        get { values[row + column * rows] }
        set { values[row + column * rows] = newValue }
    }

    /// The product with a vector of `columns` elements.
    ///
    /// - Complexity: O(rows · columns).
    public func times(_ vector: [Double]) -> [Double] {
        precondition(vector.count == columns, "a matrix takes vectors as long as its rows")
        var result = [Double](repeating: 0, count: rows)
        for (column, factor) in vector.enumerated() {
            for row in 0..<rows { result[row] += values[row + column * rows] * factor }
        }
        return result
    }

    /// The product of the transpose with a vector of `rows` elements.
    ///
    /// - Complexity: O(rows · columns).
    public func transposedTimes(_ vector: [Double]) -> [Double] {
        precondition(vector.count == rows, "a transposed matrix takes vectors as long as its columns")
        return (0..<columns).map { column in
            var sum = 0.0
            for row in 0..<rows { sum += values[row + column * rows] * vector[row] }
            return sum
        }
    }
}

extension SampledFunction {
    /// The value at (column, row), any integers, under a boundary.
    @inlinable public func value(column: Int, row: Int, boundary: Boundary) -> Scalar {
        guard let x = boundary.source(of: column, count: grid.width),
            let y = boundary.source(of: row, count: grid.height)
        else {
            return 0
        }
        return storage[y * grid.width + x]
    }

    /// The function on the samples `columns` × `rows` of its grid continued, which may lie inside, outside or both.
    ///
    /// - Complexity: O(columns.count · rows.count).
    @inlinable public func extended(columns: Range<Int>, rows: Range<Int>, boundary: Boundary) -> SampledFunction {
        let target = grid.part(columns: columns, rows: rows)
        let sources = columns.map { boundary.source(of: $0, count: grid.width) ?? -1 }
        var values: [Scalar] = []
        values.reserveCapacity(target.count)
        for row in rows {
            guard let y = boundary.source(of: row, count: grid.height) else {
                values.append(contentsOf: repeatElement(0, count: columns.count))
                continue
            }
            for x in sources { values.append(x < 0 ? 0 : storage[y * grid.width + x]) }
        }
        return SampledFunction(grid: target, values: values)
    }

    /// The transpose of `extended`: every sample is added to the one it was taken from, so that, with both functions' weights equal,
    /// ⟨extended f, g⟩ = ⟨f, g folded⟩.
    ///
    /// - Parameters:
    ///   - target: the grid to fold onto, of which this function's grid is `columns` × `rows`.
    ///   - columns: the columns of the target that this function's columns stand for, some perhaps beyond its border.
    ///   - rows: the rows likewise.
    ///   - boundary: which sample of the target one beyond its border was taken from.
    /// - Complexity: O(columns.count · rows.count).
    @inlinable public func folded(
        onto target: Grid, columns: Range<Int>, rows: Range<Int>, boundary: Boundary
    ) -> SampledFunction {
        precondition(
            columns.count == grid.width && rows.count == grid.height,
            "\(columns) × \(rows) are not the \(grid.width) × \(grid.height) samples to fold")
        let targets = columns.map { boundary.source(of: $0, count: target.width) ?? -1 }
        var result = SampledFunction(grid: target, constant: 0)
        for (line, row) in rows.enumerated() {
            guard let y = boundary.source(of: row, count: target.height) else { continue }
            for (position, x) in targets.enumerated() where x >= 0 {
                result.storage[y * target.width + x] += storage[line * grid.width + position]
            }
        }
        return result
    }

    /// The function moved by whole samples: the value at (i, j) is that at (i − columns, j − rows), on the same grid.
    @inlinable public func shifted(columns: Int, rows: Int, boundary: Boundary) -> SampledFunction {
        extended(columns: -columns..<grid.width - columns, rows: -rows..<grid.height - rows, boundary: boundary).onGrid(
            grid)
    }
}

extension Grid {
    /// The grid of the samples `columns` × `rows` of this one continued to all sides.
    public func part(columns: Range<Int>, rows: Range<Int>) -> Grid {
        Grid(
            width: columns.count, height: rows.count, spacing: spacing,
            origin: point(column: columns.lowerBound, row: rows.lowerBound))
    }
}

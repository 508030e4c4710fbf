extension Figure {
    /// The figure's numbers as a table: a row for each place on the horizontal axis, a column for each series; the bins of a histogram
    /// where there are no series. Nil where neither is there.
    ///
    /// - Complexity: O(n log n) in the number of points.
    public var numbers: Table? {
        let series = layers.compactMap { layer -> Series? in
            switch layer {
            case .line(let series), .points(let series): series
            default: nil
            }
        }
        if !series.isEmpty { return table(of: series) }
        return layers.lazy.compactMap { layer -> Table? in
            if case .histogram(let histogram) = layer { self.table(of: histogram) } else { nil }
        }.first
    }

    private func table(of series: [Series]) -> Table {
        let places = Set(series.flatMap(\.x).filter(\.isFinite)).sorted()
        var columns = [Table.Column(x.title, x.categories.isEmpty ? .decimal : .left)]
        var rows = places.map { [cell(x, $0)] }
        for one in series {
            let name = one.label.isEmpty ? y.title : one.label
            let texts =
                one.isSymmetric
                ? [one.y.indices.map(one.measured)] : [one.y, one.lower, one.upper].map { $0.map(Self.brief) }
            columns += (one.isSymmetric ? [name] : [name, "from", "to"]).map { .init($0, .decimal) }
            let indices = Dictionary(
                zip(one.x, one.x.indices).map { ($0, $1) }, uniquingKeysWith: { first, _ in first })
            for (row, place) in places.enumerated() {
                rows[row] += texts.map { text in indices[place].map { Table.Cell(text[$0]) } ?? "" }
            }
        }
        return Table(columns: columns, rows: rows)
    }

    private func table(of histogram: Histogram) -> Table {
        Table(
            columns: [.init("\(x.title) from", .decimal), .init("to", .decimal), .init(y.title, .decimal)],
            rows: histogram.counts.indices.map { bin in
                [
                    .init(Self.brief(histogram.edges[bin])),
                    .init(Self.brief(histogram.edges[bin + 1])),
                    .init(Self.brief(histogram.counts[bin])),
                ]
            })
    }

    private func cell(_ axis: Axis, _ value: Double) -> Table.Cell {
        let index = Int(exactly: value) ?? -1
        return Table.Cell(axis.categories.indices.contains(index) ? axis.categories[index] : Self.brief(value))
    }

    /// A number with at most four significant digits.
    fileprivate static func brief(_ value: Double) -> String { Format.brief(value, digits: 4) }
}

extension Figure.Series {
    fileprivate var lower: [Double] { intervals.map(\.lowerBound) }
    fileprivate var upper: [Double] { intervals.map(\.upperBound) }

    /// Whether every value is the middle of its interval, or there are none.
    fileprivate var isSymmetric: Bool {
        zip(y, intervals).allSatisfy { value, interval in
            abs(interval.upperBound - value - (value - interval.lowerBound)) <= 1e-6
                * (interval.upperBound - interval.lowerBound)
        }
    }

    fileprivate func measured(_ index: Int) -> String {
        guard !intervals.isEmpty else { return Figure.brief(y[index]) }
        return Format.measured(y[index], uncertainty: (intervals[index].upperBound - intervals[index].lowerBound) / 2)
    }
}

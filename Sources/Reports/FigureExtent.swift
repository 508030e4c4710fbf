/// The ranges that a figure's data cover, nil in a direction without any.
struct FigureExtent {
    /// What the data and the reference lines cover.
    private(set) var x: ClosedRange<Double>?
    private(set) var y: ClosedRange<Double>?
    /// What the reference lines alone cover.
    private(set) var references: (x: ClosedRange<Double>?, y: ClosedRange<Double>?) = (nil, nil)

    init(_ figure: Figure) {
        var (xs, ys): ([Double], [Double]) = ([], [])
        var (verticals, horizontals): ([Double], [Double]) = ([], [])
        for layer in figure.layers {
            switch layer {
            case .line(let series), .points(let series):
                let places = series.x.indices.filter { figure.x.admits(series.x[$0]) && figure.y.admits(series.y[$0]) }
                xs += places.map { series.x[$0] }
                ys += places.map { series.y[$0] }
                if !series.intervals.isEmpty {
                    ys += places.flatMap { [series.intervals[$0].lowerBound, series.intervals[$0].upperBound] }
                }
            case .histogram(let histogram):
                guard histogram.counts.contains(where: { $0 > 0 }) else { continue }
                xs += histogram.edges
                ys += histogram.counts
            case .heatMap(let image):
                xs += [0, Double(image.width - 1)]
                ys += [0, Double(image.height - 1)]
            case .horizontal(let value, _): horizontals.append(value)
            case .vertical(let value, _): verticals.append(value)
            }
        }
        guard let across = Self.range(xs, figure.x), let up = Self.range(ys, figure.y) else { return }
        references = (Self.range(verticals, figure.x), Self.range(horizontals, figure.y))
        x = Self.union(across, references.x)
        y = Self.union(up, references.y)
    }

    private static func range(_ values: [Double], _ axis: Figure.Axis) -> ClosedRange<Double>? {
        let values = values.filter(axis.admits)
        guard let low = values.min(), let high = values.max() else { return nil }
        return low...high
    }

    private static func union(_ a: ClosedRange<Double>, _ b: ClosedRange<Double>?) -> ClosedRange<Double> {
        guard let b else { return a }
        return min(a.lowerBound, b.lowerBound)...max(a.upperBound, b.upperBound)
    }
}

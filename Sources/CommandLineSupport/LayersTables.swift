import ContinuousCNN
import Measurement
import Reports

/// What `ccnn benchmark layers` found, as tables and curves.
struct LayersTables {
    let document: BenchmarkDocument
    private let labels: [String: LayerDescription]

    init(_ document: BenchmarkDocument, _ layers: [LayerDescription]) {
        self.document = document
        labels = Dictionary(layers.map { ($0.description, $0) }) { first, _ in first }
    }

    /// The mean of how much longer the planned algorithm takes than the fastest, over all cases with a choice.
    var meanRegret: Double {
        let cases = Dictionary(grouping: document.cases) { "\($0.name) \($0.direction)" }.values.filter { $0.count > 1 }
        let regrets = cases.compactMap { $0.first(where: \.planned)?.regret }
        return regrets.reduce(0, +) / Double(max(regrets.count, 1))
    }

    /// Every algorithm of every case.
    var table: Table {
        var rows: [[Table.Cell]] = []
        for (index, found) in document.cases.enumerated() {
            let previous = index > 0 ? document.cases[index - 1] : nil
            let isNew = previous?.name != found.name
            let isTurned = isNew || previous?.direction != found.direction
            rows.append([
                Table.Cell(isNew ? labels[found.name]?.label ?? found.name : ""),
                Table.Cell(isTurned ? found.direction : ""),
                "\(found.algorithm)", "\(Format.significant(found.milliseconds))",
                "\(Format.significant(found.spread))",
                "\(found.directGigaflops.map { Format.fixed($0, decimals: 0) } ?? "")",
                "\(found.doneGigaflops.map { Format.fixed($0, decimals: 0) } ?? "")",
                "\(found.workSpaceBytes.map { Format.bytes($0) } ?? "")",
                "\(found.planned ? "✓" : "")", "\(found.planned ? Format.percent(found.regret ?? 0) : "")",
            ])
        }
        return Table(
            "Convolution layers, \(BenchmarkOptions.threadCount(document.threads)) on \(document.machine.processor)",
            columns: [
                .init("layer"), .init("direction"), .init("algorithm"), .init("ms", .decimal),
                .init("spread", .decimal),
                .init("direct GFLOP/s", .right), .init("done GFLOP/s", .right), .init("work space", .right),
                .init("chosen"), .init("regret", .right),
            ],
            rows: rows,
            footer: """
                Medians of interleaved repeats; the spread is the distance of the quartiles. Direct: the operations of the sum \
                over taps, whatever is done instead. Regret: how much longer the chosen algorithm takes than the fastest; mean \
                \(Format.percent(meanRegret)).
                """)
    }

    /// Time against the quantity in which layers differ, for each group of layers that differ in nothing else, one figure for each direction.
    var curves: [(name: String, figure: Figure)] {
        guard let axis = CurveAxis.allCases.first(where: { $0.values(labels.values) > 1 }) else { return [] }
        var groups: [LayerDescription: [LayerDescription]] = [:]
        var order: [LayerDescription] = []
        for name in document.cases.map(\.name) {
            guard let layer = labels[name], let group = axis.group(of: layer) else { continue }
            if groups[group] == nil { order.append(group) }
            if groups[group]?.contains(layer) != true { groups[group, default: []].append(layer) }
        }
        return order.enumerated().flatMap { index, group -> [(String, Figure)] in
            let layers = groups[group] ?? []
            guard layers.count > 1 else { return [] }
            return ConvolutionDirection.allCases.map {
                ("curve-\(index + 1)-\($0.rawValue)", curve(against: axis, layers, $0))
            }
        }
    }

    private func curve(against axis: CurveAxis, _ layers: [LayerDescription], _ direction: ConvolutionDirection)
        -> Figure
    {
        let lines = ConvolutionAlgorithm.allCases.compactMap { algorithm -> Figure.Layer? in
            let points = layers.compactMap { layer -> (size: Double, found: BenchmarkDocument.Case)? in
                document.cases.first {
                    $0.name == layer.description && $0.direction == direction.rawValue
                        && $0.algorithm == algorithm.rawValue
                }.map { (Double(axis.value(of: layer)), $0) }
            }.sorted { $0.size < $1.size }
            guard !points.isEmpty else { return nil }
            let series = Figure.Series(
                algorithm.rawValue, x: points.map(\.size), y: points.map(\.found.milliseconds),
                errors: points.map { $0.found.spread / 2 })
            return points.count > 1 ? .line(series) : .points(series)
        }
        return Figure(
            "\(axis.title(of: layers[0])): \(direction.rawValue)", x: .init(axis.label, scale: .logarithmic),
            y: .init("time", unit: "ms", scale: .logarithmic), lines,
            caption: """
                Medians of interleaved repeats on \(BenchmarkOptions.threadCount(document.threads)), bars half the distance of the quartiles.
                """)
    }
}

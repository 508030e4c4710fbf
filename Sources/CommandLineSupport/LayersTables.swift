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

    /// A table for each layer: every algorithm in every direction.
    var tables: [Table] {
        var names: [String] = []
        for found in document.cases where names.last != found.name { names.append(found.name) }
        return names.map { name in
            let cases = document.cases.filter { $0.name == name }
            return Table(
                labels[name]?.label ?? name,
                columns: [
                    .init("direction"), .init("algorithm"), .init("ms", .decimal), .init("spread", .right),
                    .init("direct", .right), .init("done", .right), .init("memory", .right), .init("regret", .right),
                ],
                rows: cases.enumerated().map { index, found in
                    row(found, isTurned: index == 0 || cases[index - 1].direction != found.direction)
                })
        }
    }

    private func row(_ found: BenchmarkDocument.Case, isTurned: Bool) -> [Table.Cell] {
        func rate(_ gigaflops: Double?) -> String { gigaflops.map { Format.fixed($0, decimals: 0) } ?? "" }
        return [
            Table.Cell(isTurned ? found.direction : ""), "\(found.algorithm)",
            "\(Format.significant(found.milliseconds))",
            "\(Format.percent(found.spread / found.milliseconds, decimals: 0))",
            "\(rate(found.directGigaflops))", "\(rate(found.doneGigaflops))",
            "\(found.workSpaceBytes.map { Format.bytes($0) } ?? "")",
            "\(found.planned ? "✓ " + Format.percent(found.regret ?? 0) : "")",
        ]
    }

    /// What is above the tables.
    var heading: String {
        let layers = tables.count
        return """
            \(Format.count(layers, "convolution layer")), \(BenchmarkOptions.threadCount(document.threads)) on \
            \(document.machine.processor)
            """
    }

    /// What the tables' columns mean.
    var remark: String {
        """
        ms: medians of interleaved repeats; spread: the distance of their quartiles, of the median. Direct: GFLOP/s of the sum over taps, whatever \
        is done instead; done: of the arithmetic that the algorithm does. ✓: the planner's choice, and its regret, how much longer it takes than the \
        fastest; mean \(Format.percent(meanRegret)).
        """
    }

    /// Everything, as text for a terminal.
    func text(in style: TerminalStyle) -> String {
        ([Prose(heading).text(in: style)] + tables.map { $0.text(in: style) } + [Prose(remark).text(in: style)])
            .joined(separator: "\n")
    }

    /// Time against the quantity in which layers differ, for each group of layers that differ in nothing else, one figure for each direction.
    var curves: [(name: String, figure: Figure)] {
        guard let (axis, groups) = Self.groups(document.cases.map { labels[$0.name] }) else { return [] }
        return groups.flatMap { number, layers in
            ConvolutionDirection.allCases.map { (Self.curveName(number, $0), curve(against: axis, layers, $0)) }
        }
    }

    /// The names that curves will have when these layers are timed.
    static func curveNames(of layers: [LayerDescription]) -> [String] {
        groups(layers)?.groups.flatMap { number, _ in
            ConvolutionDirection.allCases.map { curveName(number, $0) }
        } ?? []
    }

    private static func curveName(_ number: Int, _ direction: ConvolutionDirection) -> String {
        "curve-\(number)-\(direction.rawValue)"
    }

    /// The layers that differ along one axis alone, a group with a number for each curve.
    private static func groups(
        _ layers: [LayerDescription?]
    ) -> (axis: CurveAxis, groups: [(number: Int, layers: [LayerDescription])])? {
        let layers = layers.compactMap { $0 }
        guard let axis = CurveAxis.allCases.first(where: { $0.values(layers) > 1 }) else { return nil }
        var groups: [LayerDescription: [LayerDescription]] = [:]
        var order: [LayerDescription] = []
        for layer in layers {
            guard let group = axis.group(of: layer) else { continue }
            if groups[group] == nil { order.append(group) }
            if groups[group]?.contains(layer) != true { groups[group, default: []].append(layer) }
        }
        let numbered = order.enumerated().map { (number: $0 + 1, layers: groups[$1] ?? []) }
        return (axis, numbered.filter { $0.layers.count > 1 })
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

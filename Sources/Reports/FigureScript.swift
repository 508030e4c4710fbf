import Foundation

/// Writes a figure as a script for gnuplot. The script holds numbers that this type formats, and texts of which gnuplot sees no
/// character that means anything to it (``GnuplotText``): a title can neither end its string nor run a command.
struct FigureScript {
    private let figure: Figure
    private var blocks: [String] = []
    private var plots: [String] = []
    /// The entries of the key as gnuplot gets them.
    private var keyNames: [String: String] = [:]

    /// The width of every figure, in the SVG's units.
    static let width = 480
    /// The height of the plot and its axes, below the key.
    private static let plotHeight = 300
    /// The height of a category on the vertical axis.
    private static let categoryHeight = 20
    private static let characterWidth = 8
    private static let rightMargin = 20
    private static let keyCharacterWidth = 7
    private static let keySampleWidth = 56
    private static let keyRowHeight = 17
    /// The number of points of a series from which markers would hide its line.
    private static let pointsForPlainLine = 30

    init(_ figure: Figure) {
        self.figure = figure
        let entries = keyEntries
        keyNames = Dictionary(zip(entries, GnuplotText.quoted(entries, for: .keyEntry))) { first, _ in first }
    }

    /// The script, nil where the figure has nothing that could be drawn.
    static func text(of figure: Figure) -> String? {
        var script = FigureScript(figure)
        return script.write()
    }

    private mutating func write() -> String? {
        let extent = FigureExtent(figure)
        guard extent.x != nil, extent.y != nil else { return nil }
        writePlots()
        let setup =
            heading() + axis("x", figure.x, extent.x, extent.references.x)
            + axis("y", figure.y, extent.y, extent.references.y)
        let references = figure.layers.compactMap { layer -> String? in
            switch layer {
            case .horizontal(let value, _) where figure.y.admits(value):
                "set arrow from graph 0, first \(value) to graph 1, first \(value) \(Self.referenceStyle)"
            case .vertical(let value, _) where figure.x.admits(value):
                "set arrow from first \(value), graph 0 to first \(value), graph 1 \(Self.referenceStyle)"
            default: nil
            }
        }
        return (setup + references + blocks + ["plot " + plots.joined(separator: ", ")]).map { $0 + "\n" }.joined()
    }

    // MARK: - What stands around the data

    private static let referenceStyle = "nohead back lw 1.2 dt (5,4) lc rgb '\(FigureInk.reference.css)'"

    private var heatMap: KernelImage? {
        figure.layers.lazy.compactMap { if case .heatMap(let image) = $0 { image } else { nil } }.first
    }

    /// The entries of the figure's key.
    private var keyEntries: [String] {
        figure.layers.map { layer in
            switch layer {
            case .line(let series), .points(let series): series.label
            case .histogram(let histogram): histogram.label
            case .heatMap: ""
            case .horizontal(_, let label), .vertical(_, let label): label
            }
        }.filter { !$0.isEmpty }
    }

    /// The width that the vertical axis takes beside the plot.
    private var axisWidth: Int {
        let names = figure.y.categories.map { min(DisplayWidth.of($0), GnuplotText.Place.row.rawValue) }
        return Self.characterWidth * max(names.max() ?? 0, 5) + (figure.y.title.isEmpty ? 20 : 44)
    }

    private var plotWidth: Int { Self.width - axisWidth - Self.rightMargin }

    private func heading() -> [String] {
        let longest = min(keyEntries.map { DisplayWidth.of($0) }.max() ?? 0, GnuplotText.Place.keyEntry.rawValue)
        let keyColumns = max(1, plotWidth / (longest * Self.keyCharacterWidth + Self.keySampleWidth))
        let keyRows = (keyEntries.count + keyColumns - 1) / keyColumns
        let plotHeight = max(Self.plotHeight, figure.y.categories.count * Self.categoryHeight + 60)
        let height = heatMap == nil ? plotHeight + keyRows * Self.keyRowHeight : Self.width * 7 / 8
        var lines = [
            "set encoding utf8",
            "set terminal svg size \(Self.width),\(height) dynamic noenhanced font 'sans-serif,14' linewidth 1",
            "set minussign",
            "set border 3 lw 1 lc rgb '\(FigureInk.text.css)'",
            "set tics nomirror out scale 0.5",
            "set xtics offset 0,0.25",
            "set key tmargin left horizontal Left reverse samplen 2.4 spacing 1.1 maxcols \(keyColumns) font ',12.5'",
            "set bars 0.6",
            "set pointintervalbox 0",
            "set datafile missing 'NaN'",
        ]
        if !figure.y.categories.isEmpty {
            // gnuplot takes letters for wider than they are, and would leave less than half of the width to the plot.
            lines.append("set lmargin at screen \(Double(axisWidth) / Double(Self.width))")
        }
        if let heatMap {
            lines += Self.palette(limit: heatMap.largestMagnitude) + ["set size ratio -1", "unset key"]
        } else {
            lines.append("set grid ytics lw 1 lt 1 lc rgb '\(FigureInk.grid.css)'")
        }
        return lines
    }

    private static func palette(limit: Double) -> [String] {
        let anchors = DivergingScale.anchors
        let half = (anchors.count - 1) / 2
        let stops = anchors.enumerated().map { "\($0.offset - half) '\($0.element.css)'" }
        let end = limit > 0 ? limit : 1
        return ["set palette defined (\(stops.joined(separator: ", "))) maxcolors 128", "set cbrange [\(-end):\(end)]"]
    }

    private func axis(
        _ name: String, _ axis: Figure.Axis, _ extent: ClosedRange<Double>?, _ references: ClosedRange<Double>?
    ) -> [String] {
        let title =
            "set \(name)label \(GnuplotText.quoted(axis.title, for: .axis)) offset \(name == "x" ? "0,0.4" : "0.5,0")"
        if let heatMap {
            let end = Double(name == "x" ? heatMap.width : heatMap.height) - 0.5
            return [title, "set \(name)range [\(name == "x" ? "-0.5:\(end)" : "\(end):-0.5")]"]
        }
        if !axis.categories.isEmpty {
            let names = GnuplotText.quoted(axis.categories, for: name == "x" ? .tick : .row).enumerated().map {
                "\($0.element) \($0.offset)"
            }
            let isCrowded = axis.categories.reduce(0) { $0 + DisplayWidth.of($1) + 2 } > 52
            let turn = name == "x" && isCrowded ? " rotate by 45 right" : ""
            return [
                title, "set \(name)range [-0.6:\(Double(axis.categories.count) - 0.4)]",
                "set \(name)tics (\(names.joined(separator: ", ")))\(turn)",
            ]
        }
        if axis.scale == .logarithmic, let extent {
            return [title] + logarithmic(name, axis.range ?? Self.padded(extent))
        }
        var lines = [title]
        if let range = axis.range {
            lines.append("set \(name)range [\(range.lowerBound):\(range.upperBound)]")
        } else if let references {
            // Autoscaled, but from at most the least to at least the largest reference value.
            lines.append("set \(name)range [*<\(references.lowerBound):\(references.upperBound)<*]")
        }
        if name == "x", let extent, places.allSatisfy({ $0 == $0.rounded() }),
            (1...12).contains(extent.upperBound - extent.lowerBound)
        {
            lines.append("set xtics 1")
        }
        return lines
    }

    /// The distinct places of the series' points on the horizontal axis.
    private var places: Set<Double> {
        Set(
            figure.layers.flatMap { layer -> [Double] in
                switch layer {
                case .line(let series), .points(let series): series.x.filter(figure.x.admits)
                case .histogram(let histogram): histogram.edges
                default: []
                }
            })
    }

    private func logarithmic(_ name: String, _ range: ClosedRange<Double>) -> [String] {
        let ticks = LogarithmicTicks(in: range, preferring: name == "x" ? places.sorted() : [])
        let labelled = ticks.labelled.map { "\(GnuplotText.quoted($0.label, for: .tick)) \($0.value)" }
        let unlabelled = ticks.unlabelled.map { "'' \($0) 1" }
        return [
            "set logscale \(name)", "set \(name)range [\(range.lowerBound):\(range.upperBound)]",
            "set \(name)tics (\((labelled + unlabelled).joined(separator: ", ")))",
        ]
    }

    /// The range with a twentieth of its length more at either end of a logarithmic axis.
    private static func padded(_ range: ClosedRange<Double>) -> ClosedRange<Double> {
        let pad = pow(min(max(range.upperBound / range.lowerBound, 1.5), 1e300), 0.05)
        let low = max(range.lowerBound / pad, .leastNormalMagnitude)
        return low...min(max(range.upperBound * pad, 2 * low), .greatestFiniteMagnitude)
    }

    // MARK: - The data

    private mutating func writePlots() {
        var index = 0
        for layer in figure.layers {
            switch layer {
            case .line(let series):
                write(series, SeriesStyle.of(index), joined: true)
                index += 1
            case .points(let series):
                write(series, SeriesStyle.of(index), joined: false)
                index += 1
            case .histogram(let histogram):
                write(histogram, SeriesStyle.of(index))
                index += 1
            case .heatMap(let image): write(image)
            case .horizontal(let value, let label):
                if figure.y.admits(value), !label.isEmpty { plots.append(keyEntry(label)) }
            case .vertical(let value, let label):
                if figure.x.admits(value), !label.isEmpty { plots.append(keyEntry(label)) }
            }
        }
    }

    private func keyEntry(_ label: String) -> String {
        "NaN with lines lw 1.2 dt (5,4) lc rgb '\(FigureInk.reference.css)' \(title(label))"
    }

    /// An entry of the key.
    private func title(_ label: String) -> String { label.isEmpty ? "notitle" : "title \(keyNames[label] ?? "''")" }

    /// Adds a block of numbers and returns its name.
    private mutating func block(_ rows: [[Double]]) -> String {
        let name = "$d\(blocks.count)"
        let lines = rows.map { row in row.map { $0.isFinite ? "\($0)" : "NaN" }.joined(separator: " ") }
        blocks.append("\(name) << EOD\n" + lines.map { $0 + "\n" }.joined() + "EOD")
        return name
    }

    private mutating func write(_ series: Figure.Series, _ style: SeriesStyle, joined: Bool) {
        let points = series.x.indices.filter { figure.x.admits(series.x[$0]) && figure.y.admits(series.y[$0]) }
        guard !points.isEmpty else { return }
        let least = points.map { series.y[$0] }.min() ?? 0
        let rows = points.map { index -> [Double] in
            let (x, y) = (series.x[index], series.y[index])
            guard !series.intervals.isEmpty else { return [x, y] }
            let interval = series.intervals[index]
            // A logarithmic axis has no place for zero: such an interval ends a decade below the least value.
            return [x, y, figure.y.admits(interval.lowerBound) ? interval.lowerBound : least / 10, interval.upperBound]
        }
        let data = block(rows)
        let ink = "lc rgb '\(style.light.css)'"
        if !series.intervals.isEmpty {
            switch series.uncertainty {
            case .bars: plots.append("\(data) using 1:2:3:4 with yerrorbars pt 0 lw 1.2 dt 1 \(ink) notitle")
            case .band:
                plots.append("\(data) using 1:3:4 with filledcurves fs transparent solid 0.2 noborder \(ink) notitle")
            }
        }
        let title = title(series.label)
        let marker = "pt \(style.marker) ps \(points.count > 200 ? 0.35 : 0.8)"
        let how =
            !joined ? "points \(marker)" : points.count >= Self.pointsForPlainLine ? "lines" : "linespoints \(marker)"
        plots.append("\(data) using 1:2 with \(how) lw 1.8 dt \(joined ? style.dashes : "1") \(ink) \(title)")
    }

    private mutating func write(_ histogram: Figure.Histogram, _ style: SeriesStyle) {
        // On a logarithmic axis a bar stands on half a count.
        let foot = figure.y.scale == .logarithmic ? 0.5 : 0
        let rows = histogram.counts.indices.filter { histogram.counts[$0] > foot }.map { bin -> [Double] in
            let (low, high, count) = (histogram.edges[bin], histogram.edges[bin + 1], histogram.counts[bin])
            return [(low + high) / 2, count, low, high, foot, count]
        }
        guard !rows.isEmpty else { return }
        let title = title(histogram.label)
        let fill = "fs transparent solid 0.45 border lc rgb '\(style.light.css)'"
        plots.append(
            "\(block(rows)) using 1:2:3:4:5:6 with boxxyerror \(fill) lw 1.2 lc rgb '\(style.light.css)' \(title)")
    }

    private mutating func write(_ image: KernelImage) {
        let rows = (0..<image.height).flatMap { row in
            (0..<image.width).map { [Double($0), Double(row), image[row, $0]] }
        }
        plots.append("\(block(rows)) using 1:2:3 with image pixels notitle")
    }
}

extension Figure.Axis {
    /// Whether a value has a place on the axis.
    func admits(_ value: Double) -> Bool { value.isFinite && (scale == .linear || value > 0) }
}

/// A figure: what is drawn, in what axes, with its title and caption. ``drawing(by:)`` has it drawn.
///
/// All figures look alike: Okabe–Ito's colours in a fixed order, and with each a dash pattern and a marker of its own, so that they
/// can be told apart in grey.
///
///     let figure = Figure(
///         "Explained energy by order", x: .init("order of the jet"), y: .init("R²", range: 0...1),
///         [
///             .line(.init("kernels", x: [0, 1, 2], y: [0.19, 0.44, 0.69])),
///             .line(.init("white noise", x: [0, 1, 2], y: [0.04, 0.12, 0.24], errors: [0.01, 0.01, 0.02])),
///             .horizontal(1, "all of it"),
///         ],
///         caption: "σ is searched anew for each order.")
public struct Figure: Sendable, Hashable {
    /// An axis: what it shows, in which unit, and how.
    public struct Axis: Sendable, Hashable {
        /// How values become places.
        public enum Scale: Sendable, Hashable {
            /// Equal differences are equal distances.
            case linear
            /// Equal ratios are equal distances; values that are not positive are left out.
            case logarithmic
        }

        /// What the axis shows.
        public var label: String
        /// Its unit; none where empty.
        public var unit: String
        /// How values become places.
        public var scale: Scale
        /// The values at the ends; what the data need where nil.
        public var range: ClosedRange<Double>?
        /// Names that stand at 0, 1, 2, … in place of numbers, from the left or from below; numbers where empty.
        public var categories: [String]

        /// An axis.
        public init(
            _ label: String, unit: String = "", scale: Scale = .linear, range: ClosedRange<Double>? = nil,
            categories: [String] = []
        ) {
            precondition(scale == .linear || range.map { $0.lowerBound > 0 } ?? true, "a logarithmic axis is positive")
            self.label = label
            self.unit = unit
            self.scale = scale
            self.range = range
            self.categories = categories
        }

        /// The label with the unit in brackets.
        var title: String { unit.isEmpty ? label : "\(label) (\(unit))" }
    }

    /// What is drawn, in the order of the layers, the first at the bottom.
    public enum Layer: Sendable, Hashable {
        /// Points joined by lines, marked where they are few.
        case line(Series)
        /// Points on their own.
        case points(Series)
        /// Counts in bins.
        case histogram(Histogram)
        /// Signed values as colours on a symmetric scale around zero, row 0 at the top; places are row and column.
        case heatMap(KernelImage)
        /// A dashed line at a value of y.
        case horizontal(Double, String)
        /// A dashed line at a value of x.
        case vertical(Double, String)
    }

    /// What the figure shows, in a line.
    public var title: String
    /// The horizontal axis.
    public var x: Axis
    /// The vertical axis.
    public var y: Axis
    /// What is drawn.
    public var layers: [Layer]
    /// What to see in it, and how it was made.
    public var caption: Prose

    /// A figure.
    public init(_ title: String, x: Axis, y: Axis, _ layers: [Layer], caption: Prose = "") {
        self.title = title
        self.x = x
        self.y = y
        self.layers = layers
        self.caption = caption
    }
}

extension Figure {
    /// Points with a name, each with or without an uncertainty.
    public struct Series: Sendable, Hashable {
        /// How uncertainties are drawn.
        public enum Uncertainty: Sendable, Hashable {
            /// A bar at each point.
            case bars
            /// A shaded band along the line.
            case band
        }

        /// The name in the figure's key; not in the key where empty.
        public var label: String
        /// The places on the horizontal axis.
        public var x: [Double]
        /// The values.
        public var y: [Double]
        /// The interval around each value; without uncertainty where empty.
        public var intervals: [ClosedRange<Double>]
        /// How the intervals are drawn.
        public var uncertainty: Uncertainty

        /// Points with an interval each, or without.
        public init(
            _ label: String, x: [Double], y: [Double], intervals: [ClosedRange<Double>] = [],
            uncertainty: Uncertainty = .bars
        ) {
            precondition(x.count == y.count, "a series has as many places as values")
            precondition(intervals.isEmpty || intervals.count == y.count, "a series has an interval a value, or none")
            self.label = label
            self.x = x
            self.y = y
            self.intervals = intervals
            self.uncertainty = uncertainty
        }

        /// Points with symmetric uncertainties; one that is not finite counts as zero.
        public init(
            _ label: String, x: [Double], y: [Double], errors: [Double], uncertainty: Uncertainty = .bars
        ) {
            precondition(errors.count == y.count, "a series has an uncertainty a value")
            let intervals = zip(y, errors).map { value, error in
                let value = value.isFinite ? value : 0
                let error = error.isFinite ? abs(error) : 0
                return (value - error)...(value + error)
            }
            self.init(label, x: x, y: y, intervals: intervals, uncertainty: uncertainty)
        }
    }

    /// Counts in bins that adjoin.
    public struct Histogram: Sendable, Hashable {
        /// Values beyond have no bin: the width of bins must not overflow.
        private static let largestBinned = 1e300

        /// The name in the figure's key; not in the key where empty.
        public var label: String
        /// The ends of the bins, rising, one more than there are counts.
        public var edges: [Double]
        /// The count, or share, in each bin.
        public var counts: [Double]

        /// A histogram of counts that are there already.
        public init(_ label: String, edges: [Double], counts: [Double]) {
            precondition(edges.count == counts.count + 1, "a histogram has one edge more than bins")
            precondition(zip(edges, edges.dropFirst()).allSatisfy { $0 < $1 }, "a histogram's edges rise")
            self.label = label
            self.edges = edges
            self.counts = counts
        }

        /// A histogram of `values` in `bins` bins of one width from the least to the largest of them; values that
        /// are not finite, or beyond 10³⁰⁰, are left out.
        ///
        /// - Complexity: O(number of values).
        public init(_ label: String, of values: [Double], bins: Int) {
            precondition(bins > 0, "a histogram has at least one bin")
            let finite = values.filter { abs($0) <= Self.largestBinned }
            var (low, high) = (finite.min() ?? 0, finite.max() ?? 1)
            // Bins narrower than this could not be told apart by their edges.
            let least = max(max(abs(low), abs(high)) * 1e-12 * Double(bins), 1e-300)
            if high - low <= least {
                let half = max(low == high ? 0.5 : 0, least)
                (low, high) = (low - half, high + half)
            }
            let width = (high - low) / Double(bins)
            var counts = [Double](repeating: 0, count: bins)
            for value in finite { counts[min(max(Int((value - low) / width), 0), bins - 1)] += 1 }
            self.init(label, edges: (0...bins).map { low + Double($0) * width }, counts: counts)
        }
    }
}

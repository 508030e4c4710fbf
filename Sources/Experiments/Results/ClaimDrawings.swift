/// A figure as numbers; how it is drawn is not its business.
public struct ClaimFigure: Sendable, Hashable, Codable {
    /// An axis.
    public struct Axis: Sendable, Hashable, Codable {
        /// What it shows, with the unit.
        public var label: String
        /// Whether equal ratios are equal distances.
        public var isLogarithmic: Bool
        /// Names at 0, 1, 2, … in place of numbers.
        public var categories: [String]

        /// An axis.
        public init(_ label: String, isLogarithmic: Bool = false, categories: [String] = []) {
            self.label = label
            self.isLogarithmic = isLogarithmic
            self.categories = categories
        }
    }

    /// Points with a name.
    public struct Series: Sendable, Hashable, Codable {
        /// The name in the key.
        public var label: String
        /// Places on the horizontal axis.
        public var x: [Double]
        /// Values.
        public var y: [Double]
        /// Intervals around the values; none where empty.
        public var intervals: [ClosedRange<Double>]
        /// Whether points are joined.
        public var isLine: Bool

        /// A series.
        public init(
            _ label: String, x: [Double], y: [Double], intervals: [ClosedRange<Double>] = [], isLine: Bool = true
        ) {
            precondition(x.count == y.count, "a series has as many places as values")
            precondition(intervals.isEmpty || intervals.count == y.count, "every value has an interval or none has")
            self.label = label
            self.x = x
            self.y = y
            self.intervals = intervals
            self.isLine = isLine
        }

        /// Reads a series.
        /// - Throws: `DecodingError`, also where it has not as many places as values, or intervals for some of them.
        public init(from decoder: any Decoder) throws {
            let members = try decoder.container(keyedBy: CodingKeys.self)
            label = try members.decode(String.self, forKey: .label)
            x = try members.decode([Double].self, forKey: .x)
            y = try members.decode([Double].self, forKey: .y)
            intervals = try members.decode([ClosedRange<Double>].self, forKey: .intervals)
            isLine = try members.decode(Bool.self, forKey: .isLine)
            guard x.count == y.count, intervals.isEmpty || intervals.count == y.count else {
                throw DecodingError.dataCorrupted(
                    .init(
                        codingPath: decoder.codingPath,
                        debugDescription:
                            "'\(label)' has \(x.count) places, \(y.count) values and \(intervals.count) intervals, not as many of each or no interval"
                    ))
            }
        }
    }

    /// What it shows, in a line.
    public var title: String
    /// The horizontal axis.
    public var x: Axis
    /// The vertical axis.
    public var y: Axis
    /// What is drawn.
    public var series: [Series]
    /// What to see in it.
    public var caption: String

    /// A figure.
    public init(_ title: String, x: Axis, y: Axis, _ series: [Series], caption: String = "") {
        self.title = title
        self.x = x
        self.y = y
        self.series = series
        self.caption = caption
    }
}

/// A rectangle of signed numbers, such as a kernel or the picture of a receptive field.
public struct ClaimPicture: Sendable, Hashable, Codable {
    /// What it shows.
    public var title: String
    /// Columns.
    public var width: Int
    /// Rows.
    public var height: Int
    /// The values row by row.
    public var values: [Double]

    /// A picture.
    public init(_ title: String, width: Int, height: Int, values: [Double]) {
        precondition(values.count == width * height, "the values fill the picture")
        self.title = title
        self.width = width
        self.height = height
        self.values = values
    }

    /// Reads a picture.
    /// - Throws: `DecodingError`, also where there are no columns or rows, or other than one value for each place in them.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        title = try members.decode(String.self, forKey: .title)
        width = try members.decode(Int.self, forKey: .width)
        height = try members.decode(Int.self, forKey: .height)
        values = try members.decode([Double].self, forKey: .values)
        let (count, overflow) = width.multipliedReportingOverflow(by: height)
        guard width >= 1, height >= 1, !overflow, values.count == count else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription:
                        "'\(title)' has \(values.count) values, not those of \(width) columns and \(height) rows"))
        }
    }
}

/// A table of words and numbers.
public struct ClaimTable: Sendable, Hashable, Codable {
    /// What it shows.
    public var title: String
    /// The headings.
    public var columns: [String]
    /// The rows, one cell a column.
    public var rows: [[String]]
    /// A remark below.
    public var footer: String

    /// A table.
    public init(_ title: String, columns: [String], rows: [[String]], footer: String = "") {
        precondition(rows.allSatisfy { $0.count == columns.count }, "a row has a cell for each column")
        self.title = title
        self.columns = columns
        self.rows = rows
        self.footer = footer
    }

    /// Reads a table.
    /// - Throws: `DecodingError`, also where a row has other than one cell for each column.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        title = try members.decode(String.self, forKey: .title)
        columns = try members.decode([String].self, forKey: .columns)
        rows = try members.decode([[String]].self, forKey: .rows)
        footer = try members.decode(String.self, forKey: .footer)
        if let row = rows.first(where: { $0.count != columns.count }) {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription:
                        "a row of '\(title)' has \(row.count) cells, not one for each of \(columns.count) columns"))
        }
    }
}

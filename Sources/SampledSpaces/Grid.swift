/// A regular grid of `width` × `height` samples on a rectangle of the plane: x to the right, y down.
///
/// Sample (column, row) sits at `origin + (column · spacing.x, row · spacing.y)` and stands for the cell of `spacing.x` × `spacing.y`
/// centred on it. The domain is the union of the cells, so a grid of n samples of spacing h covers a length n·h, from h/2 before the
/// first sample to h/2 after the last. Lengths are in the units of the domain, which the grid does not name.
public struct Grid: Sendable, Hashable {
    /// The number of columns, at least 1.
    public let width: Int
    /// The number of rows, at least 1.
    public let height: Int
    /// The distance between neighbouring columns (x) and rows (y), in domain units; positive and finite.
    public let spacing: SIMD2<Double>
    /// The domain coordinates of sample (0, 0).
    public let origin: SIMD2<Double>

    /// A grid of `width` × `height` samples whose first sample is at `origin`.
    public init(width: Int, height: Int, spacing: SIMD2<Double> = [1, 1], origin: SIMD2<Double> = [0, 0]) {
        precondition(width >= 1 && height >= 1, "a grid needs at least one sample, not \(width) × \(height)")
        precondition(
            !width.multipliedReportingOverflow(by: height).overflow, "\(width) × \(height) samples cannot be counted")
        precondition(
            spacing.x > 0 && spacing.y > 0 && spacing.x.isFinite && spacing.y.isFinite,
            "a grid's spacing must be positive and finite, not \(spacing)")
        precondition(origin.x.isFinite && origin.y.isFinite, "a grid's origin must be finite, not \(origin)")
        (self.width, self.height, self.spacing, self.origin) = (width, height, spacing, origin)
    }

    /// The grid of `width` × `height` samples whose cells tile the rectangle of `size` with its upper left corner at `corner`.
    public init(width: Int, height: Int, tiling size: SIMD2<Double>, corner: SIMD2<Double> = [0, 0]) {
        let spacing = size / [Double(width), Double(height)]
        self.init(width: width, height: height, spacing: spacing, origin: corner + spacing / 2)
    }

    /// The number of samples.
    public var count: Int { width * height }

    /// The area of one cell, h_x·h_y, which is also the weight of one sample in every quadrature.
    public var cellArea: Double { spacing.x * spacing.y }

    /// The size of the domain, in domain units.
    public var size: SIMD2<Double> { spacing * [Double(width), Double(height)] }

    /// The upper left corner of the domain: half a cell before sample (0, 0).
    public var corner: SIMD2<Double> { origin - spacing / 2 }

    /// The domain coordinates of sample (column, row), also for a column or row outside the grid.
    public func point(column: Int, row: Int) -> SIMD2<Double> {
        origin + spacing * [Double(column), Double(row)]
    }

    /// The position, in samples, of a point of the domain: the inverse of `point(column:row:)`.
    public func position(of point: SIMD2<Double>) -> SIMD2<Double> {
        (point - origin) / spacing
    }

    /// Whether `other` has as many samples at the same spacing, wherever it lies.
    public func hasSameShape(as other: Grid) -> Bool {
        width == other.width && height == other.height && spacing == other.spacing
    }
}

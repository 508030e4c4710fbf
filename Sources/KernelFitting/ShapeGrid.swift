import CInnerLoops
import Foundation
import GaussianKernels

/// Places for σ and centre, and what the jets there explain of kernels: where searches for shapes begin.
///
/// The bases are products of functions along either axis, so that a place costs the products of one axis' functions with those of the other,
/// O(width · N²); they are made once and serve all kernels, of which eight are computed side by side.
struct ShapeGrid: Sendable {
    private let slices: [Slice]
    /// Where the places of each slice are.
    private let layouts: [Layout]
    private let tapCount: Int

    /// Kernels that are computed side by side.
    static let kernelsAtOnce = Int(CCNN_KERNEL_LANES)

    /// How many places a σ has, and the number of the first of them.
    private struct Layout {
        let rows: Int
        let columns: Int
        let first: Int
    }

    /// The places with one σ.
    private struct Slice {
        let sigma: Double
        let columns: [Double]
        let rows: [Double]
        let x: Axis
        let y: Axis
        /// The number of its first place.
        let first: Int

        var count: Int { columns.count * rows.count }

        func shape(_ place: Int) -> GaussianShape {
            var shape = GaussianShape(sigma: sigma)
            shape.center = [columns[(place - first) % columns.count], rows[(place - first) / columns.count]]
            return shape
        }
    }

    /// The functions of one axis at all its places, orthonormalised, and their sums where there is a constant beside the jet.
    private struct Axis {
        let functions: [Double]
        let independence: [Double]
        let sums: [Double]
        let places: Int
        let count: Int
        let length: Int

        init(_ options: FitOptions, _ sigma: Double, length: Int, places: [Double]) {
            let axis = NestedAxis(options, order: options.order, length: length)
            count = axis.highest + 1
            var (functions, independence, sums): ([Double], [Double], [Double]) = ([], [], [])
            for place in places {
                axis.fill(sigma, place)
                functions += axis.orthonormal.prefix(count * length)
                independence += axis.independence.prefix(count)
                if options.hasConstant { sums += axis.sums.prefix(count) }
            }
            (self.functions, self.independence, self.sums) = (functions, independence, sums)
            self.places = places.count
            self.length = length
        }

        func withBases<Result>(_ body: (UnsafePointer<ccnn_axisBases>) -> Result) -> Result {
            functions.withUnsafeBufferPointer { functions in
                independence.withUnsafeBufferPointer { independence in
                    sums.withUnsafeBufferPointer { sums in
                        let bases = ccnn_axisBases(
                            places: places, count: count, length: length, functions: functions.baseAddress,
                            independence: independence.baseAddress, sums: sums.isEmpty ? nil : sums.baseAddress)
                        return withUnsafePointer(to: bases, body)
                    }
                }
            }
        }
    }

    /// A grid for jets of orders up to that of `options`: for each σ, ascending, the columns and rows of the centre.
    init(
        options: FitOptions, height: Int, width: Int,
        slices places: [(sigma: Double, columns: [Double], rows: [Double])]
    ) {
        var first = 0
        slices = places.map { sigma, columns, rows in
            defer { first += columns.count * rows.count }
            return Slice(
                sigma: sigma, columns: columns, rows: rows,
                x: Axis(options, sigma, length: width, places: columns),
                y: Axis(options, sigma, length: height, places: rows), first: first)
        }
        layouts = slices.map { Layout(rows: $0.rows.count, columns: $0.columns.count, first: $0.first) }
        tapCount = height * width
    }

    /// The grid for a search: 8 σ to a factor of e, or 16 where nothing but σ is searched, and the centre every 0.4 σ, as the hills are about
    /// as wide as the Gaussian, but no closer than every 0.16 samples and at no more than 33 places along an axis.
    init(options: FitOptions, height: Int, width: Int) {
        func places(_ count: Int, _ sigma: Double) -> [Double] {
            let limit = options.centerLimit(count)
            guard limit > 0 else { return [0] }
            let spacing = max(0.16 * Double(options.dilation), 0.4 * sigma)
            let half = min(16, max(1, Int((limit / spacing).rounded(.up))))
            return (-half...half).map { limit * Double($0) / Double(half) }
        }
        let (low, high) = options.logSigmaRange
        let pointsPerE = options.hasOwnShapes ? 8.0 : 16
        let intervals = low == high ? 0 : max(1, Int(((high - low) * pointsPerE).rounded(.up)))
        self.init(
            options: options, height: height, width: width,
            slices: (0...intervals).map { index in
                let sigma = exp(low + (high - low) * Double(index) / Double(max(intervals, 1)))
                return (sigma, places(width, sigma), places(height, sigma))
            })
    }

    /// The number of places.
    var count: Int { slices.reduce(0) { $0 + $1.count } }

    /// The σ of the grid, ascending.
    var sigmas: [Double] { slices.map(\.sigma) }

    /// The shape at a place, counted over σ, then rows, then columns.
    subscript(place: Int) -> GaussianShape {
        var (low, high) = (0, slices.count - 1)
        while low < high {
            let middle = (low + high + 1) / 2
            if slices[middle].first <= place { low = middle } else { high = middle - 1 }
        }
        return slices[low].shape(place)
    }

    /// The energies explained of some kernels, no more than `kernelsAtOnce` of them, stored one after the other.
    ///
    /// - Complexity: O(places · width · N²).
    func energies(of kernels: ArraySlice<Double>, orders: ClosedRange<Int>) -> Energies {
        let lanes = Self.kernelsAtOnce
        let number = kernels.count / tapCount
        precondition(number <= lanes, "no more than \(lanes) kernels are computed at once")
        var sideBySide = [Double](repeating: 0, count: tapCount * lanes)
        for kernel in 0..<number {
            for tap in 0..<tapCount {
                sideBySide[tap * lanes + kernel] = kernels[kernels.startIndex + kernel * tapCount + tap]
            }
        }
        let total = count * orders.count * lanes
        let values = [Double](unsafeUninitializedCapacity: total) { values, initialized in
            guard let start = values.baseAddress else { return }
            var scratch = [Double](repeating: 0, count: tapCount * lanes)
            for slice in slices {
                slice.x.withBases { x in
                    slice.y.withBases { y in
                        ccnn_jetEnergies(
                            x, y, orders.lowerBound, orders.upperBound, NestedShapeModel.smallestIndependence,
                            sideBySide,
                            &scratch, start + slice.first * orders.count * lanes)
                    }
                }
            }
            initialized = total
        }
        return Energies(values: values, orders: orders)
    }

    /// The energies of some kernels at every place and for every order asked for.
    struct Energies {
        fileprivate let values: [Double]
        fileprivate let orders: ClosedRange<Int>

        /// The energies of one kernel and order, place by place.
        func profile(kernel: Int, order: Int) -> [Double] {
            let first = (order - orders.lowerBound) * ShapeGrid.kernelsAtOnce + kernel
            let stride = orders.count * ShapeGrid.kernelsAtOnce
            return Swift.stride(from: first, to: values.count, by: stride).map { values[$0] }
        }
    }

    /// The local maxima of a profile among the σ with indices `scales`, best first, at most `limit` of them: places that no neighbour
    /// exceeds, of nine for the σ itself and for the next on either side, around the place there that is nearest.
    func peaks(of profile: [Double], scales: ClosedRange<Int>, limit: Int) -> [Int] {
        var peaks: [Int] = []
        for scale in scales {
            let own = layouts[scale]
            let neighbours = max(scale - 1, scales.lowerBound)...min(scale + 1, scales.upperBound)
            for row in 0..<own.rows {
                for column in 0..<own.columns {
                    let place = own.first + row * own.columns + column
                    if neighbours.allSatisfy({
                        noneExceeds(profile[place], profile, row, column, of: own, in: layouts[$0])
                    }) {
                        peaks.append(place)
                    }
                }
            }
        }
        return Array(peaks.sorted { profile[$0] > profile[$1] }.prefix(limit))
    }

    /// Whether no value is greater than `value` at the places around the one that is nearest to a row and a column of another σ, or of the same.
    private func noneExceeds(
        _ value: Double, _ profile: [Double], _ row: Int, _ column: Int, of own: Layout, in other: Layout
    ) -> Bool {
        let v = Self.index(row, of: own.rows, among: other.rows)
        let u = Self.index(column, of: own.columns, among: other.columns)
        for v in max(v - 1, 0)...min(v + 1, other.rows - 1) {
            let start = other.first + v * other.columns
            for u in max(u - 1, 0)...min(u + 1, other.columns - 1) where profile[start + u] > value { return false }
        }
        return true
    }

    /// Of `others` places between the same ends the one nearest to place `index` of `count`; both numbers are odd or one.
    private static func index(_ index: Int, of count: Int, among others: Int) -> Int {
        guard count > 1, count != others else { return count > 1 ? index : others / 2 }
        return Int((Double(index) * Double(others - 1) / Double(count - 1)).rounded())
    }

    /// The index of the σ nearest to one, in the ratio.
    func nearestScale(to sigma: Double) -> Int {
        slices.indices.min { abs(log(slices[$0].sigma / sigma)) < abs(log(slices[$1].sigma / sigma)) } ?? 0
    }
}

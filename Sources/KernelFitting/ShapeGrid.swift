import CInnerLoops
import Foundation
import GaussianKernels

/// Places for σ and centre, and what the jets there explain of kernels: where searches for shapes begin.
///
/// The bases are products of functions along either axis, so that a place costs the products of one axis' functions with those of the other,
/// O(width · N²); they are made once and serve all kernels, of which eight are computed side by side.
struct ShapeGrid: Sendable {
    /// The σ, ascending and evenly spaced in their logarithms.
    let sigmas: [Double]
    /// The places of the centre's coordinates.
    let columns: [Double]
    let rows: [Double]
    private let x: [Axis]
    private let y: [Axis]
    private let tapCount: Int

    /// Kernels that are computed side by side.
    static let kernelsAtOnce = Int(CCNN_KERNEL_LANES)

    /// The functions of one axis at all its places, orthonormalised, and their sums where there is a constant beside the jet.
    private struct Axis {
        let functions: [Double]
        let sums: [Double]
        let count: Int
        let length: Int

        init(_ options: FitOptions, _ sigma: Double, length: Int, places: [Double]) {
            let axes = places.map {
                OrthonormalAxis(options, order: options.order, sigma, count: length, center: $0)
            }
            functions = axes.flatMap(\.functions)
            sums = options.hasConstant ? axes.flatMap(\.sums) : []
            count = axes[0].count
            self.length = length
        }

        func withBases<Result>(places: Int, _ body: (ccnn_axisBases) -> Result) -> Result {
            functions.withUnsafeBufferPointer { functions in
                sums.withUnsafeBufferPointer { sums in
                    body(
                        ccnn_axisBases(
                            places: places, count: count, length: length, functions: functions.baseAddress,
                            sums: sums.isEmpty ? nil : sums.baseAddress))
                }
            }
        }
    }

    /// A grid for jets of orders up to that of `options`, with `pointsPerE` σ to a factor of e.
    init(options: FitOptions, height: Int, width: Int, pointsPerE: Double) {
        let (low, high) = options.logSigmaRange
        let intervals = low == high ? 0 : max(1, Int(((high - low) * pointsPerE).rounded(.up)))
        sigmas = (0...intervals).map { exp(low + (high - low) * Double($0) / Double(max(intervals, 1))) }
        let columns = Self.places(upTo: options.centerLimit(width), dilation: options.dilation)
        let rows = Self.places(upTo: options.centerLimit(height), dilation: options.dilation)
        x = sigmas.map { Axis(options, $0, length: width, places: columns) }
        y = sigmas.map { Axis(options, $0, length: height, places: rows) }
        self.columns = columns
        self.rows = rows
        tapCount = height * width
    }

    /// Places for the centre from −`limit` to `limit`: every 0.3 samples, which even the smallest σ in use does not slip through, but
    /// no more than 15.
    private static func places(upTo limit: Double, dilation: Int) -> [Double] {
        guard limit > 0 else { return [0] }
        let half = min(7, Int((limit / (0.3 * Double(dilation))).rounded(.up)))
        return (-half...half).map { 0.95 * limit * Double($0) / Double(half) }
    }

    /// The number of places.
    var count: Int { sigmas.count * rows.count * columns.count }

    /// The shape at a place, counted over σ, then rows, then columns.
    subscript(place: Int) -> GaussianShape {
        var shape = GaussianShape(sigma: sigmas[place / (rows.count * columns.count)])
        shape.center = [columns[place % columns.count], rows[place / columns.count % rows.count]]
        return shape
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
        let perSlice = rows.count * columns.count * orders.count * lanes
        let values = [Double](unsafeUninitializedCapacity: sigmas.count * perSlice) { values, initialized in
            guard let start = values.baseAddress else { return }
            var scratch = [Double](repeating: 0, count: tapCount * lanes)
            for scale in sigmas.indices {
                x[scale].withBases(places: columns.count) { x in
                    y[scale].withBases(places: rows.count) { y in
                        withUnsafePointer(to: x) { x in
                            withUnsafePointer(to: y) { y in
                                ccnn_jetEnergies(
                                    x, y, orders.lowerBound, orders.upperBound, sideBySide, &scratch,
                                    start + scale * perSlice)
                            }
                        }
                    }
                }
            }
            initialized = sigmas.count * perSlice
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

    /// The local maxima of a profile among the σ with indices `scales`, best first, at most `limit` of them.
    func peaks(of profile: [Double], scales: ClosedRange<Int>, limit: Int) -> [Int] {
        let slice = rows.count * columns.count
        func isPeak(_ place: Int) -> Bool {
            let (scale, row, column) = (place / slice, place / columns.count % rows.count, place % columns.count)
            let value = profile[place]
            for s in max(scale - 1, scales.lowerBound)...min(scale + 1, scales.upperBound) {
                for v in max(row - 1, 0)...min(row + 1, rows.count - 1) {
                    let start = s * slice + v * columns.count
                    for u in max(column - 1, 0)...min(column + 1, columns.count - 1)
                    where profile[start + u] > value {
                        return false
                    }
                }
            }
            return true
        }
        let peaks = ((scales.lowerBound * slice)..<((scales.upperBound + 1) * slice)).filter(isPeak)
        return Array(peaks.sorted { profile[$0] > profile[$1] }.prefix(limit))
    }

    /// The index of the σ nearest to one, in the ratio.
    func nearestScale(to sigma: Double) -> Int {
        sigmas.indices.min { abs(log(sigmas[$0] / sigma)) < abs(log(sigmas[$1] / sigma)) } ?? 0
    }
}

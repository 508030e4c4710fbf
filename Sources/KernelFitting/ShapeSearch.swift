import Foundation
import GaussianKernels
import LeastSquares

/// Searches the shape (σ, centre, elongation) that explains most energy of each kernel, where more than σ is free.
///
/// Local maxima are guarded against by many starts: the energy of every order is evaluated on a grid over σ (8 points to a factor of e)
/// and, where it is free, the centre (every 0.3 samples), which serves all kernels; from its twelve best local maxima
/// `ShapeOptimizer` climbs. Elongated shapes start from the best round one and from it stretched in four directions. Tests compare with
/// exhaustive grids on learned kernels and on noise.
///
/// With one σ for a layer, each kernel has a centre and an elongation of its own all the same: σ is then found by Brent's method on the
/// sum of what the kernels explain.
final class ShapeSearch: OptimumSearch {
    private let options: FitOptions
    private let height: Int
    private let width: Int
    private let sigmas: [Double]
    /// The places of the centre's coordinates on the grid.
    private let columns: [Double]
    private let rows: [Double]
    /// For each σ the functions along y at each row, and the bases of each row and column.
    private let slices: [[(inY: OrthonormalAxis, bases: [NestedBasis])]]
    private var bestConditioned: [Int: (shape: GaussianShape, rank: Int)] = [:]

    private static let pointsPerE = 8.0
    private static let climbsPerKernel = 12
    private static let firstStretch = 0.5
    private static let sharedTolerance = 1e-4
    private static let climbsAtSharedSigma = 3

    init(options: FitOptions, height: Int, width: Int) {
        self.options = options
        self.height = height
        self.width = width
        let (low, high) = options.logSigmaRange
        let intervals = low == high ? 0 : max(1, Int(((high - low) * Self.pointsPerE).rounded(.up)))
        sigmas = (0...intervals).map { exp(low + (high - low) * Double($0) / Double(max(intervals, 1))) }
        let columns = Self.places(upTo: options.centerLimit(width), dilation: options.dilation)
        let rows = Self.places(upTo: options.centerLimit(height), dilation: options.dilation)
        slices = sigmas.map { sigma in
            let inX = columns.map { OrthonormalAxis(options, order: options.order, sigma, count: width, center: $0) }
            return rows.map { row in
                let inY = OrthonormalAxis(options, order: options.order, sigma, count: height, center: row)
                return (
                    inY,
                    inX.map { NestedBasis($0, inY, order: options.order, hasConstant: options.hasConstant) }
                )
            }
        }
        self.columns = columns
        self.rows = rows
    }

    /// Places for the centre from −`limit` to `limit`: every 0.3 samples, which even the smallest σ in use does not slip through, but
    /// no more than 15.
    private static func places(upTo limit: Double, dilation: Int) -> [Double] {
        guard limit > 0 else { return [0] }
        let half = min(7, Int((limit / (0.3 * Double(dilation))).rounded(.up)))
        return (-half...half).map { 0.95 * limit * Double($0) / Double(half) }
    }

    func optima(of kernels: UnsafeBufferPointer<Double>, orders: ClosedRange<Int>) throws -> [ShapeOptimum] {
        let profiles = startEnergies(of: kernels)
        let taps = Array(kernels)
        return try orders.map { order in
            try optimum(of: taps, order: order, profile: profiles.map { $0[order] }, sigma: nil)
        }
    }

    /// The shapes of all kernels of a layer with one σ for them, at one order.
    ///
    /// - Complexity: some thirty values of σ, for each of them a climb or two for every kernel.
    func sharedOptima(of layer: KernelLayer, order: Int) throws -> [ShapeOptimum] {
        let kernels = (0..<layer.count).map { Array(layer.kernel($0)) }
        let profiles = kernels.map { taps in taps.withUnsafeBufferPointer { startEnergies(of: $0).map { $0[order] } } }
        func shapes(_ logSigma: Double) throws -> [ShapeOptimum] {
            try zip(kernels, profiles).map { try optimum(of: $0, order: order, profile: $1, sigma: exp(logSigma)) }
        }
        func total(_ shapes: [ShapeOptimum]) -> Double { shapes.reduce(0) { $0 + $1.energy } }
        let (low, high) = options.logSigmaRange
        guard high > low else { return try shapes(low) }
        let intervals = max(2, Int(((high - low) * 4).rounded(.up)))
        let places = (0...intervals).map { low + (high - low) * Double($0) / Double(intervals) }
        let onGrid = try places.map { try shapes($0) }
        let values = onGrid.map(total)
        let best = values.indices.max { values[$0] < values[$1] } ?? 0
        let bracket = places[max(0, best - 1)]...places[min(intervals, best + 1)]
        /// Close to the best σ of the grid the kernels' centres and elongations are close to those there.
        func near(_ logSigma: Double) throws -> [ShapeOptimum] {
            try zip(kernels, onGrid[best]).map { taps, neighbour in
                guard neighbour.status != .undetermined else { return neighbour }
                return try optimum(of: taps, order: order, from: [neighbour.shape], sigma: exp(logSigma))
            }
        }
        let found = try BrentMaximum.find(
            in: bracket, from: (places[best], values[best]), tolerance: Self.sharedTolerance
        ) { total(try near($0)) }
        let atEdge = found.place - low < 10 * Self.sharedTolerance || high - found.place < 10 * Self.sharedTolerance
        return try near(found.place).map { optimum in
            var optimum = optimum
            if optimum.status != .undetermined { optimum.status = atEdge ? .atEdge : optimum.status }
            return optimum
        }
    }

    /// The shape at a place of the grid, counted over σ, then rows, then columns.
    private func shape(_ index: Int) -> GaussianShape {
        var shape = GaussianShape(sigma: sigmas[index / (rows.count * columns.count)])
        shape.center = [columns[index % columns.count], rows[index / columns.count % rows.count]]
        return shape
    }

    /// The energy of every order at every place of the grid.
    ///
    /// - Complexity: O(places · width · N²).
    private func startEnergies(of kernel: UnsafeBufferPointer<Double>) -> [[Double]] {
        let sum = options.hasConstant ? kernel.reduce(0, +) : 0
        return slices.flatMap { slice in
            slice.flatMap { row in
                let ofRow = row.inY.rows(of: kernel, width: width, through: options.order)
                return row.bases.map { basis in
                    var energies = [Double](repeating: 0, count: options.order + 1)
                    basis.addEnergies(ofRows: ofRow, sum: sum, to: &energies)
                    return energies
                }
            }
        }
    }

    /// The best shape for one kernel, with a σ of its own or the given one.
    private func optimum(
        of taps: [Double], order: Int, profile: [Double], sigma: Double?
    ) throws -> ShapeOptimum {
        let energy = taps.reduce(0) { $0 + $1 * $1 }
        if (profile.max() ?? 0) - (profile.min() ?? 0) <= 1e-12 * energy {
            return try undetermined(order: order, energy: profile[0], sigma: sigma)
        }
        let starts = beginnings(profile, sigma: sigma)
        return try self.optimum(of: taps, order: order, from: starts, sigma: sigma)
    }

    /// The best shape that is reached from some starts.
    private func optimum(
        of taps: [Double], order: Int, from starts: [GaussianShape], sigma: Double?
    ) throws -> ShapeOptimum {
        let model = ShapeModel(
            options: options, order: order, height: height, width: width,
            free: options.freeParameters(
                withSigma: sigma == nil && options.logSigmaRange.low < options.logSigmaRange.high))
        let nested = NestedShapeModel(model)
        let bounds = model.free.map(bound)
        var best: ShapeOptimizer.Maximum?
        func climb(from shape: GaussianShape) throws {
            let maximum = try ShapeOptimizer.climb(from: shape, free: model.free, bounds: bounds) {
                try nested?.evaluate(taps, $0) ?? model.evaluate(taps, $0)
            }
            if maximum.energy > best?.energy ?? -.infinity { best = maximum }
        }
        for start in starts {
            var start = start
            start.sigma = sigma ?? start.sigma
            try climb(from: start)
        }
        if options.sigmaModel == .affine, let round = best?.shape {
            for stretch in [SIMD2(1.0, 0), [-1, 0], [0, 1], [0, -1]] {
                var shape = round
                shape.stretch = Self.firstStretch * stretch
                try climb(from: shape)
            }
        }
        guard let best else { preconditionFailure("a search starts somewhere") }
        let isGiven = sigma == nil && options.logSigmaRange.low == options.logSigmaRange.high && model.free.isEmpty
        return ShapeOptimum(
            shape: best.shape, energy: best.energy, status: isGiven ? .given : best.isAtBound ? .atEdge : .found,
            rank: best.rank)
    }

    /// The local maxima of the grid, best first, to climb from; for a given σ those of the slice with the σ nearest to it.
    private func beginnings(_ profile: [Double], sigma: Double?) -> [GaussianShape] {
        let slice = rows.count * columns.count
        var scales = 0...(sigmas.count - 1)
        if let sigma {
            let distances = sigmas.map { abs(log($0 / sigma)) }
            let nearest = distances.indices.min { distances[$0] < distances[$1] } ?? 0
            scales = nearest...nearest
        }
        func isMaximum(_ index: Int) -> Bool {
            let (scale, row, column) = (index / slice, index / columns.count % rows.count, index % columns.count)
            for s in scales.clamped(to: (scale - 1)...(scale + 1)) {
                for y in (0...(rows.count - 1)).clamped(to: (row - 1)...(row + 1)) {
                    for x in (0...(columns.count - 1)).clamped(to: (column - 1)...(column + 1))
                    where profile[s * slice + y * columns.count + x] > profile[index] {
                        return false
                    }
                }
            }
            return true
        }
        let maxima = ((scales.lowerBound * slice)..<((scales.upperBound + 1) * slice)).filter(isMaximum)
        return maxima.sorted { profile[$0] > profile[$1] }.prefix(
            sigma == nil ? Self.climbsPerKernel : Self.climbsAtSharedSigma
        ).map { shape($0) }
    }

    private func bound(_ parameter: GaussianShape.Parameter) -> ClosedRange<Double> {
        switch parameter {
        case .logSigma: return options.logSigmaRange.low...options.logSigmaRange.high
        case .centerX: return -options.centerLimit(width)...options.centerLimit(width)
        case .centerY: return -options.centerLimit(height)...options.centerLimit(height)
        case .stretchP, .stretchQ: return -log(GaussianShape.largestAspect)...log(GaussianShape.largestAspect)
        }
    }

    /// The round, centred shape with the given σ, or with the one of the grid whose basis is best conditioned.
    private func undetermined(order: Int, energy: Double, sigma: Double?) throws -> ShapeOptimum {
        if let known = bestConditioned[order], sigma == nil {
            return ShapeOptimum(shape: known.shape, energy: energy, status: .undetermined, rank: known.rank)
        }
        let shapes = (sigma.map { [$0] } ?? sigmas).map { GaussianShape(sigma: $0) }
        let factorizations = try shapes.map {
            try JetBasis(options, order: order, shape: $0, height: height, width: width).factorization
        }
        let best =
            factorizations.indices.min {
                factorizations[$0].conditionNumber < factorizations[$1].conditionNumber
            } ?? 0
        if sigma == nil { bestConditioned[order] = (shapes[best], factorizations[best].rank) }
        return ShapeOptimum(
            shape: shapes[best], energy: energy, status: .undetermined, rank: factorizations[best].rank)
    }
}

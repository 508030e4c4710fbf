import Foundation
import GaussianKernels
import LeastSquares
import Parallelism

/// Searches the shape (σ, centre, elongation) that explains most energy of kernels of one size, for the jets of all orders up to that of the
/// options.
///
/// The energy has many local maxima. They are guarded against by many starts: climbs begin at the twelve best local maxima of a `ShapeGrid` and
/// race, one being given up when the best has risen beyond several times what its own slope promises. Elongated shapes start from the
/// best round one stretched in four directions. Tests compare with exhaustive grids: `Docs/Fitting.md` says what is missed.
///
/// With one σ for a layer and nothing else to search, the kernels are searched together. Where each kernel has a centre or an elongation of
/// its own, the σ they share is found by Brent's method on the sum of what they explain.
///
/// Safe to use from several threads at once.
final class ShapeSearch: Sendable {
    private let options: FitOptions
    private let height: Int
    private let width: Int
    private let grid: ShapeGrid
    private let bestConditioned = Guarded<[Int: (shape: GaussianShape, rank: Int)]>([:])

    private static let climbsPerKernel = 12
    private static let climbsAtSharedSigma = 3
    private static let firstStretch = 0.5
    private static let sharedTolerance = 1e-4

    init(options: FitOptions, height: Int, width: Int) {
        self.options = options
        self.height = height
        self.width = width
        grid = ShapeGrid(options: options, height: height, width: width)
    }

    private var tapCount: Int { height * width }

    // MARK: Searches

    /// For each of some orders the best shape of each kernel, with a σ of its own or the given one.
    ///
    /// - Complexity: O(kernels · places · width · N²) for the grid, and some dozens of evaluations for each kernel and order.
    func optima(ofEach kernels: [Double], orders: ClosedRange<Int>) throws -> [[ShapeOptimum]] {
        let blocks = blocks(kernels)
        let corrected = orders.map { self.placesToCorrect(order: $0) }
        let found = try concurrently(blocks.count) { block in
            let taps = kernels[blocks[block]]
            let energies = self.grid.energies(of: taps, orders: orders)
            let objectives = orders.map { self.objective(order: $0, withSigma: true) }
            return try (0..<(taps.count / self.tapCount)).map { index in
                try self.withKernel(index, of: taps) { kernel in
                    try orders.enumerated().map { place, order in
                        var profile = energies.profile(kernel: index, order: order)
                        try self.correct(&profile, at: corrected[place], of: kernel, objectives[place])
                        return try self.optimum(of: kernel, profile, objectives[place])
                    }
                }
            }
        }.flatMap { $0 }
        return orders.map { order in found.map { $0[order - orders.lowerBound] } }
    }

    /// For each of some orders the shape that explains most of all kernels together.
    ///
    /// - Complexity: that of `optima(ofEach:)`, but for the climbs, of which there is one set for all kernels.
    func optimum(ofAll kernels: [Double], orders: ClosedRange<Int>) throws -> [ShapeOptimum] {
        let blocks = blocks(kernels)
        let ofBlocks = try concurrently(blocks.count) { block in
            let taps = kernels[blocks[block]]
            let energies = self.grid.energies(of: taps, orders: orders)
            return orders.map { order in
                (0..<(taps.count / self.tapCount)).reduce(into: [Double](repeating: 0, count: self.grid.count)) {
                    for (place, energy) in energies.profile(kernel: $1, order: order).enumerated() {
                        $0[place] += energy
                    }
                }
            }
        }
        return try kernels.withUnsafeBufferPointer { kernels in
            try orders.map { order in
                var profile = [Double](repeating: 0, count: grid.count)
                for block in ofBlocks {
                    for (place, energy) in block[order - orders.lowerBound].enumerated() { profile[place] += energy }
                }
                let objective = objective(order: order, withSigma: true)
                try correct(&profile, at: placesToCorrect(order: order), of: kernels, objective)
                return try optimum(of: kernels, profile, objective)
            }
        }
    }

    /// The shapes of all kernels with one σ for them, at one order, where each has a centre or an elongation of its own.
    ///
    /// - Complexity: some thirty values of σ, for each of them a climb or two for every kernel.
    func optimaWithSharedSigma(of kernels: [Double], order: Int) throws -> [ShapeOptimum] {
        let (low, high) = options.logSigmaRange
        let blocks = blocks(kernels)
        func total(_ shapes: [ShapeOptimum]) -> Double { shapes.reduce(0) { $0 + $1.energy } }
        let intervals = high > low ? max(2, Int(((high - low) * 4).rounded(.up))) : 0
        let places = (0...intervals).map { low + (high - low) * Double($0) / Double(max(intervals, 1)) }
        let ofBlocks = try concurrently(blocks.count) { block in
            let taps = kernels[blocks[block]]
            let energies = self.grid.energies(of: taps, orders: order...order)
            let objective = self.objective(order: order, withSigma: false)
            return try (0..<(taps.count / self.tapCount)).map { index in
                let profile = energies.profile(kernel: index, order: order)
                return try self.withKernel(index, of: taps) { kernel in
                    try places.map { try self.optimum(of: kernel, profile, objective, sigma: exp($0)) }
                }
            }
        }.flatMap { $0 }
        let onGrid = places.indices.map { place in ofBlocks.map { $0[place] } }
        guard high > low else { return onGrid[0] }
        let values = onGrid.map(total)
        let best = values.indices.max { values[$0] < values[$1] } ?? 0
        /// Close to the best σ of the grid the kernels' centres and elongations are close to those there.
        func near(_ logSigma: Double) throws -> [ShapeOptimum] {
            let neighbours = onGrid[best]
            return try concurrently(blocks.count) { block in
                let objective = self.objective(order: order, withSigma: false)
                let first = block * ShapeGrid.kernelsAtOnce
                let taps = kernels[blocks[block]]
                return try (0..<(taps.count / self.tapCount)).map { index in
                    let neighbour = neighbours[first + index]
                    guard neighbour.status != .undetermined else { return neighbour }
                    var start = neighbour.shape
                    start.sigma = exp(logSigma)
                    return try self.withKernel(index, of: taps) { try self.race(from: [start], of: $0, objective) }
                }
            }.flatMap { $0 }
        }
        let bracket = places[max(0, best - 1)]...places[min(intervals, best + 1)]
        let found = try BrentMaximum.find(
            in: bracket, from: (places[best], values[best]), tolerance: Self.sharedTolerance
        ) { total(try near($0)) }
        let atEdge = found.place - low < 10 * Self.sharedTolerance || high - found.place < 10 * Self.sharedTolerance
        let shapes = try near(found.place)
        // Those that every shape suits as well share the σ of the others.
        let isAnyUndetermined = shapes.contains { $0.status == .undetermined }
        let round = try isAnyUndetermined ? undetermined(order: order, energy: 0, sigma: exp(found.place)) : nil
        return shapes.map { optimum in
            var optimum = optimum
            if let round, optimum.status == .undetermined {
                (optimum.shape, optimum.rank) = (round.shape, round.rank)
            } else if atEdge {
                optimum.status = .atEdge
            }
            return optimum
        }
    }

    // MARK: One search

    /// The best shape for the pooled energy of kernels, whose energies on the grid are known; with a σ of their own or the given one.
    private func optimum(
        of kernels: UnsafeBufferPointer<Double>, _ profile: [Double], _ objective: ShapeObjective, sigma: Double? = nil
    ) throws -> ShapeOptimum {
        let energy = kernels.reduce(0) { $0 + $1 * $1 }
        let isGiven = sigma == nil && objective.box.free.isEmpty
        if !isGiven, (profile.max() ?? 0) - (profile.min() ?? 0) <= 1e-12 * energy {
            return try undetermined(order: objective.model.order, energy: profile[0], sigma: sigma)
        }
        var scales = 0...(grid.sigmas.count - 1)
        if let sigma {
            let nearest = grid.nearestScale(to: sigma)
            scales = nearest...nearest
        }
        let limit = sigma == nil ? Self.climbsPerKernel : Self.climbsAtSharedSigma
        let starts = grid.peaks(of: profile, scales: scales, limit: limit).map { place in
            var shape = grid[place]
            shape.sigma = sigma ?? shape.sigma
            return shape
        }
        return try race(from: starts, of: kernels, objective)
    }

    /// The best shape that climbs from some starts reach.
    private func race(
        from starts: [GaussianShape], of kernels: UnsafeBufferPointer<Double>, _ objective: ShapeObjective
    ) throws -> ShapeOptimum {
        var best = try winner(from: starts, objective.box) { try objective.evaluate(kernels, $0) }
        if options.sigmaModel == .affine {
            let stretched = [SIMD2(1.0, 0), [-1, 0], [0, 1], [0, -1]].map { stretch in
                var shape = best.shape
                shape.stretch = Self.firstStretch * stretch
                return shape
            }
            let other = try winner(from: stretched, objective.box) { try objective.evaluate(kernels, $0) }
            if other.current.energy > best.current.energy { best = other }
        }
        let settled = try objective.settled(kernels, best.shape)
        let isAtBound = objective.box.isAtBound(best.shape)
        return ShapeOptimum(
            shape: best.shape, energy: settled.energy,
            status: objective.box.free.isEmpty ? .given : isAtBound ? .atEdge : .found, rank: settled.rank)
    }

    /// The climb that comes highest. A climb is given up when it cannot catch up with the best, going by what it promises, or when it has come
    /// to where a better one is.
    private func winner(
        from starts: [GaussianShape], _ box: ShapeBox, evaluate: (GaussianShape) throws -> ShapeEvaluation
    ) throws -> ShapeClimb {
        var climbs = try starts.map { try ShapeClimb(from: $0, in: box, evaluate: evaluate) }
        while climbs.contains(where: { !$0.isDone }) {
            for index in climbs.indices { try climbs[index].advance(evaluate) }
            climbs.sort { $0.current.energy > $1.current.energy }
            let lead = climbs[0].current.energy
            var alive = [climbs[0]]
            for climb in climbs.dropFirst()
            where climb.current.energy + Self.trust * climb.promise >= lead && !alive.contains(where: climb.isNear) {
                alive.append(climb)
            }
            climbs = alive
        }
        return climbs[0]
    }

    /// How many times what a climb promises it is trusted to rise: its curvature is an approximation at first.
    private static let trust = 10.0

    // MARK: Parts

    /// What a search of one order evaluates.
    private func objective(order: Int, withSigma: Bool) -> ShapeObjective {
        ShapeObjective(options, order: order, height: height, width: width, withSigma: withSigma)
    }

    /// The places of the taps of as many kernels as are computed at once.
    private func blocks(_ kernels: [Double]) -> [Range<Int>] {
        let length = ShapeGrid.kernelsAtOnce * tapCount
        return stride(from: 0, to: kernels.count, by: length).map { $0..<min($0 + length, kernels.count) }
    }

    private func withKernel<Result>(
        _ index: Int, of taps: ArraySlice<Double>, _ body: (UnsafeBufferPointer<Double>) throws -> Result
    ) rethrows -> Result {
        try taps.withUnsafeBufferPointer {
            try body(UnsafeBufferPointer(rebasing: $0[(index * tapCount)..<((index + 1) * tapCount)]))
        }
    }

    /// The places of the grid where its nested bases do not stand for the fit's, which has several scales, a ridge or singular values that are
    /// truncated. With free centres a grid has too many places to put the fit's energies there; it then only says where to start.
    private func placesToCorrect(order: Int) -> [Int] {
        guard !options.hasOwnShapes else { return [] }
        let objective = objective(order: order, withSigma: true)
        return (0..<grid.count).filter { !objective.isNested(at: grid[$0]) }
    }

    private func correct(
        _ profile: inout [Double], at places: [Int], of kernels: UnsafeBufferPointer<Double>,
        _ objective: ShapeObjective
    ) throws {
        for place in places { profile[place] = try objective.evaluate(kernels, grid[place]).energy }
    }

    /// The round, centred shape with the given σ, or with the one of the grid whose basis is best conditioned.
    private func undetermined(order: Int, energy: Double, sigma: Double?) throws -> ShapeOptimum {
        let known = sigma == nil ? bestConditioned.withLock { $0[order] } : nil
        if let known {
            return ShapeOptimum(shape: known.shape, energy: energy, status: .undetermined, rank: known.rank)
        }
        let shapes = (sigma.map { [$0] } ?? grid.sigmas).map { GaussianShape(sigma: $0) }
        let factorizations = try shapes.map {
            try JetBasis(options, order: order, shape: $0, height: height, width: width).factorization
        }
        let best =
            factorizations.indices.min {
                factorizations[$0].conditionNumber < factorizations[$1].conditionNumber
            } ?? 0
        if sigma == nil { bestConditioned.withLock { $0[order] = (shapes[best], factorizations[best].rank) } }
        return ShapeOptimum(
            shape: shapes[best], energy: energy, status: .undetermined, rank: factorizations[best].rank)
    }
}

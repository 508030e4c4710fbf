import Foundation
import GaussianKernels
import LeastSquares

/// Searches the σ that explains most energy of kernels of one size, for the jets of all orders up to `order` at once.
///
/// A grid in log σ, 16 points to a factor of e, serves all kernels and all orders; every local maximum on it that could be the
/// global one is then refined by Brent's method. Evaluations use `NestedBasis`, except where singular values would be truncated,
/// which the grid is checked for: there the truncated basis itself is used, so that the search maximises what the fit will report.
final class ScaleSearch: OptimumSearch {
    private let order: Int
    private let options: FitOptions
    private let height: Int
    private let width: Int
    private let isGiven: Bool
    private let logSigmas: [Double]
    private let bases: [NestedBasis]
    private var ranks: [RankKey: RankCheck] = [:]
    private var bestConditioned: [Int: Int] = [:]

    /// How finely σ is told apart, relatively; the energy at the optimum is then within about the square of it.
    private static let tolerance = 1e-6
    private static let pointsPerE = 16.0
    /// Local maxima on the grid that are refined, best first.
    private static let refinedMaxima = 3
    /// A condition number below which no singular value comes near the truncation at 1e-10.
    private static let safeCondition = 1e8

    private struct RankKey: Hashable {
        let order: Int
        let index: Int
    }

    private struct RankCheck {
        let rank: Int
        let isNested: Bool
        let conditionNumber: Double
    }

    init(options: FitOptions, height: Int, width: Int) {
        order = options.order
        self.options = options
        self.height = height
        self.width = width
        let (low, high) = options.logSigmaRange
        if case .fixed = options.scale { isGiven = true } else { isGiven = false }
        let intervals = isGiven ? 0 : max(1, Int(((high - low) * Self.pointsPerE).rounded(.up)))
        logSigmas = (0...intervals).map { low + (high - low) * Double($0) / Double(max(intervals, 1)) }
        bases = logSigmas.map {
            NestedBasis(
                options, order: options.order, shape: GaussianShape(sigma: exp($0)), height: height, width: width,
                bounded: true)
        }
    }

    /// - Complexity: O(grid · taps · order) for each kernel, and some ten evaluations more for each order.
    func optima(of kernels: UnsafeBufferPointer<Double>, orders: ClosedRange<Int>) throws -> [ShapeOptimum] {
        var profiles = [[Double]](repeating: [], count: order + 1)
        for basis in bases {
            var energies = [Double](repeating: 0, count: order + 1)
            basis.addEnergies(of: kernels, to: &energies)
            for n in orders { profiles[n].append(energies[n]) }
        }
        let total = kernels.reduce(0) { $0 + $1 * $1 }
        return try orders.map { n in
            var profile = profiles[n]
            for index in profile.indices where try !check(order: n, index: index).isNested {
                profile[index] = try factorizedEnergy(order: n, logSigma: logSigmas[index], of: kernels)
            }
            return try optimum(order: n, profile: profile, total: total, of: kernels)
        }
    }

    private func optimum(
        order n: Int, profile: [Double], total: Double, of kernels: UnsafeBufferPointer<Double>
    ) throws -> ShapeOptimum {
        if isGiven {
            return ShapeOptimum(
                shape: GaussianShape(sigma: exp(logSigmas[0])), energy: profile[0], status: .given,
                rank: try check(order: n, index: 0).rank)
        }
        let largest = profile.max() ?? 0
        if largest - (profile.min() ?? 0) <= 1e-12 * total {
            let index = try bestConditioned(order: n)
            return ShapeOptimum(
                shape: GaussianShape(sigma: exp(logSigmas[index])), energy: largest, status: .undetermined,
                rank: try check(order: n, index: index).rank)
        }
        let peaks = profile.indices.filter { index in
            (index == 0 || profile[index] >= profile[index - 1])
                && (index == profile.count - 1 || profile[index] >= profile[index + 1])
        }
        var best = (place: 0.0, value: -Double.infinity)
        for peak in peaks.sorted(by: { profile[$0] > profile[$1] }).prefix(Self.refinedMaxima) {
            let refined = try refine(order: n, peak: peak, value: profile[peak], of: kernels)
            if refined.value > best.value { best = refined }
        }
        let edge = 10 * Self.tolerance
        let atEdge = best.place - logSigmas[0] < edge || logSigmas[logSigmas.count - 1] - best.place < edge
        let distances = logSigmas.map { abs($0 - best.place) }
        let nearest = distances.indices.min { distances[$0] < distances[$1] } ?? 0
        return ShapeOptimum(
            shape: GaussianShape(sigma: exp(best.place)), energy: best.value, status: atEdge ? .atEdge : .found,
            rank: try check(order: n, index: nearest).rank)
    }

    private func refine(
        order n: Int, peak: Int, value: Double, of kernels: UnsafeBufferPointer<Double>
    ) throws -> (place: Double, value: Double) {
        let (first, last) = (max(0, peak - 1), min(logSigmas.count - 1, peak + 1))
        let isNested = try (first...last).allSatisfy { try check(order: n, index: $0).isNested }
        return try BrentMaximum.find(
            in: logSigmas[first]...logSigmas[last], from: (logSigmas[peak], value), tolerance: Self.tolerance
        ) { logSigma in
            guard isNested else { return try factorizedEnergy(order: n, logSigma: logSigma, of: kernels) }
            let basis = NestedBasis(
                options, order: n, shape: GaussianShape(sigma: exp(logSigma)), height: height, width: width)
            var energies = [Double](repeating: 0, count: n + 1)
            basis.addEnergies(of: kernels, to: &energies)
            return energies[n]
        }
    }

    private func factorizedEnergy(order n: Int, logSigma: Double, of kernels: UnsafeBufferPointer<Double>) throws
        -> Double
    {
        let basis = try jetBasis(order: n, logSigma: logSigma)
        let taps = height * width
        var energy = 0.0
        for start in stride(from: 0, to: kernels.count, by: taps) {
            let kernel = Array(kernels[start..<(start + taps)])
            // With a ridge this is the energy less what is minimised: that is what the σ found makes largest.
            energy += basis.solve(kernel).fitted.reduce(0) { $0 + $1 * $1 }
        }
        return energy
    }

    /// Whether nested bases do for the basis at a grid point: it is a single jet without a ridge and keeps all the rank that its sampling
    /// leaves, with a margin so large that this also holds up to the neighbouring grid points.
    private func check(order n: Int, index: Int) throws -> RankCheck {
        let key = RankKey(order: n, index: index)
        if let known = ranks[key] { return known }
        let isPlain = options.scaleRatios == [1] && options.ridge == 0
        let jet = GaussianJet(order: n).structuralRank(width: width, height: height)
        // The constant is one dimension more, unless the jet fills the kernel.
        let structural = options.hasConstant ? min(jet + 1, width * height) : jet
        var result = RankCheck(rank: structural, isNested: true, conditionNumber: bases[index].conditionBound)
        if !isPlain || options.hasConstant || bases[index].conditionBound > Self.safeCondition {
            let factorization = try jetBasis(order: n, logSigma: logSigmas[index]).factorization
            result = RankCheck(
                rank: factorization.rank,
                isNested: isPlain && factorization.rank == structural
                    && factorization.conditionNumber < Self.safeCondition,
                conditionNumber: factorization.conditionNumber)
        }
        ranks[key] = result
        return result
    }

    private func bestConditioned(order n: Int) throws -> Int {
        if let known = bestConditioned[n] { return known }
        let conditions = try logSigmas.map { try jetBasis(order: n, logSigma: $0).factorization.conditionNumber }
        let best = conditions.indices.min { conditions[$0] < conditions[$1] } ?? 0
        bestConditioned[n] = best
        return best
    }

    private func jetBasis(order n: Int, logSigma: Double) throws(LeastSquaresError) -> JetBasis {
        try JetBasis(options, order: n, shape: GaussianShape(sigma: exp(logSigma)), height: height, width: width)
    }
}

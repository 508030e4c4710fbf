import Foundation
import GaussianKernels
import LeastSquares

/// What is known about the σ of a fit.
public enum ScaleStatus: String, Sendable, Hashable, Codable {
    /// It was given.
    case given
    /// It maximises the energy explained, inside the range searched.
    case found
    /// The energy explained was largest at an end of the range searched: the optimum may lie beyond.
    case atEdge
    /// Every σ explains the same, because the basis spans all taps or the kernel is zero; the best-conditioned one was taken.
    case undetermined
}

/// The σ that explains most of some kernels, and the energy it explains.
struct ScaleOptimum {
    var sigma: Double
    var energy: Double
    var status: ScaleStatus
}

/// Searches the σ that explains most energy of kernels of one size, for the jets of all orders up to `order` at once.
///
/// A grid in log σ, 16 points to a factor of e, serves all kernels and all orders; every local maximum on it that could be the
/// global one is then refined by Brent's method. Evaluations use `NestedBasis`, except where singular values would be truncated,
/// which the grid is checked for: there the truncated basis itself is used, so that the search maximises what the fit will report.
final class ScaleSearch {
    private let order: Int
    private let discretization: Discretization
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
        let isStructural: Bool
        let conditionNumber: Double
    }

    init(options: FitOptions, height: Int, width: Int) {
        order = options.order
        discretization = options.discretization
        self.height = height
        self.width = width
        switch options.scale {
        case .fixed(let sigma):
            logSigmas = [log(sigma)]
            isGiven = true
        case .shared, .perKernel:
            let (low, high) = (log(options.sigmaRange.lowerBound), log(options.sigmaRange.upperBound))
            let intervals = max(1, Int(((high - low) * Self.pointsPerE).rounded(.up)))
            logSigmas = (0...intervals).map { low + (high - low) * Double($0) / Double(intervals) }
            isGiven = false
        }
        bases = logSigmas.map {
            NestedBasis(
                order: options.order, sigma: exp($0), discretization: options.discretization, height: height,
                width: width,
                bounded: true)
        }
    }

    /// The optimum of each order 0…N for the pooled energy of `kernels`, stored one after the other.
    func optima(of kernels: UnsafeBufferPointer<Double>) throws -> [ScaleOptimum] {
        try optima(of: kernels, orders: 0...order)
    }

    /// The optimum at the highest order N for the pooled energy of `kernels`, stored one after the other.
    func optimum(of kernels: UnsafeBufferPointer<Double>) throws -> ScaleOptimum {
        try optima(of: kernels, orders: order...order)[0]
    }

    /// - Complexity: O(grid · taps · order) for each kernel, and some ten evaluations more for each order.
    private func optima(
        of kernels: UnsafeBufferPointer<Double>, orders: ClosedRange<Int>
    ) throws -> [ScaleOptimum] {
        var profiles = [[Double]](repeating: [], count: order + 1)
        for basis in bases {
            var energies = [Double](repeating: 0, count: order + 1)
            basis.addEnergies(of: kernels, to: &energies)
            for n in orders { profiles[n].append(energies[n]) }
        }
        let total = kernels.reduce(0) { $0 + $1 * $1 }
        return try orders.map { n in
            var profile = profiles[n]
            for index in profile.indices where try !check(order: n, index: index).isStructural {
                profile[index] = try truncatedEnergy(order: n, logSigma: logSigmas[index], of: kernels)
            }
            return try optimum(order: n, profile: profile, total: total, of: kernels)
        }
    }

    /// The rank of the basis of order `order` at the grid's σ nearest to `sigma`.
    func rank(order n: Int, near sigma: Double) throws -> Int {
        let distances = logSigmas.map { abs($0 - log(sigma)) }
        let nearest = distances.indices.min { distances[$0] < distances[$1] } ?? 0
        return try check(order: n, index: nearest).rank
    }

    private func optimum(
        order n: Int, profile: [Double], total: Double, of kernels: UnsafeBufferPointer<Double>
    ) throws -> ScaleOptimum {
        if isGiven { return ScaleOptimum(sigma: exp(logSigmas[0]), energy: profile[0], status: .given) }
        let largest = profile.max() ?? 0
        if largest - (profile.min() ?? 0) <= 1e-12 * total {
            let sigma = try exp(logSigmas[bestConditioned(order: n)])
            return ScaleOptimum(sigma: sigma, energy: largest, status: .undetermined)
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
        return ScaleOptimum(sigma: exp(best.place), energy: best.value, status: atEdge ? .atEdge : .found)
    }

    private func refine(
        order n: Int, peak: Int, value: Double, of kernels: UnsafeBufferPointer<Double>
    ) throws -> (place: Double, value: Double) {
        let (first, last) = (max(0, peak - 1), min(logSigmas.count - 1, peak + 1))
        let isStructural = try (first...last).allSatisfy { try check(order: n, index: $0).isStructural }
        return try BrentMaximum.find(
            in: logSigmas[first]...logSigmas[last], from: (logSigmas[peak], value), tolerance: Self.tolerance
        ) { logSigma in
            guard isStructural else { return try truncatedEnergy(order: n, logSigma: logSigma, of: kernels) }
            let basis = NestedBasis(
                order: n, sigma: exp(logSigma), discretization: discretization, height: height, width: width,
                bounded: false)
            var energies = [Double](repeating: 0, count: n + 1)
            basis.addEnergies(of: kernels, to: &energies)
            return energies[n]
        }
    }

    private func truncatedEnergy(order n: Int, logSigma: Double, of kernels: UnsafeBufferPointer<Double>) throws
        -> Double
    {
        let basis = try jetBasis(order: n, logSigma: logSigma).factorization.basis
        let taps = height * width
        var energy = 0.0
        for start in stride(from: 0, to: kernels.count, by: taps) {
            for direction in 0..<basis.columns {
                var product = 0.0
                for tap in 0..<taps { product += basis[tap, direction] * kernels[start + tap] }
                energy += product * product
            }
        }
        return energy
    }

    /// Whether the basis at a grid point keeps all the rank that its sampling leaves, with a margin so large that this also holds
    /// up to the neighbouring grid points.
    private func check(order n: Int, index: Int) throws -> RankCheck {
        let key = RankKey(order: n, index: index)
        if let known = ranks[key] { return known }
        let structural = GaussianJet(order: n).structuralRank(width: width, height: height)
        var result = RankCheck(rank: structural, isStructural: true, conditionNumber: bases[index].conditionBound)
        if bases[index].conditionBound > Self.safeCondition {
            let factorization = try jetBasis(order: n, logSigma: logSigmas[index]).factorization
            result = RankCheck(
                rank: factorization.rank,
                isStructural: factorization.rank == structural && factorization.conditionNumber < Self.safeCondition,
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
        try JetBasis(
            jet: GaussianJet(order: n), sigma: exp(logSigma), discretization: discretization, height: height,
            width: width)
    }
}

import GaussianKernels
import LeastSquares

/// What the jet of one order explains of a layer, beside what chance explains.
public struct OrderSummary: Sendable, Hashable {
    /// The order of the jet.
    public let order: Int
    /// The number of its functions.
    public let functions: Int
    /// The number of independent ones on the layer's taps, at `sigma`.
    public let rank: Int
    /// The σ that explains most at this order: shared by the layer, or the median over kernels; in samples.
    public let sigma: Double
    /// The part of the layer's energy that is explained, pooled.
    public let explainedEnergy: Double
    /// What the jet explains of white noise at a σ that is not searched for: rank/taps.
    public let chanceEnergy: Double
    /// What it explains of white-noise layers of the same shape with σ found the same way.
    public let noise: NoiseEnergy

    /// Summaries for the orders 0 to `options.order`, σ searched anew for each.
    ///
    /// - Parameter noise: What noise layers like this one explain at each order, as `NoiseEnergy.ofEveryOrder` returns it.
    /// - Throws: `LeastSquaresError`; `notFinite` where a tap is NaN or infinite.
    /// - Complexity: that of one search for σ; no kernel is factorised.
    public static func sweep(_ layer: KernelLayer, options: FitOptions, noise: [NoiseEnergy]) throws -> [OrderSummary] {
        precondition(noise.count == options.order + 1, "every order has its noise")
        guard layer.taps.allSatisfy(\.isFinite) else { throw LeastSquaresError.notFinite }
        let search = ScaleSearch(options: options, height: layer.height, width: layer.width)
        let optima: [[ScaleOptimum]]
        if options.scale == .perKernel {
            optima = try (0..<layer.count).map { index in
                try layer.kernel(index).withUnsafeBufferPointer { try search.optima(of: $0) }
            }
        } else {
            optima = [try layer.pooledKernels().withUnsafeBufferPointer { try search.optima(of: $0) }]
        }
        let total = layer.energy
        return try (0...options.order).map { order in
            let atOrder = optima.map { $0[order] }
            let ranks = try atOrder.map { try search.rank(order: order, near: $0.sigma) }
            let explained = atOrder.reduce(0) { $0 + $1.energy }
            return OrderSummary(
                order: order, functions: GaussianJet(order: order).count, rank: ranks.min() ?? 0,
                sigma: atOrder.map(\.sigma).median, explainedEnergy: total > 0 ? min(1, explained / total) : 0,
                chanceEnergy: Double(ranks.reduce(0, +)) / Double(ranks.count * layer.tapCount), noise: noise[order])
        }
    }
}

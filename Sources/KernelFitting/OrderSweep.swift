import GaussianKernels
import LeastSquares

/// What the jet of one order explains of a layer, beside what chance explains.
public struct OrderSummary: Sendable, Hashable {
    /// The order of the jet.
    public let order: Int
    /// The number of functions in the basis, a constant included.
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
    /// - Parameters:
    ///   - layer: The kernels.
    ///   - options: How they are fitted, and the highest order.
    ///   - noise: What noise layers like this one explain at each order, as `NoiseEnergy.ofEveryOrder` returns it.
    /// - Throws: `LeastSquaresError`; `notFinite` where a tap is NaN or infinite.
    /// - Complexity: that of one search for σ; no kernel is factorised.
    public static func sweep(_ layer: KernelLayer, options: FitOptions, noise: [NoiseEnergy]) throws -> [OrderSummary] {
        precondition(noise.count == options.order + 1, "every order has its noise")
        guard layer.taps.allSatisfy(\.isFinite) else { throw LeastSquaresError.notFinite }
        let total = layer.energy
        let optima = options.ridge > 0 ? [] : try layer.optima(options, orders: 0...options.order)
        return try (0...options.order).map { order in
            let functions = GaussianJet(order: order).count * options.scaleRatios.count + (options.hasConstant ? 1 : 0)
            guard options.ridge == 0 else {
                // The ridge's fit is no projection, so what it explains is not what the search maximises.
                var atOrder = options
                atOrder.order = order
                let fit = try LayerFit(layer, options: atOrder)
                return OrderSummary(
                    order: order, functions: functions, rank: fit.rank, sigma: fit.sigma,
                    explainedEnergy: fit.explainedEnergy, chanceEnergy: fit.chanceEnergy, noise: noise[order])
            }
            let atOrder = optima[order]
            let explained = atOrder.reduce(0) { $0 + $1.energy }
            let ranks = atOrder.reduce(0) { $0 + $1.rank }
            return OrderSummary(
                order: order, functions: functions, rank: atOrder.map(\.rank).min() ?? 0,
                sigma: atOrder.map(\.shape.sigma).median, explainedEnergy: total > 0 ? min(1, explained / total) : 0,
                chanceEnergy: Double(ranks) / Double(atOrder.count * layer.tapCount), noise: noise[order])
        }
    }
}

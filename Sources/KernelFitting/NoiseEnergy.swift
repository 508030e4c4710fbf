import GaussianKernels
import LeastSquares
import Randomness

/// The energy that a fit explains of layers of white noise: what chance and the search for σ explain by themselves.
public struct NoiseEnergy: Sendable, Hashable {
    /// The mean over the draws of the pooled explained energy.
    public let mean: Double
    /// The standard error of the mean, from the spread of the draws.
    public let standardError: Double
    /// The number of noise layers drawn.
    public let draws: Int

    /// The explained energies of the jets of every order 0…N for white-noise layers of `layer`'s shape and number of kernels, with
    /// σ found as in `options`.
    ///
    /// For a shared or given σ a layer enters through Σ k kᵀ alone, which for n noise kernels has Wishart's distribution: its triangular
    /// factor is drawn directly (Bartlett 1933, doi:10.1017/S0370164600015637), so that large layers cost no more than small ones.
    /// - Parameters:
    ///   - layer: The layer whose shape and number of kernels the noise has.
    ///   - options: How the noise is fitted, and the highest order N.
    ///   - seed: The seed; the same seed gives the same noise for layers of one shape.
    /// - Throws: `LeastSquaresError` where a factorisation fails.
    /// - Complexity: that of a search for σ in `drawCount(forKernels:options:)` layers.
    public static func ofEveryOrder(
        like layer: KernelLayer, options: FitOptions, seed: UInt64 = 1
    ) throws -> [NoiseEnergy] {
        let search = ShapeSearch(options: options, height: layer.height, width: layer.width)
        let draws = drawCount(forKernels: layer.count, options: options)
        var energies = [[Double]](repeating: [], count: options.order + 1)
        for draw in 0..<draws {
            var generator = SeededGenerator(seed: seed, index: draw)
            let explained: [Double]
            if !options.hasOwnShapes, options.scale != .perKernel, options.ridge == 0 {
                explained = try explainedOfLayer(layer, search, options, &generator)
            } else {
                explained = try explainedOfKernels(layer, search, options, &generator)
            }
            for order in 0...options.order { energies[order].append(explained[order]) }
        }
        return energies.map { NoiseEnergy(of: $0) }
    }

    /// The number of noise layers drawn for a layer of `count` kernels: 4,096 kernels together, but from 4 to 100 layers; where each
    /// kernel's centre or elongation is searched, an eighth as many kernels in 4 to 16 layers.
    public static func drawCount(forKernels count: Int, options: FitOptions) -> Int {
        options.hasOwnShapes ? min(16, max(4, (512 + count - 1) / count)) : min(100, max(4, (4096 + count - 1) / count))
    }

    private init(of energies: [Double]) {
        let mean = energies.reduce(0, +) / Double(energies.count)
        let squares = energies.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        self.mean = mean
        standardError = (squares / Double((energies.count - 1) * energies.count)).squareRoot()
        draws = energies.count
    }

    private static func explainedOfLayer(
        _ layer: KernelLayer, _ search: ShapeSearch, _ options: FitOptions, _ generator: inout SeededGenerator
    ) throws -> [Double] {
        let kernels = pooledNoise(count: layer.count, taps: layer.tapCount, &generator)
        let total = kernels.reduce(0) { $0 + $1 * $1 }
        return try search.optimum(ofAll: kernels, orders: 0...options.order).map { $0.energy / total }
    }

    private static func explainedOfKernels(
        _ layer: KernelLayer, _ search: ShapeSearch, _ options: FitOptions, _ generator: inout SeededGenerator
    ) throws -> [Double] {
        let taps = (0..<(layer.count * layer.tapCount)).map { _ in generator.normal() }
        let noise = KernelLayer(
            name: "noise", outputs: layer.count, inputs: 1, height: layer.height, width: layer.width, taps: taps)
        guard options.ridge == 0 else {
            return try (0...options.order).map { order in
                var atOrder = options
                atOrder.order = order
                return try LayerFit(noise, options: atOrder).explainedEnergy
            }
        }
        let total = noise.energy
        return try noise.optima(options, orders: 0...options.order, with: search).map { atOrder in
            atOrder.reduce(0) { $0 + $1.energy } / total
        }
    }

    /// Rows with the joint distribution of Σ k kᵀ over `count` kernels of independent standard normal taps.
    static func pooledNoise(count: Int, taps: Int, _ generator: inout SeededGenerator) -> [Double] {
        guard count > taps else { return (0..<(count * taps)).map { _ in generator.normal() } }
        var factor = [Double](repeating: 0, count: taps * taps)
        for row in 0..<taps {
            factor[row * taps + row] = generator.chiSquared(degreesOfFreedom: count - row).squareRoot()
            for column in (row + 1)..<max(taps, row + 1) { factor[row * taps + column] = generator.normal() }
        }
        return factor
    }
}

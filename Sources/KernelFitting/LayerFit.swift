import GaussianKernels
import LeastSquares

/// The projection of all kernels of a layer onto a Gaussian jet.
public struct LayerFit: Sendable {
    /// The layer that was fitted.
    public let layer: KernelLayer
    /// What it was fitted with.
    public let options: FitOptions
    /// The fits, one for each kernel of the layer.
    public let kernels: [KernelFit]

    /// Fits a layer.
    ///
    /// One factorisation serves all kernels that share a σ. The search for a shared σ works on the triangular factor of the layer's
    /// kernels, of at most as many rows as taps, so that its cost does not depend on the number of kernels.
    /// - Throws: `LeastSquaresError`; `notFinite` where a tap is NaN or infinite.
    /// - Complexity: O(kernels · taps · rank), and for σ per kernel a search and a factorisation for each kernel.
    public init(_ layer: KernelLayer, options: FitOptions) throws {
        guard layer.taps.allSatisfy(\.isFinite) else { throw LeastSquaresError.notFinite }
        self.layer = layer
        self.options = options
        let optima = try layer.optima(options, orders: options.order...options.order)[0]
        @Sendable func basis(_ shape: GaussianShape) throws -> JetBasis {
            try JetBasis(options, order: options.order, shape: shape, height: layer.height, width: layer.width)
        }
        if optima.count == 1, !options.hasOwnShapes, options.scale != .perKernel {
            let basis = try basis(optima[0].shape)
            let unitErrors = basis.unitErrors
            kernels = try (0..<layer.count).map {
                try KernelFit(
                    taps: layer.kernel($0), basis: basis, unitErrors: unitErrors, status: optima[0].status, model: nil)
            }
        } else {
            let model = ShapeModel(
                options: options, order: options.order, height: layer.height, width: layer.width,
                free: options.freeParameters(withSigma: options.scale == .perKernel))
            kernels = try concurrently(layer.count) { index in
                let basis = try basis(optima[index].shape)
                return try KernelFit(
                    taps: layer.kernel(index), basis: basis, unitErrors: basis.unitErrors,
                    status: optima[index].status, model: model)
            }
        }
    }

    /// The jet's functions, in the order of the coefficients of each scale.
    public var terms: [JetTerm] { GaussianJet(order: options.order).terms }

    /// The names of the functions that have coefficients, in their order, such as `∂x²`; with jets of several scales followed by the ratio of
    /// their σ.
    public var functionNames: [String] {
        options.scaleRatios.flatMap { ratio in
            terms.map { options.scaleRatios.count == 1 ? $0.name : "\($0.name) at \(ratio)σ" }
        }
    }

    /// The part of the layer's energy that is explained, pooled: 1 − Σ‖k − fit‖² / Σ‖k‖²; 0 for a layer of zeros.
    public var explainedEnergy: Double {
        let energy = layer.energy
        return energy > 0 ? 1 - residualEnergy / energy : 0
    }

    /// The energy Σ‖k − fit‖² that is left.
    public var residualEnergy: Double { kernels.reduce(0) { $0 + $1.residualEnergy } }

    /// The σ shared by the kernels, or the median of theirs, in samples.
    public var sigma: Double { kernels.map(\.sigma).median }

    /// The number of independent functions; where kernels have bases of their own, the smallest.
    public var rank: Int { kernels.map(\.rank).min() ?? 0 }

    /// The energy that the basis explains of white noise on average if nothing is searched for: rank/taps, and less with a ridge, averaged
    /// over the kernels.
    public var chanceEnergy: Double {
        kernels.reduce(0) { $0 + $1.chanceEnergy } / Double(layer.count)
    }

    /// The condition number of the column-scaled basis over the singular values kept; where kernels have bases of their own, the
    /// largest.
    public var conditionNumber: Double { kernels.map(\.conditionNumber).max() ?? 1 }

    /// The indices of kernels that are zero everywhere.
    public var zeroKernels: [Int] { kernels.indices.filter { kernels[$0].energy == 0 } }

    /// The median over the kernels of coefficient `index`, and of its standard error.
    public func medianCoefficient(_ index: Int) -> (value: Double, standardError: Double) {
        (kernels.map { $0.coefficients[index] }.median, kernels.map { $0.standardErrors[index] }.median)
    }

    /// The median over the kernels of the absolute value of coefficient `index`.
    public func medianMagnitude(_ index: Int) -> Double { kernels.map { abs($0.coefficients[index]) }.median }
}

extension KernelLayer {
    /// For each of some orders the optimum of every kernel, or a single one where all kernels share it, with a search that was made for
    /// kernels of this size.
    func optima(
        _ options: FitOptions, orders: ClosedRange<Int>, with search: ShapeSearch
    ) throws -> [[ShapeOptimum]] {
        if options.scale == .perKernel { return try search.optima(ofEach: taps, orders: orders) }
        if options.hasOwnShapes { return try orders.map { try search.optimaWithSharedSigma(of: taps, order: $0) } }
        return try search.optimum(ofAll: try pooledKernels(), orders: orders).map { [$0] }
    }

    /// The same with a search made for it.
    func optima(_ options: FitOptions, orders: ClosedRange<Int>) throws -> [[ShapeOptimum]] {
        try optima(options, orders: orders, with: ShapeSearch(options: options, height: height, width: width))
    }

    /// At most as many kernels as taps, stored one after the other, with the same Σ k kᵀ as the layer's and so the same pooled energy
    /// in every subspace.
    func pooledKernels() throws(LeastSquaresError) -> [Double] {
        guard count > tapCount else { return taps }
        var asRows = Matrix(rows: count, columns: tapCount, values: Array(repeating: 0, count: taps.count))
        for index in 0..<count {
            for tap in 0..<tapCount { asRows[index, tap] = taps[index * tapCount + tap] }
        }
        let factor = try asRows.triangularFactor()
        return (0..<factor.rows).flatMap { row in (0..<tapCount).map { factor[row, $0] } }
    }
}

extension [Double] {
    /// The median: the mean of the two middle values where their number is even. There is at least one value.
    package var median: Double {
        let ordered = sorted()
        return (ordered[(count - 1) / 2] + ordered[count / 2]) / 2
    }
}

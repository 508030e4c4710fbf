import GaussianKernels
import KernelFitting
import Randomness

/// A space of kernels: the span of some of them, by an orthonormal basis.
struct KernelSpan: Sendable {
    private let basis: [[Double]]

    /// The number of independent kernels.
    var dimension: Int { basis.count }

    /// The span of `columns`, those that depend on the ones before left out; by Gram and Schmidt, twice.
    init(_ columns: [[Double]]) {
        var basis: [[Double]] = []
        for original in columns {
            let length = Self.dot(original, original).squareRoot()
            guard length > 0 else { continue }
            var column = original.map { $0 / length }
            for _ in 0..<2 {
                for unit in basis {
                    let share = Self.dot(column, unit)
                    for index in column.indices { column[index] -= share * unit[index] }
                }
            }
            let rest = Self.dot(column, column).squareRoot()
            if rest > 1e-7 { basis.append(column.map { $0 / rest }) }
        }
        self.basis = basis
    }

    /// The jet of the given order with the σ that explains most of `layer`.
    init(jetOf layer: KernelLayer, order: Int) throws {
        let options = FitOptions(order: order, sigmaRange: 0.4...3)
        let fit = try LayerFit(layer, options: options)
        let design = try JetBasis(
            options, order: order, shape: fit.kernels[0].shape, height: layer.height, width: layer.width
        ).design
        self.init((0..<design.columns).map { column in (0..<design.rows).map { design[$0, column] } })
    }

    /// A random space of kernels of `taps` taps.
    init(random: inout SeededGenerator, dimension: Int, taps: Int) {
        self.init((0..<dimension).map { _ in (0..<taps).map { _ in random.normal() } })
    }

    /// The projection of all kernels of a layer, taps ordered `[output, input, row, column]`.
    func projected(_ taps: [Double], tapCount: Int) -> [Double] {
        var result = [Double](repeating: 0, count: taps.count)
        for start in stride(from: 0, to: taps.count, by: tapCount) {
            for unit in basis {
                var share = 0.0
                for tap in 0..<tapCount { share += taps[start + tap] * unit[tap] }
                for tap in 0..<tapCount { result[start + tap] += share * unit[tap] }
            }
        }
        return result
    }

    private static func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
}

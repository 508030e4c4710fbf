import GaussianKernels

/// `ShapeModel` for round jets of one scale without a ridge, by nested bases: O(taps · N) instead of a factorisation.
///
/// With the functions of each axis orthonormalised in ascending order, φᵢ = Σ U_mi q_m with U upper triangular, and C = Q_y K Qₓᵀ, the jet is
/// the part m + n ≤ N of the products q_m(x) q_n(y), and the energy the sum of squares of that part of C.
///
/// The derivatives of the columns, dB a, lie in the jet of order N + 2, so that of residual and derivatives only the parts with m + n of N + 1
/// and N + 2 meet, which as U is triangular come from the coefficients of order N − 1 and N alone: a few numbers for each parameter.
/// Where an axis has fewer taps than functions, the later functions are combinations of the earlier and have no coefficients.
///
/// Not safe to use from several threads at once: it computes in memory of its own.
final class NestedShapeModel {
    private let order: Int
    private let tapCount: Int
    private let hasConstant: Bool
    private let rank: Int
    private let free: [GaussianShape.Parameter]
    private let x: NestedAxis
    private let y: NestedAxis
    /// Products of the functions along y with the columns of a kernel.
    private let rows: Scratch
    /// C, and C for a constant of one, row n and column m.
    private let c: Scratch
    private let one: Scratch
    /// The coefficients a_ij of order N − 1, then N, by j.
    private let coefficients: Scratch
    /// dB a for each parameter, in the products with m + n = N + 1, then N + 2, by n.
    private let slopes: Scratch

    /// The number of derivatives along a diagonal of the jet of order N + 2.
    private let diagonal: Int

    /// A condition number beyond this might mean singular values that the fit will truncate, which is at 10¹⁰.
    private static let largestCondition = 1e8

    /// The model, or nil where the fit is of another kind.
    init?(_ model: ShapeModel) {
        let options = model.options
        guard options.sigmaModel == .isotropic, options.scaleRatios == [1], options.ridge == 0,
            options.discretization != .discrete || options.center == .fixed
        else { return nil }
        order = model.order
        tapCount = model.height * model.width
        hasConstant = options.hasConstant
        rank = GaussianJet(order: order).structuralRank(width: model.width, height: model.height)
        free = model.free
        x = NestedAxis(options, order: order, length: model.width)
        y = NestedAxis(options, order: order, length: model.height)
        diagonal = order + 3
        rows = Scratch(y.count * x.length)
        c = Scratch(y.count * x.count)
        one = Scratch(y.count * x.count)
        coefficients = Scratch(2 * diagonal)
        slopes = Scratch(2 * diagonal * model.free.count)
    }

    /// The evaluation for the pooled energy of kernels, stored one after the other, or nil where the functions are so nearly dependent that
    /// singular values might be truncated.
    ///
    /// - Complexity: O(taps · N) a kernel, and O((height + width) · N²) once.
    func evaluate(_ kernels: UnsafeBufferPointer<Double>, _ shape: GaussianShape) -> ShapeEvaluation? {
        guard stands(at: shape) else { return nil }
        let left = hasConstant ? constantBeside() : 0
        var result = ShapeEvaluation(rank: left > 0 ? rank + 1 : rank)
        for start in stride(from: 0, to: kernels.count, by: tapCount) {
            add(UnsafeBufferPointer(rebasing: kernels[start..<(start + tapCount)]), shape.sigma, left, to: &result)
        }
        return result
    }

    /// Whether nested bases stand for those of the fit at a shape, as no singular value comes near being truncated.
    ///
    /// - Complexity: O((height + width) · N²).
    func stands(at shape: GaussianShape) -> Bool {
        x.fill(shape.sigma, shape.center.x) && y.fill(shape.sigma, shape.center.y) && isWellConditioned
    }

    /// Whether every column i + j ≤ N of the jet keeps enough of its length beside the earlier ones.
    private var isWellConditioned: Bool {
        var smallest = 1.0
        for j in 0...y.highest {
            for i in 0...max(0, min(x.highest, order - j)) {
                smallest = min(smallest, x.independence[i] * y.independence[j])
            }
        }
        return smallest * Self.largestCondition > 1
    }

    /// Fills `one` and returns the square of what is left of a constant of one beside the jet, or 0 where the jet spans it.
    private func constantBeside() -> Double {
        var left = Double(tapCount)
        for n in 0..<y.count {
            for m in 0..<x.count {
                let product = x.sums[m] * y.sums[n]
                one[n * x.count + m] = product
                if m + n <= order { left -= product * product }
            }
        }
        return left > 1e-9 * Double(tapCount) ? left : 0
    }

    private func add(
        _ kernel: UnsafeBufferPointer<Double>, _ sigma: Double, _ left: Double, to result: inout ShapeEvaluation
    ) {
        multiply(kernel)
        if left > 0 {
            var rest = 0.0
            for value in kernel { rest += value }
            forEachProduct(through: order) { rest -= c[$0] * one[$0] }
            let constant = rest / left
            result.energy += constant * rest
            forEachProduct(through: order) { result.energy += c[$0] * c[$0] }
            forEachProduct(through: order + 2) { c[$0] -= constant * one[$0] }
        } else {
            forEachProduct(through: order) { result.energy += c[$0] * c[$0] }
        }
        solve()
        for p in free.indices { slope(p, sigma) }
        for p in free.indices {
            result.gradient[free[p].rawValue] += 2 * dot(c, p)
            let ofOne = left > 0 ? dot(one, p) / left : 0
            for q in 0...p {
                let shared = left > 0 ? ofOne * dot(one, q) : 0
                let value = 2 * (dot(p, q) - shared)
                result.curvature[free[p].rawValue, free[q].rawValue] += value
                if p != q { result.curvature[free[q].rawValue, free[p].rawValue] += value }
            }
        }
    }

    @inline(__always)
    private func forEachProduct(through order: Int, _ body: (Int) -> Void) {
        for n in 0..<min(y.count, order + 1) {
            for m in 0..<min(x.count, order - n + 1) { body(n * x.count + m) }
        }
    }

    /// C = Q_y K Qₓᵀ, the part m + n ≤ N + 2.
    private func multiply(_ kernel: UnsafeBufferPointer<Double>) {
        let width = x.length
        for n in 0..<y.count {
            let row = rows.start + n * width
            for column in 0..<width { row[column] = 0 }
            for r in 0..<y.length {
                let factor = y.orthonormal[n * y.length + r]
                for column in 0..<width { row[column] += factor * kernel[r * width + column] }
            }
            for m in 0..<min(x.count, order + 3 - n) {
                let function = x.orthonormal.start + m * width
                var product = 0.0
                for column in 0..<width { product += function[column] * row[column] }
                c[n * x.count + m] = product
            }
        }
    }

    /// The coefficients Uₓ⁻¹ C U_y⁻ᵀ of order N and N − 1.
    private func solve() {
        for j in 0..<(2 * diagonal) { coefficients[j] = 0 }
        for j in 0...y.highest where order - j >= 0 && order - j <= x.highest {
            let i = order - j
            coefficients[diagonal + j] = c[j * x.count + i] / (x.upper(i, i) * y.upper(j, j))
        }
        for j in 0...y.highest where order - 1 - j >= 0 && order - 1 - j <= x.highest {
            let i = order - 1 - j
            var value = c[j * x.count + i]
            value -= x.upper(i, i + 1) * y.upper(j, j) * coefficients[diagonal + j]
            value -= x.upper(i, i) * y.upper(j, j + 1) * coefficients[diagonal + j + 1]
            coefficients[j] = value / (x.upper(i, i) * y.upper(j, j))
        }
    }

    /// dB a of parameter `p` in the products with m + n of N + 1 and N + 2.
    ///
    /// In the functions φ_ij it has the coefficients S_ij: ∂/∂log σ takes φ_ij to φ_{i+2,j} + φ_{i,j+2} and what is in the span, ∂/∂c_x to
    /// φ_{i+1,j}/σ.
    private func slope(_ p: Int, _ sigma: Double) {
        let parameter = free[p]
        /// S with i + j = N + 1 for `beyond` 1 and N + 2 for 2.
        func s(_ beyond: Int, _ j: Int) -> Double {
            let a = coefficients.start + (beyond - 1) * diagonal
            switch parameter {
            case .logSigma: return (order + beyond - j >= 2 ? a[j] : 0) + (j >= 2 ? a[j - 2] : 0)
            case .centerX: return beyond == 1 && j <= order ? coefficients[diagonal + j] / sigma : 0
            case .centerY: return beyond == 1 && j >= 1 ? coefficients[diagonal + j - 1] / sigma : 0
            case .stretchP, .stretchQ: preconditionFailure("round jets do not stretch")
            }
        }
        let target = slopes.start + 2 * p * diagonal
        for n in 0..<min(y.count, order + 3) {
            let m = order + 1 - n
            if m >= 0, m < x.count {
                var value = x.upper(m, m) * y.upper(n, n) * s(1, n)
                if parameter == .logSigma {
                    value += x.upper(m, m + 1) * y.upper(n, n) * s(2, n) + x.upper(m, m) * y.upper(n, n + 1) * s(2, n + 1)
                }
                target[n] = value
            }
            if m + 1 < x.count {
                target[diagonal + n] = x.upper(m + 1, m + 1) * y.upper(n, n) * s(2, n)
            }
        }
    }

    /// The product of a slope with the part of C, or of `one`, where slopes are.
    private func dot(_ c: Scratch, _ p: Int) -> Double {
        let slope = slopes.start + 2 * p * diagonal
        var sum = 0.0
        for n in 0..<min(y.count, order + 3) {
            let m = order + 1 - n
            if m >= 0, m < x.count { sum += c[n * x.count + m] * slope[n] }
            if m + 1 < x.count { sum += c[n * x.count + m + 1] * slope[diagonal + n] }
        }
        return sum
    }

    /// The product of two slopes.
    private func dot(_ p: Int, _ q: Int) -> Double {
        let (a, b) = (slopes.start + 2 * p * diagonal, slopes.start + 2 * q * diagonal)
        var sum = 0.0
        for n in 0..<min(y.count, order + 3) {
            let m = order + 1 - n
            if m >= 0, m < x.count { sum += a[n] * b[n] }
            if m + 1 < x.count { sum += a[diagonal + n] * b[diagonal + n] }
        }
        return sum
    }
}

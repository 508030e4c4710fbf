import GaussianKernels

/// `ShapeModel` for round jets of one scale without a ridge, by nested bases: O(taps · N) instead of a factorisation.
///
/// With the functions of each axis orthonormalised in ascending order, φᵢ = Σ U_mi q_m with U upper triangular, and C = Q_y K Qₓᵀ, the jet is
/// the part m + n ≤ N of the products q_m(x) q_n(y), and the energy the sum of squares of that part of C. The coefficients are Uₓ⁻¹ C U_y⁻ᵀ of
/// that part; the derivatives of the columns are in the jet of order N + 2, and matter where the jet is not.
///
/// Where an axis has fewer taps than functions, the later functions are combinations of the earlier and have no coefficients. Nor have columns
/// that are so nearly combinations of earlier ones that the fit will truncate them: the jet is then what is left.
///
/// Not safe to use from several threads at once: it computes in memory of its own.
final class NestedShapeModel {
    private let order: Int
    private let tapCount: Int
    private let hasConstant: Bool
    private let free: [GaussianShape.Parameter]
    private let x: NestedAxis
    private let y: NestedAxis
    /// For each n the number of m whose products are in the jet, not rising with n.
    private var kept: [Int]
    /// Products of the functions along y with the columns of a kernel.
    private let rows: Scratch
    /// C, and C for a constant of one, row n and column m.
    private let c: Scratch
    private let one: Scratch
    /// The coefficients a_ij, row j and column i.
    private let coefficients: Scratch
    /// dB a in the functions φ_ij, and in the products of q along x with φ along y.
    private let inFunctions: Scratch
    private let halfway: Scratch
    /// dB a in the products, for one parameter after the other.
    private let slopes: Scratch

    /// A column with less of its length than this beside the earlier ones is left out. It is the smallest for which the fit never truncated
    /// a singular value among 24,000 jets of orders 3 to 8 on 5×5 to 9×9 taps; at a tenth of it half of them are truncated.
    static let smallestIndependence = 3e-8

    /// The model, or nil where the fit is of another kind.
    init?(_ model: ShapeModel) {
        let options = model.options
        guard options.sigmaModel == .isotropic, options.scaleRatios == [1], options.ridge == 0,
            options.discretization != .discrete || options.center == .fixed
        else { return nil }
        order = model.order
        tapCount = model.height * model.width
        hasConstant = options.hasConstant
        free = model.free
        x = NestedAxis(options, order: order, length: model.width)
        y = NestedAxis(options, order: order, length: model.height)
        kept = [Int](repeating: 0, count: y.count)
        rows = Scratch(y.count * x.length)
        c = Scratch(y.count * x.count)
        one = Scratch(y.count * x.count)
        coefficients = Scratch(y.columns * x.columns)
        inFunctions = Scratch(y.columns * x.columns)
        halfway = Scratch(y.columns * x.count)
        slopes = Scratch(model.free.count * y.count * x.count)
    }

    /// Takes a shape for the evaluations to come. Returns whether the jet there is certain to be the fit's, as nothing is left out.
    ///
    /// - Complexity: O((height + width) · N²).
    func take(_ shape: GaussianShape) -> Bool {
        x.fill(shape.sigma, shape.center.x)
        y.fill(shape.sigma, shape.center.y)
        var isWhole = true
        for n in 0..<y.count {
            let limit = n > y.highest ? 0 : max(0, min(x.highest, order - n) + 1)
            var number = 0
            while number < limit, n == 0 || number < kept[n - 1] {
                guard x.independence[number] * y.independence[n] >= Self.smallestIndependence else { break }
                number += 1
            }
            if number < limit { isWhole = false }
            kept[n] = number
        }
        return isWhole
    }

    /// The evaluation for the pooled energy of kernels, stored one after the other, at the shape taken.
    ///
    /// - Complexity: O(taps · N + N³) for each kernel.
    func evaluate(_ kernels: UnsafeBufferPointer<Double>, sigma: Double) -> ShapeEvaluation {
        let left = hasConstant ? constantBeside() : 0
        var result = ShapeEvaluation(rank: kept.reduce(0, +) + (left > 0 ? 1 : 0))
        for start in stride(from: 0, to: kernels.count, by: tapCount) {
            add(UnsafeBufferPointer(rebasing: kernels[start..<(start + tapCount)]), sigma, left, to: &result)
        }
        return result
    }

    /// Fills `one` and returns the square of what is left of a constant of one beside the jet, or 0 where the jet spans it.
    private func constantBeside() -> Double {
        var left = Double(tapCount)
        for n in 0..<y.count {
            for m in 0..<x.count { one[n * x.count + m] = x.sums[m] * y.sums[n] }
        }
        forEachInside { left -= one[$0] * one[$0] }
        return left > 1e-9 * Double(tapCount) ? left : 0
    }

    private func add(
        _ kernel: UnsafeBufferPointer<Double>, _ sigma: Double, _ left: Double, to result: inout ShapeEvaluation
    ) {
        multiply(kernel)
        forEachInside { result.energy += c[$0] * c[$0] }
        if left > 0 {
            var rest = 0.0
            for value in kernel { rest += value }
            forEachInside { rest -= c[$0] * one[$0] }
            let constant = rest / left
            result.energy += constant * rest
            for index in 0..<c.count { c[index] -= constant * one[index] }
        }
        solve()
        for p in free.indices { slope(p, sigma) }
        for p in free.indices {
            let slope = slopes.start + p * c.count
            result.gradient[free[p].rawValue] += 2 * outsideDot(c.start, slope)
            let ofOne = left > 0 ? outsideDot(one.start, slope) / left : 0
            for q in 0...p {
                let other = slopes.start + q * c.count
                let shared = left > 0 ? ofOne * outsideDot(one.start, other) : 0
                let value = 2 * (outsideDot(slope, other) - shared)
                result.curvature[free[p].rawValue, free[q].rawValue] += value
                if p != q { result.curvature[free[q].rawValue, free[p].rawValue] += value }
            }
        }
    }

    /// Visits the products in the jet.
    @inline(__always)
    private func forEachInside(_ body: (Int) -> Void) {
        for n in 0..<y.count {
            for m in 0..<kept[n] { body(n * x.count + m) }
        }
    }

    /// The end of row n of the products that the derivatives of the columns reach.
    @inline(__always)
    private func end(_ n: Int) -> Int { max(kept[n], min(x.count, order + 3 - n)) }

    /// The inner product over the products outside the jet.
    private func outsideDot(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>) -> Double {
        var sum = 0.0
        for n in 0..<y.count {
            for index in (n * x.count + kept[n])..<(n * x.count + end(n)) { sum += a[index] * b[index] }
        }
        return sum
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
            for m in 0..<end(n) {
                let function = x.orthonormal.start + m * width
                var product = 0.0
                for column in 0..<width { product += function[column] * row[column] }
                c[n * x.count + m] = product
            }
        }
    }

    /// The coefficients Uₓ⁻¹ C U_y⁻ᵀ of the products in the jet.
    private func solve() {
        let side = x.columns
        for n in 0..<y.count {
            for m in (0..<kept[n]).reversed() {
                var value = c[n * x.count + m]
                for i in (m + 1)..<max(kept[n], m + 1) { value -= x.upper(m, i) * coefficients[n * side + i] }
                coefficients[n * side + m] = value / x.upper(m, m)
            }
        }
        for n in (0..<y.count).reversed() {
            for m in 0..<kept[n] {
                var value = coefficients[n * side + m]
                for j in (n + 1)..<max(y.count, n + 1) {
                    guard m < kept[j] else { break }
                    value -= y.upper(n, j) * coefficients[j * side + m]
                }
                coefficients[n * side + m] = value / y.upper(n, n)
            }
        }
    }

    /// dB a of parameter `p` in the products outside the jet.
    ///
    /// In the functions φ_ij: ∂/∂log σ takes φ_ij to φ_{i+2,j} + φ_{i,j+2} and what is in the span, ∂/∂c_x to φ_{i+1,j}/σ.
    private func slope(_ p: Int, _ sigma: Double) {
        let (side, count) = (x.columns, x.count)
        for index in 0..<inFunctions.count { inFunctions[index] = 0 }
        for j in 0..<y.count {
            for i in 0..<kept[j] {
                let value = coefficients[j * side + i]
                switch free[p] {
                case .logSigma:
                    inFunctions[j * side + i + 2] += value
                    inFunctions[(j + 2) * side + i] += value
                case .centerX: inFunctions[j * side + i + 1] += value / sigma
                case .centerY: inFunctions[(j + 1) * side + i] += value / sigma
                case .stretchP, .stretchQ: preconditionFailure("round jets do not stretch")
                }
            }
        }
        for j in 0..<y.columns {
            for m in 0..<count {
                var sum = 0.0
                for i in m..<max(m, min(side, order + 3 - j)) { sum += x.upper(m, i) * inFunctions[j * side + i] }
                halfway[j * count + m] = sum
            }
        }
        let slope = slopes.start + p * c.count
        for n in 0..<y.count {
            for m in kept[n]..<end(n) {
                var sum = 0.0
                for j in n..<max(n, min(y.columns, order + 3 - m)) { sum += y.upper(n, j) * halfway[j * count + m] }
                slope[n * count + m] = sum
            }
        }
    }
}

import Foundation
import GaussianKernels

/// The functions φ₀, φ₁, … of one axis of a jet, and the same orthonormalised in ascending order: φᵢ = Σ U_mi q_m.
///
/// It keeps the functions that a jet of order N and its derivatives need: up to two beyond the highest that has a coefficient, N or one less
/// than the taps. All may be scaled by a common factor. Not safe to use from several threads at once.
final class NestedAxis {
    /// The number of points.
    let length: Int
    /// The number of orthonormal functions.
    let count: Int
    /// The highest order that may have coefficients.
    let highest: Int
    /// The number of functions.
    let columns: Int
    /// q₀, q₁, …, one after the other; a zero function where φ depends on the earlier ones.
    let orthonormal: Scratch
    /// The sum of each orthonormal function over the points, where there is a constant beside the jet.
    let sums: Scratch
    /// What part of its length φᵢ has beside the earlier ones, up to the highest order.
    let independence: Scratch
    private let functions: Scratch
    private let triangle: Scratch
    private let options: FitOptions

    init(_ options: FitOptions, order: Int, length: Int) {
        self.options = options
        self.length = length
        highest = min(order, length - 1)
        columns = highest + 3
        count = min(columns, length)
        functions = Scratch(columns * length)
        orthonormal = Scratch(count * length)
        triangle = Scratch(count * columns)
        sums = Scratch(count)
        independence = Scratch(highest + 1)
    }

    /// U_mi for m below `count` and i below `columns`.
    @inline(__always)
    func upper(_ m: Int, _ i: Int) -> Double { triangle[m * columns + i] }

    /// Computes the functions for a σ and centre.
    ///
    /// - Complexity: O(points · N²).
    func fill(_ sigma: Double, _ center: Double) {
        sample(sigma, center)
        for i in 0..<count {
            let function = functions.start + i * length
            var norm = 0.0
            for point in 0..<length { norm += function[point] * function[point] }
            let left = orthonormalize(i, norm)
            // Below 10⁻²⁰⁰ squares lose digits; such a function counts as dependent.
            if i <= highest { independence[i] = norm > 1e-200 ? (left / norm).squareRoot() : 0 }
        }
        for i in count..<max(count, columns) {
            for m in 0..<count { triangle[m * columns + i] = product(m, functions.start + i * length) }
        }
        if options.hasConstant {
            for m in 0..<count {
                var sum = 0.0
                for point in 0..<length { sum += orthonormal[m * length + point] }
                sums[m] = sum
            }
        }
    }

    /// Makes q from φ by Gram and Schmidt's method and returns the square of what is left of φ beside the earlier functions, or 0 where that
    /// is rounding. The method is run twice where a first run leaves little: "twice is enough" (Giraud, Langou and Rozložník 2005,
    /// doi:10.1016/j.camwa.2005.08.009).
    private func orthonormalize(_ i: Int, _ norm: Double) -> Double {
        let q = orthonormal.start + i * length
        let function = functions.start + i * length
        for point in 0..<length { q[point] = function[point] }
        for m in 0..<i { triangle[m * columns + i] = 0 }
        var left = norm
        for _ in 0..<2 {
            let before = left
            for m in 0..<i {
                let part = product(m, q)
                triangle[m * columns + i] += part
                let earlier = orthonormal.start + m * length
                for point in 0..<length { q[point] -= part * earlier[point] }
            }
            left = 0
            for point in 0..<length { left += q[point] * q[point] }
            if left > 0.01 * before { break }
        }
        if left <= 1e-24 * norm { left = 0 }
        let size = left.squareRoot()
        triangle[i * columns + i] = size
        let scale = size > 0 ? 1 / size : 0
        for point in 0..<length { q[point] *= scale }
        return left
    }

    @inline(__always)
    private func product(_ m: Int, _ vector: UnsafePointer<Double>) -> Double {
        let earlier = orthonormal.start + m * length
        var sum = 0.0
        for point in 0..<length { sum += earlier[point] * vector[point] }
        return sum
    }

    /// φₙ = (−σ)ⁿ g⁽ⁿ⁾ at the taps. Sampled they are Heₙ(t) exp(−t²/2) with t the place in units of σ; a common factor keeps the largest
    /// exponential at one, however small σ is.
    private func sample(_ sigma: Double, _ center: Double) {
        guard options.discretization == .sampled else {
            let axis = JetAxis(
                order: columns - 1, sigma: sigma, discretization: options.discretization, count: length,
                dilation: options.dilation, center: center)
            for (i, function) in axis.functions.enumerated() {
                for (point, value) in function.enumerated() { functions[i * length + point] = value }
            }
            return
        }
        let step = Double(options.dilation) / sigma
        let first = -Double(length - 1) / 2 * step - center / sigma
        let nearest = first + step * min(max((-first / step).rounded(), 0), Double(length - 1))
        for point in 0..<length {
            let t = first + Double(point) * step
            var (previous, current) = (0.0, exp((nearest * nearest - t * t) / 2))
            for i in 0..<columns {
                functions[i * length + point] = current
                (previous, current) = (current, t * current - Double(i) * previous)
            }
        }
    }
}

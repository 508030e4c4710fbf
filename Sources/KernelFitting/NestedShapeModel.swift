import GaussianKernels

/// `ShapeModel` for round jets of one scale without a ridge, by nested bases: O(taps · N + N³) instead of a factorisation.
///
/// With the functions of each axis up to order N + 2 orthonormalised, φᵢ = Σ U_mi q_m with U upper triangular, and C = Qₓ K Q_yᵀ, the jet
/// is the part m + n ≤ N of the products q_m(x) q_n(y). The coefficients are Uₓ⁻¹ C U_y⁻ᵀ of that part, and both the residual and the
/// derivatives of the columns matter in the part N < m + n ≤ N + 2 alone.
struct NestedShapeModel {
    private let options: FitOptions
    private let order: Int
    private let height: Int
    private let width: Int
    private let free: [GaussianShape.Parameter]

    /// The model, or nil where the fit is of another kind or an axis has too few taps for the nesting.
    init?(_ model: ShapeModel) {
        let options = model.options
        guard options.sigmaModel == .isotropic, options.scaleRatios == [1], options.ridge == 0,
            options.discretization != .discrete || options.center == .fixed,
            model.order < min(model.height, model.width)
        else { return nil }
        self.options = options
        order = model.order
        height = model.height
        width = model.width
        free = model.free
    }

    /// The evaluation at a shape, or nil where the functions are so nearly dependent that singular values might be truncated.
    func evaluate(_ taps: [Double], _ shape: GaussianShape) -> ShapeEvaluation? {
        let x = Axis(options, order: order, shape.sigma, count: width, center: shape.center.x)
        let y = Axis(options, order: order, shape.sigma, count: height, center: shape.center.y)
        guard x.reciprocalCondition * y.reciprocalCondition > 1e-7 else { return nil }
        var c = products(of: taps, x, y)
        let one = options.hasConstant ? Grid(x, y) { m, n in x.sums[m] * y.sums[n] } : nil
        var energy = c.sum(through: order) { $0 * $0 }
        var left = 0.0
        if let one {
            left = Double(taps.count) - one.sum(through: order) { $0 * $0 }
            if left > 1e-9 * Double(taps.count) {
                let constant = (taps.reduce(0, +) - c.dot(one, through: order)) / left
                energy += constant * constant * left
                for index in c.values.indices { c.values[index] -= constant * one.values[index] }
            }
        }
        let coefficients = coefficients(c, x, y)
        let slopes = free.map { slope($0, coefficients, shape.sigma, x, y) }
        let overlaps = slopes.map { slope in left > 0 ? (one?.dot(slope, beyond: order) ?? 0) : 0 }
        let curvature = slopes.indices.map { p in
            slopes.indices.map { q -> Double in
                let shared = left > 0 ? overlaps[p] * overlaps[q] / left : 0
                return 2 * (slopes[p].dot(slopes[q], beyond: order) - shared)
            }
        }
        let jet = GaussianJet(order: order).count
        return ShapeEvaluation(
            energy: energy, gradient: slopes.map { 2 * c.dot($0, beyond: order) }, curvature: curvature,
            rank: min(options.hasConstant ? jet + 1 : jet, taps.count))
    }

    /// The functions of one axis up to order N + 2, orthonormalised, and how the one are made of the other.
    private struct Axis {
        let orthonormal: OrthonormalAxis
        /// U, row m and column i: φᵢ = Σ U_mi q_m, with N + 3 columns.
        let upper: [Double]
        let columns: Int
        let sums: [Double]
        /// A rough measure of how independent the first N + 1 functions are, 1 where they are orthogonal.
        let reciprocalCondition: Double

        var count: Int { orthonormal.count }

        init(_ options: FitOptions, order: Int, _ sigma: Double, count: Int, center: Double) {
            let axis = JetAxis(
                order: order + 2, sigma: sigma, discretization: options.discretization, count: count,
                dilation: options.dilation, center: center)
            orthonormal = OrthonormalAxis(axis.functions)
            columns = order + 3
            let products = orthonormal.products(with: axis.functions)
            var upper = [Double](repeating: 0, count: orthonormal.count * columns)
            for i in 0..<columns {
                for m in 0...min(i, orthonormal.count - 1) {
                    upper[m * columns + i] = products[i * orthonormal.count + m]
                }
            }
            self.upper = upper
            sums = options.hasConstant ? orthonormal.sums : []
            var smallest = 1.0
            for i in 0...order {
                let norm = axis.functions[i].reduce(0) { $0 + $1 * $1 }.squareRoot()
                smallest = min(smallest, abs(upper[i * columns + i]) / norm)
            }
            reciprocalCondition = smallest
        }
    }

    /// Numbers for each pair of orthonormal functions, m along x fastest.
    private struct Grid {
        let width: Int
        let height: Int
        var values: [Double]

        init(_ x: Axis, _ y: Axis, _ value: (_ m: Int, _ n: Int) -> Double) {
            width = x.count
            height = y.count
            values = []
            values.reserveCapacity(width * height)
            for n in 0..<height {
                for m in 0..<width { values.append(value(m, n)) }
            }
        }

        func sum(through order: Int, _ value: (Double) -> Double) -> Double {
            var sum = 0.0
            for n in 0..<min(height, order + 1) {
                for m in 0..<min(width, order - n + 1) { sum += value(values[n * width + m]) }
            }
            return sum
        }

        func dot(_ other: Grid, through order: Int) -> Double {
            var sum = 0.0
            for n in 0..<min(height, order + 1) {
                for m in 0..<min(width, order - n + 1) { sum += values[n * width + m] * other.values[n * width + m] }
            }
            return sum
        }

        /// The part with m + n of `order` + 1 and `order` + 2.
        func dot(_ other: Grid, beyond order: Int) -> Double {
            var sum = 0.0
            for n in 0..<min(height, order + 3) {
                for m in max(0, order + 1 - n)..<max(0, order + 1 - n, min(width, order + 3 - n)) {
                    sum += values[n * width + m] * other.values[n * width + m]
                }
            }
            return sum
        }
    }

    /// C = Q_y K Qₓᵀ.
    private func products(of taps: [Double], _ x: Axis, _ y: Axis) -> Grid {
        var rows = [Double](repeating: 0, count: y.count * width)
        for n in 0..<y.count {
            for r in 0..<height {
                let factor = y.orthonormal.functions[n * height + r]
                for column in 0..<width { rows[n * width + column] += factor * taps[r * width + column] }
            }
        }
        return Grid(x, y) { m, n in
            guard m + n <= order + 2 else { return 0 }
            var product = 0.0
            for column in 0..<width {
                product += x.orthonormal.functions[m * width + column] * rows[n * width + column]
            }
            return product
        }
    }

    /// The coefficients Uₓ⁻¹ C U_y⁻ᵀ of the part m + n ≤ N: a_ij at j·(N + 1) + i.
    private func coefficients(_ c: Grid, _ x: Axis, _ y: Axis) -> [Double] {
        let side = order + 1
        var a = [Double](repeating: 0, count: side * side)
        for n in 0..<side {
            for m in 0..<(side - n) { a[n * side + m] = c.values[n * c.width + m] }
        }
        for n in 0..<side {
            for m in (0..<(side - n)).reversed() {
                var value = a[n * side + m]
                for i in (m + 1)..<max(side - n, m + 1) { value -= x.upper[m * x.columns + i] * a[n * side + i] }
                a[n * side + m] = value / x.upper[m * x.columns + m]
            }
        }
        for m in 0..<side {
            for n in (0..<(side - m)).reversed() {
                var value = a[n * side + m]
                for j in (n + 1)..<max(side - m, n + 1) { value -= y.upper[n * y.columns + j] * a[j * side + m] }
                a[n * side + m] = value / y.upper[n * y.columns + n]
            }
        }
        return a
    }

    /// dB a for a parameter, in the orthonormal products.
    private func slope(
        _ parameter: GaussianShape.Parameter, _ a: [Double], _ sigma: Double, _ x: Axis, _ y: Axis
    ) -> Grid {
        let (side, wide) = (order + 1, order + 3)
        var s = [Double](repeating: 0, count: wide * wide)
        for j in 0..<side {
            for i in 0..<(side - j) {
                let value = a[j * side + i]
                switch parameter {
                case .logSigma:
                    s[j * wide + i + 2] += value
                    s[(j + 2) * wide + i] += value
                case .centerX: s[j * wide + i + 1] += value / sigma
                case .centerY: s[(j + 1) * wide + i] += value / sigma
                case .stretchP, .stretchQ: preconditionFailure("round jets do not stretch")
                }
            }
        }
        // Uₓ S U_yᵀ, first along x.
        var along = [Double](repeating: 0, count: wide * x.count)
        for j in 0..<wide {
            for m in 0..<x.count {
                var sum = 0.0
                for i in m..<max(m, wide - j) { sum += x.upper[m * wide + i] * s[j * wide + i] }
                along[j * x.count + m] = sum
            }
        }
        return Grid(x, y) { m, n in
            guard m + n > order, m + n <= order + 2 else { return 0 }
            var sum = 0.0
            for j in n..<wide { sum += y.upper[n * wide + j] * along[j * x.count + m] }
            return sum
        }
    }
}

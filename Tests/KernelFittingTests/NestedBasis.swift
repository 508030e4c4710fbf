import GaussianKernels

@testable import KernelFitting

/// Orthonormal bases of the jets of every order 0…N at once, and the energy they explain of a kernel: another way to the energies that `ShapeGrid`
/// computes for eight kernels side by side, a kernel and a place at a time.
///
/// With q₀, q₁, … the functions of one axis orthonormalised in ascending order, each derivative lies in the span of the first ones:
/// g⁽ⁱ⁾ ∈ span{q₀ … qᵢ}. So the products qᵢ(x) qⱼ(y) with i + j ≤ N are an orthonormal basis of the jet of order N, for each N, and
/// the energy explained is a sum of squares of (Qₓ K Q_yᵀ)ᵢⱼ. Where functions outnumber an axis' taps, the later ones are combinations of the earlier and drop out.
struct NestedBasis {
    private let order: Int
    private let hasConstant: Bool
    private let inX: OrthonormalAxis
    private let inY: OrthonormalAxis
    private let constant: ConstantBeside?

    /// A basis for kernels of `height` × `width` taps, with a constant beside the jet where the options say so.
    init(_ options: FitOptions, order: Int, shape: GaussianShape, height: Int, width: Int) {
        let x = OrthonormalAxis(options, order: order, shape.sigma, count: width, center: shape.center.x)
        let isSquare = height == width && shape.center.x == shape.center.y
        let y =
            isSquare
            ? x
            : OrthonormalAxis(options, order: order, shape.sigma, count: height, center: shape.center.y)
        self.init(x, y, order: order, hasConstant: options.hasConstant)
    }

    /// A basis of products of functions along x and y, each of orders up to `order`.
    init(_ x: OrthonormalAxis, _ y: OrthonormalAxis, order: Int, hasConstant: Bool) {
        self.order = order
        self.hasConstant = hasConstant
        inX = x
        inY = y
        constant = hasConstant ? ConstantBeside(x, y, order: order) : nil
    }

    /// Adds the energy that the jet of each order 0…N explains of each of the given kernels, stored one after the other, to `energies`.
    func addEnergies(of kernels: UnsafeBufferPointer<Double>, to energies: inout [Double]) {
        let taps = inX.length * inY.length
        for start in stride(from: 0, to: kernels.count, by: taps) {
            let kernel = UnsafeBufferPointer(rebasing: kernels[start..<(start + taps)])
            let rows = inY.rows(of: kernel, width: inX.length, through: order)
            addEnergies(ofRows: rows, sum: hasConstant ? kernel.reduce(0, +) : 0, to: &energies)
        }
    }

    /// The same for one kernel, of which `rows` are the products with the functions along y, and `sum` is the sum of its taps.
    func addEnergies(ofRows rows: [Double], sum: Double, to energies: inout [Double]) {
        let width = inX.length
        var ofOrder = [Double](repeating: 0, count: order + 1)
        var constantOfOrder = [Double](repeating: 0, count: constant == nil ? 0 : order + 1)
        for j in 0..<min(inY.count, order + 1) {
            for i in 0..<min(inX.count, order - j + 1) {
                var product = 0.0
                for column in 0..<width { product += inX.functions[i * width + column] * rows[j * width + column] }
                ofOrder[i + j] += product * product
                if let constant { constantOfOrder[i + j] += product * constant.products[j * inX.count + i] }
            }
        }
        var explained = 0.0
        var left = sum
        for n in 0...order {
            explained += ofOrder[n]
            energies[n] += explained
            guard let constant else { continue }
            left -= constantOfOrder[n]
            // A constant that the jet spans already adds nothing but rounding.
            if constant.left[n] > 1e-9 * Double(width * inY.length) { energies[n] += left * left / constant.left[n] }
        }
    }

    /// A constant of one beside the jet: its products with the orthonormal functions, and the square of what is left of it beside the
    /// jet of each order.
    private struct ConstantBeside {
        let products: [Double]
        let left: [Double]

        init(_ x: OrthonormalAxis, _ y: OrthonormalAxis, order: Int) {
            let (sumsX, sumsY) = (x.sums, y.sums)
            let products = sumsY.flatMap { y in sumsX.map { y * $0 } }
            var ofOrder = [Double](repeating: 0, count: x.count + y.count + order)
            for j in 0..<y.count {
                for i in 0..<x.count { ofOrder[i + j] += products[j * x.count + i] * products[j * x.count + i] }
            }
            var sum = 0.0
            self.products = products
            left = (0...order).map { n in
                sum += ofOrder[n]
                return Double(x.length * y.length) - sum
            }
        }
    }
}

/// The functions of one axis, orthonormalised in ascending order.
struct OrthonormalAxis {
    /// The orthonormal functions q₀, q₁, …, one after the other: no more than there are points.
    let functions: [Double]
    /// Their number.
    let count: Int
    /// The number of points.
    let length: Int

    /// The functions of a jet along one axis of a kernel, orthonormalised.
    init(_ options: FitOptions, order: Int, _ sigma: Double, count: Int, center: Double) {
        let axis = JetAxis(
            order: order, sigma: sigma, discretization: options.discretization, count: count,
            dilation: options.dilation, center: center)
        length = count
        functions = Self.orthonormalized(Array(axis.functions.prefix(count).joined()), length: count)
        self.count = functions.count / count
    }

    /// The products of the first `order` + 1 of these functions, along y, with the columns of a kernel `width` taps wide: a row of `width`
    /// for each.
    func rows(of kernel: UnsafeBufferPointer<Double>, width: Int, through order: Int) -> [Double] {
        let used = min(count, order + 1)
        var rows = [Double](repeating: 0, count: used * width)
        for j in 0..<used {
            for r in 0..<length {
                let factor = functions[j * length + r]
                for column in 0..<width { rows[j * width + column] += factor * kernel[r * width + column] }
            }
        }
        return rows
    }

    /// The sum of each function over the points.
    var sums: [Double] {
        (0..<count).map { n in functions[(n * length)..<((n + 1) * length)].reduce(0, +) }
    }

    /// Gram and Schmidt's method on functions of `length` points, stored one after the other and no more of them than points. It is run
    /// twice on each function, which is as good as Householder's ("twice is enough", Giraud, Langou and Rozložník 2005,
    /// doi:10.1016/j.camwa.2005.08.009).
    private static func orthonormalized(_ functions: [Double], length: Int) -> [Double] {
        var functions = functions
        functions.withUnsafeMutableBufferPointer { q in
            for start in stride(from: 0, to: q.count, by: length) {
                let current = UnsafeMutableBufferPointer(rebasing: q[start..<(start + length)])
                normalize(current)
                for _ in 0..<2 {
                    for earlier in stride(from: 0, to: start, by: length) {
                        var product = 0.0
                        for index in 0..<length { product += current[index] * q[earlier + index] }
                        for index in 0..<length { current[index] -= product * q[earlier + index] }
                    }
                    normalize(current)
                }
            }
        }
        return functions
    }

    private static func normalize(_ vector: UnsafeMutableBufferPointer<Double>) {
        var largest = 0.0
        for value in vector { largest = max(largest, abs(value)) }
        guard largest > 0 else { return }
        var sum = 0.0
        for index in vector.indices {
            vector[index] /= largest
            sum += vector[index] * vector[index]
        }
        let norm = sum.squareRoot()
        for index in vector.indices { vector[index] /= norm }
    }
}

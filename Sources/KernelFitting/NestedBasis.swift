import GaussianKernels
import LeastSquares

/// Orthonormal bases of the jets of every order 0…N at once, and the energy they explain of a kernel.
///
/// With q₀, q₁, … the functions of one axis orthonormalised in ascending order, each derivative lies in the span of the first ones:
/// g⁽ⁱ⁾ ∈ span{q₀ … qᵢ}. So the products qᵢ(x) qⱼ(y) with i + j ≤ N are an orthonormal basis of the jet of order N, for each N, and
/// the energy explained is a sum of squares of (Qₓ K Q_yᵀ)ᵢⱼ. That costs O(taps · N) for a kernel instead of a factorisation, which is
/// what makes a search over σ cheap. Where functions outnumber an axis' taps, the later ones are combinations of the earlier and drop out.
struct NestedBasis {
    private let order: Int
    private let height: Int
    private let width: Int
    /// The orthonormal functions along x, one after the other, and their number.
    private let inX: [Double]
    private let countX: Int
    /// The same along y.
    private let inY: [Double]
    private let countY: Int
    /// A bound on the condition number of the column-scaled jet: the product of the axes', which the selection of columns with
    /// i + j ≤ N can only lower; infinite where an axis has fewer taps than functions, which the bound does not cover.
    let conditionBound: Double

    init(order: Int, sigma: Double, discretization: Discretization, height: Int, width: Int, bounded: Bool) {
        func axis(_ count: Int) -> (functions: [Double], bound: Double) {
            let axis = JetAxis(order: order, sigma: sigma, discretization: discretization, count: count)
            let functions = Self.orthonormalized(Array(axis.functions.prefix(count).joined()), length: count)
            guard bounded, order < count else { return (functions, .infinity) }
            let factorization = try? TruncatedFactorization(Matrix(columns: axis.functions), tolerance: 0)
            return (functions, factorization?.conditionNumber ?? .infinity)
        }
        let alongX = axis(width)
        let alongY = height == width ? alongX : axis(height)
        self.order = order
        self.height = height
        self.width = width
        inX = alongX.functions
        countX = alongX.functions.count / width
        inY = alongY.functions
        countY = alongY.functions.count / height
        conditionBound = alongX.bound * alongY.bound
    }

    /// Adds the energy that the jet of each order 0…N explains of each of the given kernels, stored one after the other, to `energies`.
    func addEnergies(of kernels: UnsafeBufferPointer<Double>, to energies: inout [Double]) {
        let taps = height * width
        var row = [Double](repeating: 0, count: width)
        var ofOrder = [Double](repeating: 0, count: order + 1)
        for start in stride(from: 0, to: kernels.count, by: taps) {
            for j in 0..<countY {
                for column in 0..<width { row[column] = 0 }
                for r in 0..<height {
                    let factor = inY[j * height + r]
                    for column in 0..<width { row[column] += factor * kernels[start + r * width + column] }
                }
                for i in 0..<min(countX, order - j + 1) {
                    var product = 0.0
                    for column in 0..<width { product += inX[i * width + column] * row[column] }
                    ofOrder[i + j] += product * product
                }
            }
        }
        var sum = 0.0
        for n in 0...order {
            sum += ofOrder[n]
            energies[n] += sum
        }
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

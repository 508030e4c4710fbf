import Foundation
import GaussianKernels
import LeastSquares

/// A Gaussian jet sampled on the taps of a kernel: the design matrix that kernels are fitted with.
///
/// The column of ∂x^i ∂y^j holds (−σ)^{i+j} ∂x^i ∂y^j g(u − c; σ) at the taps' offsets u from the kernel's middle, in samples, so that a
/// coefficient a_ij describes the operator a kernel applies by correlation: k(−u) = Σ a_ij σ^{i+j} ∂x^i ∂y^j g(u; σ). Jets of several
/// scales follow one another, then the constant. For a ridge λ, rows √λ I below the taps' hold the coefficients down.
public struct JetBasis: Sendable {
    /// The shape of the Gaussian.
    public let shape: GaussianShape
    /// Whether the last column is a constant.
    public let hasConstant: Bool
    /// The number of taps.
    public let tapCount: Int
    /// The sampled functions, one column each.
    public let design: Matrix
    /// The design matrix, factorised once for all kernels that share this basis.
    public let factorization: TruncatedFactorization
    /// The number of independent functions on the taps, the rows of a ridge left out.
    let rank: Int
    /// The number of parameters that a fit spends: with H the matrix that takes taps to fitted taps it is tr(2H − HᵀH), which without a ridge is
    /// the rank. What is left of white noise of variance 1 has taps less this many as its mean energy.
    let effectiveRank: Double

    /// Samples the jet of `options`, of the given order and shape, on `height` × `width` taps and factorises it.
    ///
    /// - Throws: `LeastSquaresError` where the factorisation fails.
    /// - Complexity: O(taps · functions · min(taps, functions)).
    public init(
        _ options: FitOptions, order: Int, shape: GaussianShape, height: Int, width: Int
    ) throws(LeastSquaresError) {
        var columns = options.scaleRatios.flatMap { ratio in
            Self.columns(options, order, shape, ratio, height, width)
        }
        let functions = columns.count
        if options.hasConstant { columns.append(Array(repeating: 1, count: height * width)) }
        if options.ridge > 0 {
            for index in columns.indices {
                var held = [Double](repeating: 0, count: functions)
                if index < functions { held[index] = options.ridge.squareRoot() }
                columns[index] += held
            }
        }
        self.shape = shape
        hasConstant = options.hasConstant
        tapCount = height * width
        design = Matrix(columns: columns)
        factorization = try TruncatedFactorization(design)
        if options.ridge > 0 {
            let onTaps = columns.map { Array($0.prefix(height * width)) }
            rank = try TruncatedFactorization(Matrix(columns: onTaps)).rank
            effectiveRank = Self.trace(factorization, tapCount)
        } else {
            rank = factorization.rank
            effectiveRank = Double(rank)
        }
    }

    /// tr(2H − HᵀH) for the fit of a ridge.
    private static func trace(_ factorization: TruncatedFactorization, _ tapCount: Int) -> Double {
        let u = factorization.basis
        var trace = 0.0
        for a in 0..<u.columns {
            for b in 0..<u.columns {
                var product = 0.0
                for tap in 0..<tapCount { product += u[tap, a] * u[tap, b] }
                trace += (a == b ? 2 * product : 0) - product * product
            }
        }
        return trace
    }

    private static func columns(
        _ options: FitOptions, _ order: Int, _ shape: GaussianShape, _ ratio: Double, _ height: Int, _ width: Int
    ) -> [[Double]] {
        let terms = GaussianJet(order: order).terms
        let sigma = ratio * shape.sigma
        if options.sigmaModel == .affine {
            var scaled = shape
            scaled.sigma = sigma
            let gaussian = scaled.gaussian
            let places = TapPlaces(height: height, width: width, dilation: options.dilation, center: shape.center)
            return terms.map { term in
                let factor = pow(-sigma, Double(term.order))
                return places.map { factor * gaussian.derivative(dx: term.dx, dy: term.dy, x: $0, y: $1) }
            }
        }
        let x = JetAxis(
            order: order, sigma: sigma, discretization: options.discretization, count: width,
            dilation: options.dilation,
            center: shape.center.x)
        let y = JetAxis(
            order: order, sigma: sigma, discretization: options.discretization, count: height,
            dilation: options.dilation, center: shape.center.y)
        return terms.map { term in
            y.functions[term.dy].flatMap { inY in x.functions[term.dx].map { inY * $0 } }
        }
    }

    /// Projects a kernel's taps: the unknowns, and fit and residual on the taps.
    func solve(_ taps: [Double]) -> LeastSquaresSolution {
        factorization.solve(taps + Array(repeating: 0, count: factorization.rows - tapCount))
    }

    /// The coefficients' standard errors, and the constant's, for errors of variance 1 in the taps, where the shape is known.
    var unitErrors: [Double] { factorization.unitErrors(inFirst: tapCount) }

    /// The energy that the basis explains of white noise on average, as a part of it.
    var chanceEnergy: Double { effectiveRank / Double(tapCount) }
}

/// The places of a kernel's taps relative to a centre, row by row, in samples.
struct TapPlaces {
    let height: Int
    let width: Int
    let dilation: Int
    let center: SIMD2<Double>

    func map<Value>(_ transform: (_ x: Double, _ y: Double) -> Value) -> [Value] {
        (0..<height).flatMap { row in
            (0..<width).map { column in
                transform(
                    (Double(column) - Double(width - 1) / 2) * Double(dilation) - center.x,
                    (Double(row) - Double(height - 1) / 2) * Double(dilation) - center.y)
            }
        }
    }
}

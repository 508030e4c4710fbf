import Foundation
import GaussianKernels
import LeastSquares

/// The explained energy of kernels as a function of the shape, by variable projection.
///
/// With B(θ) the basis, a the best coefficients and r = k − Ba the residual, the energy E = ‖Ba‖² changes by dE = 2 rᵀ dB a: the change of
/// the coefficients plays no part, as r is orthogonal to every column (Golub and Pereyra, SIAM J. Numer. Anal. 10, 1973,
/// doi:10.1137/0710036). Of dB a only the part V = (1 − P) dB a outside the span counts, and the columns' derivatives are in the jet of
/// order N + 2: ∂/∂log σ takes φ_ij to (i+j)φ_ij + φ_{i+2,j} + φ_{i,j+2} by the heat equation, ∂/∂c_x to φ_{i+1,j}/σ. The curvature is Kaufman's
/// approximation (BIT 15, 1975, doi:10.1007/BF01932995).
struct ShapeModel {
    let options: FitOptions
    let order: Int
    let height: Int
    let width: Int
    let free: [GaussianShape.Parameter]

    /// Evaluates the pooled energy of kernels, stored one after the other, and its derivatives.
    ///
    /// - Complexity: O(taps · functions²), and O(taps · functions) for each kernel.
    func evaluate(_ kernels: UnsafeBufferPointer<Double>, _ shape: GaussianShape) throws -> ShapeEvaluation {
        let tables = options.scaleRatios.map {
            // A ridge holds down the coefficients of derivatives along x and y, not of those along the Gaussian's axes.
            FunctionTable(self, shape, ratio: $0, alongAxes: options.ridge == 0)
        }
        let tapCount = height * width
        let columns = columns(tables.flatMap { $0.columns(order: order) }, tapCount: tapCount)
        let rows = columns[0].count
        let solve: ([Double]) -> (coefficients: [Double], residual: [Double])
        var result: ShapeEvaluation
        if let orthonormal = OrthonormalColumns(columns) {
            solve = orthonormal.solve
            result = ShapeEvaluation(rank: orthonormal.rank)
        } else {
            let factorization = try TruncatedFactorization(Matrix(columns: columns))
            solve = {
                let solution = factorization.solve($0)
                return (solution.unknowns, solution.residual)
            }
            result = ShapeEvaluation(rank: factorization.rank)
        }
        for start in stride(from: 0, to: kernels.count, by: tapCount) {
            let target = Array(kernels[start..<(start + tapCount)]) + Array(repeating: 0, count: rows - tapCount)
            let (coefficients, residual) = solve(target)
            let slopes = slopes(tables, coefficients, rows: rows)
            let outside = slopes.map { solve($0).residual }
            result.energy += dot(target, target) - dot(residual, residual)
            for (p, a) in free.enumerated() {
                result.gradient[a.rawValue] += 2 * dot(residual, slopes[p])
                for (q, b) in free.enumerated() {
                    result.curvature[a.rawValue, b.rawValue] += 2 * dot(outside[p], outside[q])
                }
            }
        }
        return result
    }

    private func dot(_ a: [Double], _ b: [Double]) -> Double {
        var sum = 0.0
        for index in a.indices { sum += a[index] * b[index] }
        return sum
    }

    /// The standard errors of the linear unknowns and of the shape's free parameters, for errors of variance 1 in the taps, from all of
    /// them together, linearised at the solution.
    ///
    /// - Complexity: O(taps · (functions + parameters)²).
    func jointErrors(_ taps: [Double], _ basis: JetBasis) throws -> (linear: [Double], shape: [Double]) {
        let unknowns = basis.solve(taps).unknowns
        let rows = basis.design.rows
        let tables = options.scaleRatios.map { FunctionTable(self, basis.shape, ratio: $0, alongAxes: false) }
        let slopes = slopes(tables, unknowns, rows: rows)
        let joint = Matrix(
            rows: rows, columns: basis.design.columns + free.count, values: basis.design.values + slopes.flatMap { $0 })
        let errors = try TruncatedFactorization(joint).unitErrors(inFirst: taps.count)
        return (Array(errors.prefix(basis.design.columns)), Array(errors.dropFirst(basis.design.columns)))
    }

    /// Columns of functions, with the constant and the rows of the ridge.
    private func columns(_ functions: [[Double]], tapCount: Int) -> [[Double]] {
        var columns = functions
        if options.hasConstant { columns.append(Array(repeating: 1, count: tapCount)) }
        if options.ridge > 0 {
            for index in columns.indices {
                var held = [Double](repeating: 0, count: functions.count)
                if index < functions.count { held[index] = options.ridge.squareRoot() }
                columns[index] += held
            }
        }
        return columns
    }

    /// dB a for each free parameter.
    private func slopes(_ tables: [FunctionTable], _ unknowns: [Double], rows: Int) -> [[Double]] {
        let count = GaussianJet(order: order).count
        return free.map { parameter in
            var slope = [Double](repeating: 0, count: rows)
            for (index, table) in tables.enumerated() {
                let coefficients = Array(unknowns[(index * count)..<((index + 1) * count)])
                table.addSlope(parameter, order: order, coefficients, to: &slope)
            }
            return slope
        }
    }

    /// The functions φ_ij with i + j ≤ N + 2 of one jet of the basis, on the taps, from which columns and their derivatives are made.
    ///
    /// For an elongated Gaussian the derivatives are taken along its axes: they span the same, and how the axes turn with the shape
    /// only changes a within the span.
    private struct FunctionTable {
        private let jet: GaussianJet
        private let functions: [[Double]]
        /// ∂φ_ij/∂c for the centre's coordinates along both axes, where they are not φ_{i+1,j}/σ.
        private let centerSlopes: (x: [[Double]], y: [[Double]])?
        private let sigma: Double
        private let slopesOfCovariance: (sigma: SIMD3<Double>, p: SIMD3<Double>, q: SIMD3<Double>)
        private let axisOfX: SIMD2<Double>
        private let axisOfY: SIMD2<Double>

        init(_ model: ShapeModel, _ shape: GaussianShape, ratio: Double, alongAxes: Bool = true) {
            let options = model.options
            jet = GaussianJet(order: model.order + 2)
            sigma = ratio * shape.sigma
            guard options.sigmaModel == .affine else {
                let needsSlopes = options.discretization == .discrete && options.center == .free
                func axis(_ count: Int, _ center: Double) -> JetAxis {
                    JetAxis(
                        order: model.order + 2, sigma: ratio * shape.sigma, discretization: options.discretization,
                        count: count, dilation: options.dilation, center: center,
                        slopeOrder: needsSlopes ? model.order : -1)
                }
                let x = axis(model.width, shape.center.x)
                let y = axis(model.height, shape.center.y)
                func product(_ inY: [Double], _ inX: [Double]) -> [Double] { inY.flatMap { y in inX.map { y * $0 } } }
                functions = jet.terms.map { product(y.functions[$0.dy], x.functions[$0.dx]) }
                let terms = GaussianJet(order: model.order).terms
                centerSlopes =
                    needsSlopes
                    ? (
                        terms.map { product(y.functions[$0.dy], x.slopes[$0.dx]) },
                        terms.map { product(y.slopes[$0.dy], x.functions[$0.dx]) }
                    ) : nil
                slopesOfCovariance = ([2, 0, 2], [0, 0, 0], [0, 0, 0])
                (axisOfX, axisOfY) = ([1, 0], [0, 1])
                return
            }
            var scaled = shape
            scaled.sigma = sigma
            let gaussian = scaled.gaussian
            guard alongAxes else {
                let places = TapPlaces(
                    height: model.height, width: model.width, dilation: options.dilation, center: shape.center)
                let scale = sigma
                functions = jet.terms.map { term in
                    let factor = pow(-scale, Double(term.order))
                    return places.map { factor * gaussian.derivative(dx: term.dx, dy: term.dy, x: $0, y: $1) }
                }
                centerSlopes = nil
                let slopes = shape.covarianceSlopes
                let covariance = gaussian.covariance
                slopesOfCovariance = (
                    [covariance.xx, covariance.xy, covariance.yy] * (2 / (sigma * sigma)), slopes.p, slopes.q
                )
                (axisOfX, axisOfY) = ([1, 0], [0, 1])
                return
            }
            let (c, s) = (cos(gaussian.angle), sin(gaussian.angle))
            let places = TapPlaces(
                height: model.height, width: model.width, dilation: options.dilation, center: shape.center
            ).map { x, y in (u: c * x + s * y, v: c * y - s * x) }
            let along = Self.derivatives(places.map(\.u), deviation: gaussian.major, sigma: sigma, through: jet.order)
            let across = Self.derivatives(places.map(\.v), deviation: gaussian.minor, sigma: sigma, through: jet.order)
            functions = jet.terms.map { term in zip(along[term.dx], across[term.dy]).map { $0 * $1 } }
            centerSlopes = nil
            func turned(_ m: SIMD3<Double>) -> SIMD3<Double> {
                [
                    c * c * m.x + 2 * c * s * m.y + s * s * m.z, c * s * (m.z - m.x) + (c * c - s * s) * m.y,
                    s * s * m.x - 2 * c * s * m.y + c * c * m.z,
                ]
            }
            let (a, b) = (pow(gaussian.major / sigma, 2), pow(gaussian.minor / sigma, 2))
            let slopes = shape.covarianceSlopes
            slopesOfCovariance = ([2 * a, 0, 2 * b], turned(slopes.p), turned(slopes.q))
            (axisOfX, axisOfY) = ([c, -s], [s, c])
        }

        /// (−σ)ⁿ g⁽ⁿ⁾ at the given places, an array for each order.
        private static func derivatives(
            _ places: [Double], deviation: Double, sigma: Double, through order: Int
        ) -> [[Double]] {
            var result = [[Double]](repeating: [], count: order + 1)
            for place in places {
                let values = Discretization.sampled.derivatives(
                    through: order, sigma: deviation, first: place, count: 1)
                var factor = 1.0
                for n in 0...order {
                    result[n].append(factor * values[n][0])
                    factor *= -sigma
                }
            }
            return result
        }

        func columns(order: Int) -> [[Double]] { Array(functions.prefix(GaussianJet(order: order).count)) }

        /// Adds dB a for one parameter; along the Gaussian's axes up to what lies in the span of the columns.
        func addSlope(
            _ parameter: GaussianShape.Parameter, order: Int, _ coefficients: [Double], to slope: inout [Double]
        ) {
            for (index, term) in GaussianJet(order: order).terms.enumerated() where coefficients[index] != 0 {
                let a = coefficients[index]
                switch parameter {
                case .logSigma:
                    addSecond(slopesOfCovariance.sigma, term, a, to: &slope)
                    add(Double(term.order) * a, term, to: &slope)
                case .stretchP: addSecond(slopesOfCovariance.p, term, a, to: &slope)
                case .stretchQ: addSecond(slopesOfCovariance.q, term, a, to: &slope)
                case .centerX: addFirst(axisOfX, centerSlopes?.x[index], term, a, to: &slope)
                case .centerY: addFirst(axisOfY, centerSlopes?.y[index], term, a, to: &slope)
                }
            }
        }

        /// ½ (m_xx ∂x² + 2 m_xy ∂x∂y + m_yy ∂y²) σ² of a term: by ∂g/∂Σ = ½∇∇ᵀg, for a change m of Σ/σ².
        private func addSecond(_ m: SIMD3<Double>, _ term: JetTerm, _ a: Double, to slope: inout [Double]) {
            add(0.5 * m.x * a, JetTerm(dx: term.dx + 2, dy: term.dy), to: &slope)
            if m.y != 0 { add(m.y * a, JetTerm(dx: term.dx + 1, dy: term.dy + 1), to: &slope) }
            add(0.5 * m.z * a, JetTerm(dx: term.dx, dy: term.dy + 2), to: &slope)
        }

        private func addFirst(
            _ axis: SIMD2<Double>, _ known: [Double]?, _ term: JetTerm, _ a: Double, to slope: inout [Double]
        ) {
            if let known {
                for tap in known.indices { slope[tap] += a * known[tap] }
                return
            }
            if axis.x != 0 { add(a * axis.x / sigma, JetTerm(dx: term.dx + 1, dy: term.dy), to: &slope) }
            if axis.y != 0 { add(a * axis.y / sigma, JetTerm(dx: term.dx, dy: term.dy + 1), to: &slope) }
        }

        private func add(_ factor: Double, _ term: JetTerm, to slope: inout [Double]) {
            let function = functions[jet.index(of: term)]
            for tap in function.indices { slope[tap] += factor * function[tap] }
        }
    }
}

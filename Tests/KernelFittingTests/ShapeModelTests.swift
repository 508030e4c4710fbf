import Foundation
import GaussianKernels
import LeastSquares
import Randomness
import Testing

@testable import KernelFitting

private func noise(_ count: Int, seed: UInt64) -> [Double] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in generator.normal() }
}

/// A kind of fit, and a name for it in the trace of a failing test.
struct FitKind: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let options: FitOptions

    init(
        _ name: String, order: Int = 2, _ discretization: Discretization = .sampled,
        _ change: (inout FitOptions) -> Void
    ) {
        var options = FitOptions(order: order, scale: .perKernel, discretization: discretization)
        change(&options)
        testDescription = name
        self.options = options
    }

    /// The options with a ridge that is there and too small to move anything by as much as tests allow.
    var withSmallRidge: FitOptions {
        var options = options
        if options.ridge > 0 { options.ridge = 1e-10 }
        return options
    }

    static let all = [
        FitKind("σ alone, discrete", .discrete) { _ in },
        FitKind("more functions than taps along an axis", order: 6) { $0.center = .free },
        FitKind("free centre") { $0.center = .free },
        FitKind("free centre, constant, order 4", order: 4) {
            $0.center = .free
            $0.hasConstant = true
        },
        FitKind("free centre, discrete", .discrete) { $0.center = .free },
        FitKind("free centre, integrated", .integrated) { $0.center = .free },
        FitKind("free centre, spectral", .spectral) { $0.center = .free },
        FitKind("affine") { $0.sigmaModel = .affine },
        FitKind("affine, free centre, constant") {
            $0.sigmaModel = .affine
            $0.center = .free
            $0.hasConstant = true
        },
        FitKind("two scales, free centre", order: 1) {
            $0.scaleRatios = [1, 2]
            $0.center = .free
        },
        FitKind("two scales, affine", order: 1) {
            $0.scaleRatios = [1, 2]
            $0.sigmaModel = .affine
        },
        FitKind("ridge, free centre") {
            $0.ridge = 0.01
            $0.center = .free
        },
        FitKind("ridge, affine") {
            $0.ridge = 0.01
            $0.sigmaModel = .affine
        },
        FitKind("dilated, free centre") {
            $0.dilation = 2
            $0.center = .free
        },
    ]
}

extension ShapeModel {
    fileprivate func evaluate(_ taps: [Double], _ shape: GaussianShape) throws -> ShapeEvaluation {
        try taps.withUnsafeBufferPointer { try evaluate($0, shape) }
    }
}

@Suite struct ShapeModelTests {
    private func shape(_ options: FitOptions) -> GaussianShape {
        var shape = GaussianShape(sigma: 1.1 * Double(options.dilation))
        if options.center == .free { shape.center = [0.3, -0.4] }
        if options.sigmaModel == .affine { shape.stretch = [0.35, -0.2] }
        return shape
    }

    private func model(_ options: FitOptions, height: Int, width: Int) -> ShapeModel {
        ShapeModel(
            options: options, order: options.order, height: height, width: width,
            free: options.freeParameters(withSigma: true))
    }

    /// The energy is that of the basis that the fit will use, and its gradient is that of central differences, whose error is
    /// h² = 10⁻¹⁰ times a third derivative, and 10⁻¹⁶/h from rounding.
    @Test(arguments: FitKind.all) func gradientsAreThoseOfTheEnergy(kind: FitKind) throws {
        let model = model(kind.options, height: 7, width: 6)
        let shape = shape(kind.options)
        let taps = noise(42, seed: 1)
        let evaluation = try model.evaluate(taps, shape)
        func energy(_ shape: GaussianShape) throws -> Double {
            let basis = try JetBasis(kind.options, order: kind.options.order, shape: shape, height: 7, width: 6)
            return basis.solve(taps).fitted.reduce(0) { $0 + $1 * $1 }
        }
        #expect(abs(try energy(shape) - evaluation.energy) < 1e-10)
        for parameter in model.free {
            let h = 1e-5
            var (before, after) = (shape, shape)
            before.parameters[parameter.rawValue] -= h
            after.parameters[parameter.rawValue] += h
            let found = evaluation.gradient[parameter.rawValue]
            let slope = (try energy(after) - energy(before)) / (2 * h)
            #expect(abs(slope - found) < 1e-6, "\(parameter): \(slope), \(found)")
        }
    }

    /// Nested bases evaluate the same energy, gradient and curvature.
    @Test(arguments: FitKind.all) func nestedBasesEvaluateTheSame(kind: FitKind) throws {
        let model = model(kind.options, height: 7, width: 6)
        let shape = shape(kind.options)
        let isNested =
            kind.options.sigmaModel == .isotropic && kind.options.scaleRatios == [1] && kind.options.ridge == 0
            && (kind.options.discretization != .discrete || kind.options.center == .fixed)
        #expect((NestedShapeModel(model) != nil) == isNested)
        guard let nested = NestedShapeModel(model) else { return }
        let taps = noise(42, seed: 3)
        #expect(nested.take(shape))
        // Two kernels together explain what they do one after the other.
        let pooled = taps + noise(42, seed: 4)
        let fast = pooled.withUnsafeBufferPointer { nested.evaluate($0, sigma: shape.sigma) }
        let slow = try model.evaluate(pooled, shape)
        #expect(abs(fast.energy - slow.energy) < 1e-11)
        #expect(fast.rank == slow.rank)
        for i in model.free.map(\.rawValue) {
            #expect(abs(fast.gradient[i] - slow.gradient[i]) < 1e-9)
            for j in model.free.map(\.rawValue) {
                #expect(abs(fast.curvature[i, j] - slow.curvature[i, j]) < 1e-9)
            }
        }
    }

    /// Far off centre at a small σ the fit truncates singular values. The nested jet without the functions that are then all but
    /// combinations of others explains the same to about the square root of rounding, and its gradient is that of its own energy.
    @Test func nestedBasesLeaveOutWhatIsTruncated() throws {
        var options = FitOptions(order: 4, scale: .perKernel)
        options.center = .free
        options.hasConstant = true
        let model = model(options, height: 5, width: 5)
        let nested = try #require(NestedShapeModel(model))
        var shape = GaussianShape(sigma: 0.4)
        shape.center = [1.4, -1.2]
        #expect(!nested.take(shape))
        let taps = noise(25, seed: 5)
        func evaluate(_ shape: GaussianShape) -> ShapeEvaluation {
            _ = nested.take(shape)
            return taps.withUnsafeBufferPointer { nested.evaluate($0, sigma: shape.sigma) }
        }
        let found = evaluate(shape)
        let basis = try JetBasis(options, order: 4, shape: shape, height: 5, width: 5)
        #expect(found.rank == basis.factorization.rank && found.rank < 16)
        #expect(abs(found.energy - basis.solve(taps).fitted.reduce(0) { $0 + $1 * $1 }) < 1e-6)
        for parameter in model.free {
            // Rounding leaves 10⁻¹⁶ over the smallest independence, 10⁻⁹, of the energy, so h is large, and its error h² large.
            let h = 1e-3
            var (before, after) = (shape, shape)
            before.parameters[parameter.rawValue] -= h
            after.parameters[parameter.rawValue] += h
            let slope = (evaluate(after).energy - evaluate(before).energy) / (2 * h)
            #expect(abs(slope - found.gradient[parameter.rawValue]) < 1e-3)
        }
    }

    /// Where the residual vanishes, Kaufman's curvature is minus the matrix of second derivatives. A ridge leaves one of its own size, so it is small here.
    @Test(arguments: FitKind.all) func curvatureIsExactWithoutAResidual(kind: FitKind) throws {
        let options = kind.withSmallRidge
        let model = model(options, height: 7, width: 6)
        let shape = shape(options)
        let basis = try JetBasis(options, order: options.order, shape: shape, height: 7, width: 6)
        let taps = Array(basis.design.times(noise(basis.design.columns, seed: 2)).prefix(42))
        let evaluation = try model.evaluate(taps, shape)
        for i in model.free.map(\.rawValue) {
            let h = 1e-5
            var (before, after) = (shape, shape)
            before.parameters[i] -= h
            after.parameters[i] += h
            let (low, high) = (try model.evaluate(taps, before).gradient, try model.evaluate(taps, after).gradient)
            for j in model.free.map(\.rawValue) {
                let second = (high[j] - low[j]) / (2 * h)
                #expect(abs(second + evaluation.curvature[i, j]) < 1e-4 * (1 + abs(second)))
            }
        }
    }

    /// exp(S) and its derivatives, against the covariance that `gaussian` has.
    @Test func slopesOfTheCovariance() {
        for stretch in [SIMD2(0.0, 0), [0.4, 0.1], [-1, 0.7], [1e-5, 2e-5]] {
            var shape = GaussianShape(sigma: 1)
            shape.stretch = stretch
            let h = 1e-5
            func covariance(_ p: Double, _ q: Double) -> SIMD3<Double> {
                var moved = shape
                moved.stretch += [p, q]
                let covariance = moved.gaussian.covariance
                return [covariance.xx, covariance.xy, covariance.yy]
            }
            let byP = (covariance(h, 0) - covariance(-h, 0)) / (2 * h)
            let byQ = (covariance(0, h) - covariance(0, -h)) / (2 * h)
            for k in 0..<3 {
                #expect(abs(byP[k] - shape.covarianceSlopes.p[k]) < 1e-9)
                #expect(abs(byQ[k] - shape.covarianceSlopes.q[k]) < 1e-9)
            }
        }
    }
}

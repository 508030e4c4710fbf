import Foundation
import GaussianKernels
import Parallelism
import Randomness
import TensorFiles
import TestSupport
import Testing

@testable import KernelFitting

private func noise(_ count: Int, seed: UInt64) -> [Double] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in generator.normal() }
}

/// The most that any shape of a grid several times as fine as the search's explains of each kernel, of 61 σ, 41 columns and 41 rows, without
/// those where the fit truncates singular values and the grid does not say what it explains.
private func exhaustive(_ kernels: [Double], _ options: FitOptions, size: Int) -> [Double] {
    let places = (-20...20).map { Double($0) / 20 * options.centerLimit(size) }
    let (low, high) = options.logSigmaRange
    let grid = ShapeGrid(
        options: options, height: size, width: size,
        slices: (0...60).map { (exp(low + (high - low) * Double($0) / 60), places, places) })
    let objective = ShapeObjective(options, order: options.order, height: size, width: size, withSigma: true)
    let known = (0..<grid.count).filter { objective.isNested(at: grid[$0]) }
    let taps = size * size
    return stride(from: 0, to: kernels.count, by: ShapeGrid.kernelsAtOnce * taps).flatMap { start -> [Double] in
        let block = kernels[start..<min(start + ShapeGrid.kernelsAtOnce * taps, kernels.count)]
        let energies = grid.energies(of: block, orders: options.order...options.order)
        return (0..<(block.count / taps)).map { kernel in
            let profile = energies.profile(kernel: kernel, order: options.order)
            return known.reduce(0) { max($0, profile[$1]) }
        }
    }
}

@Suite struct ShapeSearchTests {
    private func options(order: Int, _ change: (inout FitOptions) -> Void = { _ in }) -> FitOptions {
        var options = FitOptions(order: order, scale: .perKernel)
        options.center = .free
        change(&options)
        return options
    }

    /// White noise has the most local maxima. Compared with a grid of 102,541 shapes, the search takes a lower maximum for the highest in
    /// at most one kernel of fifty, and loses less than 10⁻⁴ of the energy on average.
    @Test(arguments: [(5, 1, false), (5, 2, true), (7, 3, false), (9, 2, true), (9, 4, false)])
    func noLocalMaximumIsTakenForTheGlobalOne(size: Int, order: Int, hasConstant: Bool) throws {
        let kernels = Thoroughness.cases(256, few: 8)
        let options = options(order: order) { $0.hasConstant = hasConstant }
        let search = ShapeSearch(options: options, height: size, width: size)
        let taps = noise(kernels * size * size, seed: 5)
        let found = try search.optima(ofEach: taps, orders: order...order)[0]
        let losses = zip(exhaustive(taps, options, size: size), found).map { max(0, $0 - $1.energy) }
        #expect(losses.count { $0 > 1e-9 } <= kernels / 50, "\(losses.filter { $0 > 1e-9 })")
        #expect(losses.reduce(0, +) < 1e-4 * taps.reduce(0) { $0 + $1 * $1 })
    }

    /// However many threads search, and however many kernels, a kernel's optimum has the same bits.
    @Test func threadsAndCompanyChangeNothing() throws {
        let options = options(order: 3) { $0.hasConstant = true }
        let search = ShapeSearch(options: options, height: 5, width: 5)
        let taps = noise(21 * 25, seed: 9)
        let threads = WorkerPool.shared.threadCount
        defer { WorkerPool.shared.threadCount = threads }
        WorkerPool.shared.threadCount = 1
        let one = try search.optima(ofEach: taps, orders: 0...3)
        WorkerPool.shared.threadCount = 3
        let three = try search.optima(ofEach: taps, orders: 0...3)
        let alone = try search.optima(ofEach: Array(taps[(20 * 25)...]), orders: 2...3)
        for order in 0...3 {
            for (a, b) in zip(one[order], three[order]) { #expect(a.shape == b.shape && a.energy == b.energy) }
        }
        #expect(alone.map { $0[0].shape } == [one[2][20].shape, one[3][20].shape])
    }

    /// No σ on a grid forty times as fine explains more than the search found.
    @Test(arguments: [(3, 1), (5, 2), (7, 4), (9, 6), (5, 6), (7, 12)])
    func theSearchForSigmaFindsTheGlobalMaximum(size: Int, order: Int) throws {
        var generator = SeededGenerator(seed: 2)
        let options = FitOptions(order: order, scale: .perKernel)
        let search = ShapeSearch(options: options, height: size, width: size)
        let kernels = (0..<8).map { _ in (0..<(size * size)).map { _ in generator.normal() } }
        let found = try search.optima(ofEach: kernels.flatMap { $0 }, orders: order...order)[0]
        for step in 0...1280 {
            let sigma = 0.4 * pow(3 / 0.4, Double(step) / 1280)
            let basis = try JetBasis(
                options, order: order, shape: GaussianShape(sigma: sigma), height: size, width: size)
            for (kernel, optimum) in zip(kernels, found) {
                let energy = basis.factorization.basis.transposedTimes(kernel).reduce(0) { $0 + $1 * $1 }
                #expect(energy < optimum.energy + 1e-9, "σ = \(sigma)")
            }
        }
    }

    /// A kernel off centre and elongated comes back with its parameters, for every kind of fit that has them.
    @Test(arguments: FitKind.all) func plantedShapesComeBack(kind: FitKind) throws {
        let options = kind.withSmallRidge
        var planted = GaussianShape(sigma: 1.2 * Double(options.dilation))
        if options.center == .free { planted.center = [0.5, -0.3] }
        if options.sigmaModel == .affine { planted.stretch = [0.4, 0.3] }
        let basis = try JetBasis(options, order: options.order, shape: planted, height: 9, width: 9)
        var generator = SeededGenerator(seed: 6)
        let coefficients = (0..<basis.design.columns).map { $0 == 0 ? 3 : generator.normal() }
        let taps = Array(basis.design.times(coefficients).prefix(81))
        let layer = KernelLayer(name: "planted", outputs: 1, inputs: 1, height: 9, width: 9, taps: taps)
        let fit = try LayerFit(layer, options: options).kernels[0]
        #expect(1 - fit.explainedEnergy < 1e-10)
        #expect(abs(fit.shape.sigma - planted.sigma) < 1e-3)
        for index in 0..<5 { #expect(abs(fit.shape.parameters[index] - planted.parameters[index]) < 1e-3) }
        for (found, expected) in zip(fit.coefficients, coefficients) { #expect(abs(found - expected) < 2e-2) }
        if options.hasConstant { #expect(abs(fit.constant - coefficients[coefficients.count - 1]) < 1e-3) }
        // The continuous kernel on the grid of the fit is the fit.
        if options.dilation == 1 {
            let kernel = try LayerFit(layer, options: options).continuousKernel(0)
            let grid = Grid9.grid
            for (a, b) in zip(kernel.sampled(on: grid).values, fit.fitted) { #expect(abs(a - b) < 1e-9) }
        }
    }

    /// One σ for a layer whose kernels have centres of their own.
    @Test func aSharedSigmaWithFreeCentres() throws {
        var shared = options(order: 2)
        shared.scale = .shared
        var generator = SeededGenerator(seed: 7)
        var taps: [Double] = []
        var centers: [SIMD2<Double>] = []
        for _ in 0..<4 {
            var shape = GaussianShape(sigma: 1.3)
            shape.center = [generator.uniform() - 0.5, generator.uniform() - 0.5]
            centers.append(shape.center)
            let basis = try JetBasis(shared, order: 2, shape: shape, height: 9, width: 9)
            taps += basis.design.times((0..<6).map { $0 == 0 ? 3 : generator.normal() })
        }
        let layer = KernelLayer(name: "shared", outputs: 4, inputs: 1, height: 9, width: 9, taps: taps)
        let fit = try LayerFit(layer, options: shared)
        #expect(fit.kernels.allSatisfy { abs($0.sigma - 1.3) < 1e-3 && $0.sigma == fit.kernels[0].sigma })
        for (kernel, center) in zip(fit.kernels, centers) {
            #expect(abs(kernel.shape.center.x - center.x) < 1e-2 && abs(kernel.shape.center.y - center.y) < 1e-2)
        }
    }

    /// Kernels of zeros, which every shape suits, share the σ of the others, so that it is the layer's however many they are.
    @Test func kernelsOfZerosShareTheSigma() throws {
        var shared = options(order: 2)
        shared.scale = .shared
        var generator = SeededGenerator(seed: 10)
        var taps: [Double] = []
        for center in [SIMD2(0.3, -0.2), [-0.4, 0.1]] {
            var shape = GaussianShape(sigma: 1.3)
            shape.center = center
            let basis = try JetBasis(shared, order: 2, shape: shape, height: 9, width: 9)
            taps += basis.design.times((0..<6).map { $0 == 0 ? 3 : generator.normal() })
        }
        taps += [Double](repeating: 0, count: 3 * 81)
        let layer = KernelLayer(name: "pruned", outputs: 5, inputs: 1, height: 9, width: 9, taps: taps)
        let fit = try LayerFit(layer, options: shared)
        #expect(fit.kernels.map(\.scaleStatus) == [.found, .found, .undetermined, .undetermined, .undetermined])
        #expect(abs(fit.sigma - 1.3) < 1e-3)
        #expect(fit.kernels.allSatisfy { $0.sigma == fit.kernels[0].sigma && $0.rank == 6 })
    }

    /// A range of σ of one point gives it: nothing is spent on it, and it has no error.
    @Test func aRangeOfOnePointIsNotFitted() throws {
        var options = options(order: 1)
        options.sigmaRange = 1...1
        var shape = GaussianShape(sigma: 1)
        shape.center = [0.4, -0.3]
        let basis = try JetBasis(options, order: 1, shape: shape, height: 7, width: 7)
        let errors = noise(49, seed: 11)
        let taps = zip(basis.design.times([3, 0.5, -0.4]), errors).map { $0 + 0.001 * $1 }
        let layer = KernelLayer(name: "given", outputs: 1, inputs: 1, height: 7, width: 7, taps: taps)
        let fit = try LayerFit(layer, options: options).kernels[0]
        #expect(fit.scaleStatus == .found && fit.sigma == 1)
        #expect(fit.degreesOfFreedom == 49 - 3 - 2)
        #expect(fit.shapeErrors[0] == 0 && fit.shapeErrors[1] > 0 && fit.shapeErrors[2] > 0)
    }

    /// A planted kernel and noise, many times over: estimates without bias, and intervals of 1.96 standard errors that hold the truth at
    /// their nominal rate of 95 %.
    @Test func standardErrorsCoverAtTheirNominalRate() throws {
        let draws = Thoroughness.cases(1000)
        let options = options(order: 2) { $0.hasConstant = true }
        var planted = GaussianShape(sigma: 1.4)
        planted.center = [0.4, -0.25]
        let basis = try JetBasis(options, order: 2, shape: planted, height: 9, width: 9)
        let coefficients = [3, 0.5, -0.8, 0.4, 0.3, -0.6, 0.02]
        let clean = basis.design.times(coefficients)
        var generator = SeededGenerator(seed: 8)
        let taps = (0..<draws).flatMap { _ in clean.map { $0 + 0.002 * generator.normal() } }
        let layer = KernelLayer(name: "noisy", outputs: draws, inputs: 1, height: 9, width: 9, taps: taps)
        let fits = try LayerFit(layer, options: options).kernels
        #expect(fits.allSatisfy { $0.scaleStatus == .found && $0.degreesOfFreedom == 81 - 7 - 3 })
        func check(_ name: String, _ truth: Double, _ estimate: (KernelFit) -> Double, _ error: (KernelFit) -> Double) {
            let deviations = fits.map { (estimate($0) - truth) / error($0) }
            let covered = Double(deviations.count { abs($0) < 1.96 }) / Double(draws)
            // Four standard errors of a rate of 0.95, √(0.95·0.05/draws), and of a mean of numbers of variance 1.
            #expect(abs(covered - 0.95) < 4 * (0.0475 / Double(draws)).squareRoot(), "\(name): \(covered)")
            let bias = deviations.reduce(0, +) / Double(draws)
            #expect(abs(bias) < 4 / Double(draws).squareRoot(), "\(name): \(bias) standard errors")
        }
        for index in 0..<6 {
            check("coefficient \(index)", coefficients[index], { $0.coefficients[index] }, { $0.standardErrors[index] })
        }
        check("log σ", log(1.4), { log($0.sigma) }, { $0.shapeErrors[0] })
        check("centre x", 0.4, { $0.shape.center.x }, { $0.shapeErrors[1] })
        check("centre y", -0.25, { $0.shape.center.y }, { $0.shapeErrors[2] })
    }
}

/// The master key filters: a free centre and a constant explain more, and two filters sit half a pixel off.
@Suite(.enabled(if: SharedData.isAvailable, "\(SharedData.whySkipped)"))
struct MasterKeyFilterTests {
    @Test func halfPixelCentresAreFound() throws {
        let folder = try #require(SharedData.folder)
        let tensor = try TensorArchive(
            contentsOf: folder.appendingPathComponent("kernels/master-key-filters.safetensors")
        )
        .tensor(named: "master_key_filters")
        let layer = KernelLayer(name: "keys", outputs: 8, inputs: 1, height: 7, width: 7, taps: tensor.doubles)
        var options = FitOptions(order: 2, scale: .perKernel, sigmaRange: 0.3...3, discretization: .discrete)
        options.center = .free
        options.hasConstant = true
        let best = try LayerFit(layer, options: options).kernels
        let mean = best.reduce(0) { $0 + $1.explainedEnergy } / 8
        #expect(mean > 0.975, "\(mean)")
        // Filters 1 and 2 are differences of neighbours: a band-limited first derivative between them.
        let derivative = FitOptions(order: 1, scale: .perKernel, sigmaRange: 0.3...3, discretization: .spectral)
        var free = derivative
        free.center = .free
        let (fixed, moved) = (
            try LayerFit(layer, options: derivative).kernels, try LayerFit(layer, options: free).kernels
        )
        for (index, center) in [(1, SIMD2(0.5, 0)), (2, SIMD2(0, -0.5))] {
            let offset = moved[index].shape.center - center
            #expect((offset * offset).sum().squareRoot() < 0.1, "\(moved[index].shape.center)")
            #expect(moved[index].explainedEnergy > 0.95)
            #expect(moved[index].explainedEnergy > fixed[index].explainedEnergy + 0.2)
        }
    }
}

import SampledSpaces

private enum Grid9 {
    static let grid = Grid(width: 9, height: 9, origin: [-4, -4])
}

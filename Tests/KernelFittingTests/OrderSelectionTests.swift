import GaussianKernels
import LeastSquares
import Randomness
import Testing

@testable import KernelFitting

@Suite struct OrderSelectionTests {
    /// A planted jet of order 2 in noise is recognised by both criteria.
    @Test func recognisesThePlantedOrder() throws {
        var generator = SeededGenerator(seed: 1)
        let options = FitOptions(order: 5, scale: .shared)
        let basis = try JetBasis(options, order: 2, shape: GaussianShape(sigma: 1.4), height: 9, width: 9)
        let taps = (0..<20).flatMap { _ in
            basis.design.times((0..<6).map { _ in generator.normal() }).map { $0 + 0.01 * generator.normal() }
        }
        let layer = KernelLayer(name: "planted", outputs: 20, inputs: 1, height: 9, width: 9, taps: taps)
        let selection = try OrderSelection(layer, options: options)
        #expect(selection.byInformationCriterion == 2)
        #expect(selection.byHeldOutTaps == 2)
        #expect(selection.scores.map(\.order) == [0, 1, 2, 3, 4, 5])
    }

    /// White noise has nothing to describe: the fewer functions the better, and held-out taps are not predicted at all.
    @Test func choosesNothingForWhiteNoise() throws {
        var generator = SeededGenerator(seed: 2)
        let layer = KernelLayer(
            name: "noise", outputs: 50, inputs: 1, height: 7, width: 7, taps: (0..<2450).map { _ in generator.normal() }
        )
        let selection = try OrderSelection(layer, options: FitOptions(order: 4))
        #expect(selection.byInformationCriterion == 0)
        #expect(selection.scores.allSatisfy { $0.heldOutEnergy < 0.02 })
    }

    /// The shortcut for taps left out, against fits without the tap.
    @Test func heldOutTapsByTheLongWay() throws {
        var generator = SeededGenerator(seed: 3)
        let taps = (0..<25).map { _ in generator.normal() }
        let layer = KernelLayer(name: "one", outputs: 1, inputs: 1, height: 5, width: 5, taps: taps)
        let options = FitOptions(order: 2, scale: .fixed(1.1))
        let score = try OrderSelection(layer, options: options).scores[2]
        let basis = try JetBasis(options, order: 2, shape: GaussianShape(sigma: 1.1), height: 5, width: 5)
        var press = 0.0
        for left in 0..<25 {
            let kept = (0..<25).filter { $0 != left }
            let design = Matrix(columns: (0..<6).map { column in kept.map { basis.design[$0, column] } })
            let unknowns = try TruncatedFactorization(design).solve(kept.map { taps[$0] }).unknowns
            let predicted = (0..<6).reduce(0) { $0 + unknowns[$1] * basis.design[left, $1] }
            press += (taps[left] - predicted) * (taps[left] - predicted)
        }
        #expect(abs(score.heldOutEnergy - (1 - press / layer.energy)) < 1e-11)
    }

    /// What is left of a constant beside a constant is rounding at every order, which says nothing about the other kernels.
    @Test func aKernelThatIsDescribedExactlyDoesNotDecide() throws {
        var generator = SeededGenerator(seed: 5)
        var options = FitOptions(order: 4, scale: .shared)
        options.hasConstant = true
        let basis = try JetBasis(options, order: 2, shape: GaussianShape(sigma: 1.2), height: 5, width: 5)
        let planted = (0..<20).flatMap { _ in
            basis.design.times((0..<7).map { _ in generator.normal() }).map { $0 + 0.01 * generator.normal() }
        }
        let layer = KernelLayer(
            name: "one constant", outputs: 21, inputs: 1, height: 5, width: 5,
            taps: [Double](repeating: 0.3, count: 25) + planted)
        let selection = try OrderSelection(layer, options: options)
        #expect(selection.scores.allSatisfy { $0.informationCriterion.isFinite })
        #expect(selection.byInformationCriterion == 2)
    }

    /// A basis as large as the kernel leaves nothing to judge it by.
    @Test func aCompleteBasisIsNeverChosen() throws {
        var generator = SeededGenerator(seed: 4)
        let layer = KernelLayer(
            name: "3x3", outputs: 4, inputs: 1, height: 3, width: 3, taps: (0..<36).map { _ in generator.normal() })
        let selection = try OrderSelection(layer, options: FitOptions(order: 4))
        #expect(selection.byInformationCriterion < 4)
        #expect(selection.byHeldOutTaps < 4)
    }
}

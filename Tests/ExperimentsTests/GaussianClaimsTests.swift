import Experiments
import GaussianKernels
import KernelFitting
import Randomness
import Testing

@Suite struct GaussianClaimsTests {
    @Test func diracLimitFailsForAKernelWhoseSumIsNotOne() throws {
        let context = try ExperimentContext.forTests()
        #expect(try verdict(of: DiracLimit(), context) == .holds)
        let heavy = DiracLimit { order, sigma, method in
            method.taps(order: order, sigma: sigma)?.map { 1.01 * $0 }
        }
        #expect(try verdict(of: heavy, context) == .doesNotHold)
    }

    @Test func derivativeKernelsFailWithTheNextOrder() throws {
        let context = try ExperimentContext.forTests()
        #expect(try verdict(of: DerivativeKernels(orders: 1...2), context) == .holds)
        let wrong = DerivativeKernels(orders: 1...2) { order, sigma, method in
            method.taps(order: order + 1, sigma: sigma)
        }
        #expect(try verdict(of: wrong, context) == .doesNotHold)
    }

    @Test func semigroupFailsForABox() throws {
        let context = try ExperimentContext.forTests()
        #expect(try verdict(of: Semigroup(), context) == .holds)
        let box = Semigroup { _, sigma, _ in
            let radius = Int((3.0.squareRoot() * sigma).rounded(.up))
            return Array(repeating: 1 / Double(2 * radius + 1), count: 2 * radius + 1)
        }
        #expect(try verdict(of: box, context) == .doesNotHold)
    }

    @Test func effectiveRadiusFailsForRadiiThatGrow() throws {
        let context = try ExperimentContext.forTests()
        #expect(try verdict(of: EffectiveRadius(), context) == .holdsInPart)
        #expect(try verdict(of: EffectiveRadius { 1 + Double($0) }, context) == .doesNotHold)
    }

    @Test func operatorsAfterSmoothingFailForNoise() throws {
        let context = try ExperimentContext.forTests(pictures: OrientedShapesForTests.dataset)
        let jets = [5, 7, 9].map { side in
            let sigma = Double(side) / 5
            let kernel = GaussianKernel2D.derivative(dx: 1, dy: 0, sigma: sigma, radius: side / 2)
            return KernelLayer(
                name: "edge-\(side)x\(side)", outputs: 1, inputs: 1, height: side, width: side, taps: kernel.taps)
        }
        #expect(try verdict(of: OperatorsAfterSmoothing(layers: jets), context) == .holds)
        var random = SeededGenerator(seed: 3)
        let noise = [7, 9].map { side in
            // Without a mean, so that pictures do not hide what is missing.
            let taps = (0..<side * side).map { _ in random.normal() }
            let mean = taps.reduce(0, +) / Double(taps.count)
            return KernelLayer(
                name: "noise-\(side)x\(side)", outputs: 1, inputs: 1, height: side, width: side,
                taps: taps.map { $0 - mean })
        }
        #expect(try verdict(of: OperatorsAfterSmoothing(layers: noise), context) != .holds)
    }

    @Test func smallKernelsKeepNothingWhereKernelsAreNoise() throws {
        let context = try ExperimentContext.forTests()
        // A kernel that averages more, the larger it is.
        let smooth = MadeNetworks.source { side, _, _, random in
            (0..<side * side).map { _ in 1 + 0.01 * Float(random.normal()) }
        }
        #expect(try verdict(of: SmallKernelsKeepHighFrequencies(networks: smooth), context) == .holds)
        let noise = MadeNetworks.source { side, _, _, random in (0..<side * side).map { _ in Float(random.normal()) } }
        #expect(try verdict(of: SmallKernelsKeepHighFrequencies(networks: noise), context) != .holds)
    }
}

import NeuralNetworks
import Tensors
import TestSupport
import Testing

@testable import Training

@Suite struct PruningTests {
    private let graph: NetworkGraph
    private let weights: NetworkWeights

    init() throws {
        graph = try NetworkGraph(#require(StandardNetwork.named("cascade")).description())
        weights = NetworkWeights(graph, seed: 3)
    }

    private func masks(_ share: Double, _ settings: PruningSettings) -> PruningMasks {
        var masks = PruningMasks(for: graph)
        masks.choose(share, of: weights, in: graph, settings)
        return masks
    }

    /// Kernels and the dense matrix are pruned, within each tensor, and nothing else: 22,243 weights of the cascade are left at 75 % zeros and 26,254 of
    /// the large-kernel net at 85 %, up to the rounding of each tensor.
    @Test(arguments: [("cascade", 0.75, 22_243), ("large-kernel", 0.85, 26_254)])
    func whatIsKept(name: String, share: Double, kept: Int) throws {
        let graph = try NetworkGraph(#require(StandardNetwork.named(name)).description())
        var masks = PruningMasks(for: graph)
        masks.choose(share, of: NetworkWeights(graph, seed: 1), in: graph, PruningSettings(sparsity: share, end: 1))
        let count = masks.count(in: graph)
        #expect(abs(count.kept - kept) <= 5)
        #expect(count.kept + count.zeroed == graph.trainableCount)
        for (parameter, mask) in zip(graph.parameters, masks.masks) {
            #expect((mask != nil) == (parameter.role == .kernel || parameter.role == .dense))
        }
    }

    /// However many steps lie between two choices.
    @Test(arguments: [1, 7, 12, 20, 100]) func theWholeShareIsGoneAtTheEnd(interval: Int) {
        for growth in PruningSettings.Growth.allCases {
            let settings = PruningSettings(sparsity: 0.5, growth: growth, begin: 4, end: 20, interval: interval)
            #expect((0...30).last { settings.share(afterStep: $0) != nil } == 20)
            #expect(settings.share(afterStep: 20) == 0.5)
            #expect(settings.share(afterStep: 3) == nil)
            #expect(settings.share(afterStep: 4) == (growth == .constant ? 0.5 : 0))
        }
    }

    @Test func coefficientsOfJetsArePrunedLikeKernels() throws {
        let graph = try NetworkGraph(#require(StandardNetwork.named("dilated-jet")).description())
        for unit in PruningSettings.Unit.allCases {
            var masks = PruningMasks(for: graph)
            masks.choose(
                0.5, of: NetworkWeights(graph, seed: 1), in: graph, PruningSettings(sparsity: 0.5, unit: unit, end: 1))
            for (parameter, mask) in zip(graph.parameters, masks.masks) where parameter.role == .jetCoefficients {
                let zeros = try #require(mask).elements.count { $0 == 0 }
                #expect(zeros == parameter.shape.count / 2)
            }
            let sigmas = zip(graph.parameters, masks.masks).filter { $0.0.role == .sigma }
            #expect(!sigmas.isEmpty && sigmas.allSatisfy { $0.1 == nil })
        }
    }

    private static let shares = [0.05, 0.5, 0.9, 1.0.nextDown]

    /// Of every network that comes along, whatever goes together and in whichever scope: a tensor that can be pruned keeps a unit, one that is a single
    /// unit keeps all, and so does the classifier where more than single weights go together.
    @Test(arguments: PruningSettings.Unit.allCases, PruningSettings.Scope.allCases)
    func noLayerIsEmptied(unit: PruningSettings.Unit, scope: PruningSettings.Scope) throws {
        let names = [
            "dilated", "cascade-narrow", "depthwise-cascade", "dilated-jet", "encoder-decoder", "detector",
        ]
        for name in names {
            let graph = try NetworkGraph(#require(StandardNetwork.named(name)).description())
            let weights = NetworkWeights(graph, seed: 2)
            let scoring = graph.scoringParameters
            #expect(!scoring.isEmpty)
            for share in unit == .weights ? Self.shares.suffix(1) : Self.shares[...] {
                let settings = PruningSettings(sparsity: share, unit: unit, scope: scope, end: 1)
                guard settings.fault(in: graph, steps: 1) == nil else { continue }
                var masks = PruningMasks(for: graph)
                masks.choose(share, of: weights, in: graph, settings)
                let alone = Set(settings.leftAlone(in: graph).map(\.layer))
                for (place, parameter) in graph.parameters.enumerated() {
                    let kept = masks.masks[place]?.elements.count { $0 == 1 } ?? parameter.shape.count
                    #expect(kept > 0, "\(parameter.name) of \(name) at \(share)")
                    let isAlone = alone.contains(String(parameter.name.prefix { $0 != "." }))
                    if isAlone || scoring.contains(place) && unit != .weights { #expect(kept == parameter.shape.count) }
                }
                let count = masks.count(in: graph, settings)
                #expect(count.zeroed > 0 && count.zeroed < count.prunable && count.prunable <= graph.trainableCount)
            }
        }
    }

    /// Taps and channels of layers with small weights are no weaker for that: half of the weights goes, up to half a unit, and from every layer.
    @Test(arguments: [PruningSettings.Unit.pairs, .taps, .channels], [0.25, 0.5, 0.75])
    func globallyUnitsAreComparedWithinTheirLayers(unit: PruningSettings.Unit, share: Double) throws {
        let graph = try NetworkGraph(#require(StandardNetwork.named("dilated")).description())
        let settings = PruningSettings(sparsity: share, unit: unit, scope: .global, end: 1)
        var masks = PruningMasks(for: graph)
        masks.choose(share, of: NetworkWeights(graph, seed: 1), in: graph, settings)
        let count = masks.count(in: graph, settings)
        // The largest unit: a tap from 48 to 64 channels, an output channel of 9·48 weights.
        let largest =
            graph.parameters.filter { $0.role == .kernel }.map { kernel in
                switch unit {
                case .weights: 1
                case .pairs: 2
                case .taps: kernel.shape[2] * kernel.shape[3]
                case .channels: kernel.shape.count / kernel.shape[3]
                }
            }.max() ?? 0
        #expect(abs(Double(count.zeroed) - share * Double(count.prunable)) <= Double(largest) / 2 + 1)
        for (parameter, mask) in zip(graph.parameters, masks.masks) where parameter.role == .kernel {
            let zeros = try #require(mask).elements.count { $0 == 0 }
            #expect(zeros > 0 && Double(zeros) < min(0.95, share + 0.3) * Double(parameter.shape.count))
        }
    }

    /// The dense layer has one tap, and its channels are the classes.
    @Test(arguments: [PruningSettings.Unit.pairs, .taps, .channels], PruningSettings.Scope.allCases)
    func theClassifierKeepsItsWeights(unit: PruningSettings.Unit, scope: PruningSettings.Scope) throws {
        let graph = try NetworkGraph(#require(StandardNetwork.named("dilated")).description())
        let settings = PruningSettings(sparsity: 0.5, unit: unit, scope: scope, end: 1)
        #expect(settings.leftAlone(in: graph).map(\.description) == ["dense1 (it scores the classes)"])
        let asked = PruningSettings(sparsity: 0.5, unit: unit, scope: scope, prunesClassifier: true, end: 1)
        var masks = PruningMasks(for: graph)
        masks.choose(0.5, of: NetworkWeights(graph, seed: 1), in: graph, asked)
        let dense = try #require(graph.parameters.firstIndex { $0.role == .dense })
        switch unit {
        case .taps:
            #expect(asked.leftAlone(in: graph).map(\.description) == ["dense1 (it is one tap)"])
            #expect(masks.masks[dense] == nil)
        case .channels:
            #expect(asked.fault(in: graph, steps: 1)?.hasPrefix("the channels of the layer that scores are") == true)
        case .weights, .pairs:
            #expect(asked.leftAlone(in: graph).isEmpty && masks.masks[dense] != nil)
        }
    }

    /// Of a transposed convolution outputs are the third axis.
    @Test func channelsOfTransposedConvolutionsAreOutputs() throws {
        let graph = try NetworkGraph(#require(StandardNetwork.named("encoder-decoder")).description())
        var masks = PruningMasks(for: graph)
        masks.choose(
            0.5, of: NetworkWeights(graph, seed: 1), in: graph,
            PruningSettings(sparsity: 0.5, unit: .channels, end: 1))
        var seen = 0
        for (place, parameter) in graph.parameters.enumerated() where graph.isTransposed(place) {
            guard let mask = masks.masks[place] else { continue }
            let (outputs, inputs) = (parameter.shape[2], parameter.shape[3])
            for i in 0..<mask.count { #expect(mask.elements[i] == mask.elements[i / inputs % outputs * inputs]) }
            #expect(mask.elements.count { $0 == 0 } == mask.count / outputs * (outputs / 2))
            seen += 1
        }
        #expect(seen > 0)
    }

    /// Kernels of 1×1 have one tap, and the depthwise ones of 3×3 nine.
    @Test func layersOfOneTapAreSaid() throws {
        let graph = try NetworkGraph(#require(StandardNetwork.named("depthwise-cascade")).description())
        let alone = PruningSettings(sparsity: 0.5, unit: .taps, end: 1).leftAlone(in: graph)
        let single = graph.parameters.filter { $0.role == .kernel && $0.shape[0] * $0.shape[1] == 1 }
        #expect(alone.count == single.count + 1)
        #expect(alone.last?.reason == .scoresClasses)
        #expect(alone.dropLast().allSatisfy { $0.reason == .oneUnit && "\($0)".hasSuffix("(it is one tap)") })
    }

    @Test(
        arguments: [
            (0, 0, 0.5, PruningSettings.Unit.weights, nil), (18, 18, 0.5, .weights, nil),
            (0, 19, 0.5, .weights, "pruning ends after step 19, but the run has 18 steps"),
            (0, 9, 0.05, .taps, "the share 0.05 is less than half of one tap in each layer of small, so"),
            (0, 9, 0.06, .taps, nil),
        ]) func aRunThatDoesNotComeToTheShareIsRefused(
            begin: Int, end: Int, share: Double, unit: PruningSettings.Unit, words: String?
        ) throws
    {
        let settings = TrainerTests.settings {
            $0.pruning = PruningSettings(sparsity: share, unit: unit, begin: begin, end: end, interval: 7)
        }
        func trainer() throws(TrainingError) -> Trainer {
            try Trainer(TrainerTests.network, on: TrainerTests.dataset, settings: settings)
        }
        if let words {
            let error = try #require(throws: TrainingError.self) { try trainer() }
            #expect(error.description.hasPrefix(words))
            return
        }
        let run = try trainer()
        while run.steps < end { try run.step() }
        // Half of 3·3·3·6, of 3·3·6·8 and of 8·10; of nine taps, one of each kernel.
        #expect(run.weightCounts.zeroed == (unit == .taps ? 3 * 6 + 6 * 8 : 81 + 216 + 40))
    }

    @Test func theSmallestOfEachTensorGo() {
        let masks = masks(0.3, PruningSettings(sparsity: 0.3, end: 1))
        for (place, parameter) in graph.parameters.enumerated() where parameter.role == .kernel {
            guard let mask = masks.masks[place] else { return #expect(Bool(false)) }
            let pairs = zip(weights.tensors[place].elements, mask.elements)
            let largestGone = pairs.filter { $0.1 == 0 }.map { abs($0.0) }.max() ?? 0
            let smallestKept = pairs.filter { $0.1 == 1 }.map { abs($0.0) }.min() ?? 0
            #expect(largestGone <= smallestKept)
            #expect(mask.elements.count { $0 == 0 } == Int((0.3 * Double(mask.count)).rounded()))
        }
    }

    @Test func globallyOneMagnitudeDivides() {
        let masks = masks(0.5, PruningSettings(sparsity: 0.5, scope: .global, end: 1))
        var gone: [Float] = []
        var kept: [Float] = []
        for (weights, mask) in zip(weights.tensors, masks.masks) {
            guard let mask else { continue }
            for (weight, isKept) in zip(weights.elements, mask.elements) {
                if isKept == 1 { kept.append(abs(weight)) } else { gone.append(abs(weight)) }
            }
        }
        #expect((gone.max() ?? 0) <= (kept.min() ?? 0))
        #expect(gone.count == Int((0.5 * Double(gone.count + kept.count)).rounded()))
    }

    @Test(arguments: PruningSettings.Unit.allCases)
    func unitsGoTogether(unit: PruningSettings.Unit) throws {
        let masks = masks(0.5, PruningSettings(sparsity: 0.5, unit: unit, end: 1))
        for (place, parameter) in graph.parameters.enumerated() where parameter.role == .kernel {
            let mask = try #require(masks.masks[place])
            let (inputs, outputs) = (parameter.shape[2], parameter.shape[3])
            for i in 0..<mask.count {
                let partner =
                    switch unit {
                    case .weights: i
                    case .pairs: i % outputs % 2 == 0 && i % outputs + 1 < outputs ? i + 1 : i
                    case .taps: i / (inputs * outputs) * inputs * outputs
                    case .channels: i % outputs
                    }
                #expect(mask.elements[i] == mask.elements[partner])
            }
            break
        }
    }

    @Test func sharesFollowTheSchedule() {
        let constant = PruningSettings(sparsity: 0.75, begin: 100, end: 200, interval: 20)
        #expect((0...300).filter { constant.share(afterStep: $0) != nil } == [100, 120, 140, 160, 180, 200])
        #expect(constant.share(afterStep: 140) == 0.75)
        let growing = PruningSettings(sparsity: 0.8, growth: .polynomial, begin: 100, end: 200, interval: 20)
        #expect(growing.share(afterStep: 100) == 0)
        #expect(growing.share(afterStep: 200) == 0.8)
        // 0.8·(1 − 0.6³) at t = 0.4.
        #expect(abs((growing.share(afterStep: 140) ?? 0) - 0.6272) < 1e-12)
    }

    private func trainer(steps: Int, from checkpoint: Checkpoint? = nil) throws -> Trainer {
        let trainer = try Trainer(
            TrainerTests.network, on: TrainerTests.dataset,
            settings: TrainerTests.settings {
                $0.stepsPerEpoch = 20
                $0.pruning = PruningSettings(sparsity: 0.5, growth: .polynomial, begin: 2, end: 6, interval: 2)
            }, from: checkpoint)
        while trainer.steps < steps { try trainer.step() }
        return trainer
    }

    @Test func afterTheLastChoiceZerosStayAndTheOthersAreTuned() throws {
        let trainer = try trainer(steps: 6)
        let chosen = trainer.masks
        // Half of 3·3·3·6, of 3·3·6·8 and of 8·10.
        #expect(trainer.weightCounts.zeroed == 81 + 216 + 40)
        for _ in 0..<5 {
            let before = trainer.network.weights
            try trainer.step()
            #expect(trainer.masks == chosen)
            for (place, mask) in chosen.masks.enumerated() {
                guard let mask else { continue }
                let pairs = zip(before.tensors[place].elements, trainer.network.weights.tensors[place].elements)
                for ((old, new), isKept) in zip(pairs, mask.elements) {
                    #expect(isKept == 1 ? new != old && new != 0 : new == 0)
                }
            }
        }
    }

    @Test func masksSurviveACheckpointWrittenAfterTheLastChoice() throws {
        let whole = try trainer(steps: 9)
        let folder = try TemporaryFolder()
        let file = folder.file("last.safetensors")
        try whole.save(to: file)
        let resumed = try trainer(steps: 9, from: Checkpoint(contentsOf: file))
        #expect(resumed.masks == whole.masks)
        #expect(resumed.weightCounts.zeroed == 81 + 216 + 40)
        for _ in 0..<3 {
            try whole.step()
            try resumed.step()
        }
        #expect(resumed.masks == whole.masks)
        #expect(resumed.network.weights == whole.network.weights)
        for (weights, mask) in zip(resumed.network.weights.tensors, resumed.masks.masks) {
            guard let mask else { continue }
            #expect(zip(weights.elements, mask.elements).allSatisfy { ($0 == 0) == ($1 == 0) })
        }
    }
}

import Experiments
import TestSupport
import Testing

@testable import Datasets

/// Comparisons of networks with scores that are made up: the claim's own, and ones that contradict it.
@Suite struct NetworkClaimsTests {
    @Test func downsamplingIsJudgedByBothPairs() throws {
        let context = try ExperimentContext.forTests(pictures: OrientedShapesForTests.dataset)
        let both = madeScores(["dilated": 0.76, "strided": 0.7, "dilated-1-1-2-4": 0.74])
        #expect(try verdict(of: DownsamplingLoses(scores: both), context) == .holds)
        let confounded = madeScores(["dilated": 0.76, "strided": 0.7, "dilated-1-1-2-4": 0.65])
        #expect(try verdict(of: DownsamplingLoses(scores: confounded), context) == .holdsInPart)
        // Noise as large as the difference decides nothing.
        let noisy = madeScores(["dilated": 0.71, "strided": 0.7, "dilated-1-1-2-4": 0.7], noise: 0.2)
        let findings = try DownsamplingLoses(scores: noisy).evidence(context).findings
        #expect(findings.map(\.outcome) == [.undecided, .undecided])
        // Shuffled labels: networks that guess.
        let guessing = madeScores(["dilated": 0.12, "strided": 0.1, "dilated-1-1-2-4": 0.11])
        #expect(try verdict(of: DownsamplingLoses(scores: guessing), context) == .notDecided)
    }

    @Test func sameAccuracyIsAnEquivalence() throws {
        let context = try ExperimentContext.forTests(pictures: OrientedShapesForTests.dataset)
        let same = madeScores(["dilated": 0.76, "large-kernel": 0.762, "dilated-1-2-3-4": 0.758])
        #expect(try verdict(of: DilationEqualsLargeKernel(scores: same), context) == .holds)
        let apart = madeScores(["dilated": 0.76, "large-kernel": 0.66, "dilated-1-2-3-4": 0.758])
        #expect(try verdict(of: DilationEqualsLargeKernel(scores: apart), context) == .doesNotHold)
    }

    @Test func fieldWidthAndDepthMustExplain() throws {
        let context = try ExperimentContext.forTests(pictures: OrientedShapesForTests.dataset)
        // About linear in the logarithms of width and depth.
        let made = [
            "dilated": 0.7, "dilated-1-1-2-4": 0.7, "dilated-1-2-3-4": 0.7, "strided": 0.7, "cascade": 0.72,
            "cascade-narrow": 0.706, "cascade-wide": 0.76, "depthwise-cascade": 0.694, "mixed-cascade": 0.7,
        ]
        #expect(try verdict(of: ReceptiveFieldAndWidth(scores: madeScores(made)), context) == .holds)
        var against = made
        against["cascade"] = 0.6
        #expect(try verdict(of: ReceptiveFieldAndWidth(scores: madeScores(against)), context) != .holds)
        // What a network is called decides, and not how wide or deep it is.
        var unexplained = made
        unexplained["dilated-1-1-2-4"] = 0.6
        unexplained["strided"] = 0.8
        let result = try ClaimRunner([ReceptiveFieldAndWidth(scores: madeScores(unexplained))]) { _ in context }.run()[
            0]
        #expect(result.evidence.findings[2].outcome == .failed)
    }

    @Test func residualIsJudgedByBothPairs() throws {
        let context = try ExperimentContext.forTests(pictures: OrientedShapesForTests.dataset)
        let good = madeScores(["residual": 0.87, "residual-strided": 0.8, "residual-control": 0.85])
        #expect(try verdict(of: ResidualClaim(scores: good), context) == .holds)
        let bad = madeScores(["residual": 0.7, "residual-strided": 0.8, "residual-control": 0.75])
        #expect(try verdict(of: ResidualClaim(scores: bad), context) == .doesNotHold)
    }

    @Test func sparsityNeedsAHundredClasses() throws {
        let context = try ExperimentContext.forTests(pictures: OrientedShapesForTests.dataset)
        let good = madeScores(["dilated": 0.76, "cascade, 25 % kept": 0.78, "large-kernel, 15 % kept": 0.77])
        #expect(try verdict(of: SparsityClaim(scores: good), context) == .notDecided)
        let bad = madeScores(["dilated": 0.76, "cascade, 25 % kept": 0.78, "large-kernel, 15 % kept": 0.6])
        #expect(try verdict(of: SparsityClaim(scores: bad), context) == .holdsInPart)
    }

    /// Files as CIFAR-100 has them, of a few records.
    private func hundredClasses() throws -> Dataset {
        let folder = try TemporaryFolder()
        func records(_ labels: [UInt8]) -> [UInt8] {
            var bytes: [UInt8] = []
            for label in labels {
                bytes += [label / 5, label]
                bytes += (0..<3072).map { place in UInt8((31 * Int(label) + place) % 256) }
            }
            return bytes
        }
        let names = (0..<100).map { "class \($0)" }.joined(separator: "\n")
        _ = try folder.file("fine_label_names.txt", holding: Array(names.utf8))
        _ = try folder.file("train.bin", holding: records([3, 42, 99, 17]))
        _ = try folder.file("test.bin", holding: records([42, 99, 3]))
        return try CIFARFiles.cifar100(in: folder.url, trainingRecords: 4, testRecords: 3)
    }

    @Test func sparsityIsJudgedOnAHundredClassesWhereTheyAreAtHand() throws {
        let pictures = ExperimentData(pictures: OrientedShapesForTests.dataset, manyClasses: try hundredClasses())
        let context = ExperimentContext(effort: .quick, data: pictures, networks: try NetworkLibrary())
        func scores(sparse: Double) -> ScoreSource {
            madeScores([
                "dilated": 0.4, "cascade, 25 % kept": 0.41, "large-kernel, 15 % kept": 0.4, "sparse": sparse,
            ])
        }
        #expect(try verdict(of: SparsityClaim(scores: scores(sparse: 0.45)), context) == .holds)
        #expect(try verdict(of: SparsityClaim(scores: scores(sparse: 0.4)), context) == .holdsInPart)
    }

    /// In two steps little is learned: what is shown is that such a network is made, trained and scored.
    @Test func aNetworkForAHundredClassesIsTrained() throws {
        let data = try hundredClasses()
        let context = try ExperimentContext.forTests(pictures: data)
        let score = try trainedScores(
            Contestant("dilated", context), 1, TrainingBudget(epochs: 1, stepsPerEpoch: 2, batch: 2), context)
        // The dense layer has ninety more rows of 48 weights and a bias.
        #expect(score.parameters == 25_474 + 90 * 49)
    }

    @Test func theMaximumIsNoMedian() throws {
        let context = try ExperimentContext.forTests(pictures: OrientedShapesForTests.dataset)
        let scores = madeScores(["max pool, stride 1": 0.76, "max pool, stride 2": 0.74])
        #expect(try verdict(of: MaxPoolWithoutStride(scores: scores), context) == .holdsInPart)
        #expect(try verdict(of: MaxPoolWithoutStride(reduction: .median, scores: scores), context) == .holds)
        let worse = madeScores(["max pool, stride 1": 0.7, "max pool, stride 2": 0.74])
        #expect(try verdict(of: MaxPoolWithoutStride(scores: worse), context) == .doesNotHold)
    }

    @Test func segmentationIsJudgedBesideItsPeer() throws {
        let context = try ExperimentContext.forTests()
        let good = madeScores(["segmentation": 0.97, "segmentation-body": 0.96, "encoder-decoder": 0.95])
        #expect(try verdict(of: SegmentationClaim(scores: good), context) == .holds)
        let bad = madeScores(["segmentation": 0.45, "segmentation-body": 0.96, "encoder-decoder": 0.95])
        #expect(try verdict(of: SegmentationClaim(scores: bad), context) == .doesNotHold)
    }

    @Test func branchesAreJudgedBySize() throws {
        let context = try ExperimentContext.forTests()
        func claim(_ branched: Double, _ single: Double) -> MultiFieldBranches {
            MultiFieldBranches { name, seed, _ in
                let level = name == "detector" ? branched : single
                return [0, 0.01, 0.02].map { level + $0 + 0.001 * Double(seed) * $0 }
            }
        }
        #expect(try verdict(of: claim(0.8, 0.7), context) == .holds)
        #expect(try verdict(of: claim(0.4, 0.7), context) == .doesNotHold)
    }

    @Test func dilatedCausalFailsWithoutDilation() throws {
        let context = try ExperimentContext.forTests()
        #expect(try verdict(of: DilatedCausal(), context) == .holds)
        #expect(try verdict(of: DilatedCausal { _ in 1 }, context) != .holds)
        // Gaps in the field are seen too.
        #expect(try verdict(of: DilatedCausal { 1 << (2 * $0 / 2 * 2 > 6 ? 6 : 2 * $0) }, context) != .holds)
    }
}

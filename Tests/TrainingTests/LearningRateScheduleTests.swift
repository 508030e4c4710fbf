import Datasets
import NeuralNetworks
import Tensors
import Testing

@testable import Training

@Suite struct LearningRateScheduleTests {
    private func picture(of label: UInt8) -> LabelledPictures {
        LabelledPictures(height: 1, width: 1, channels: 1, classNames: ["a", "b"], pixels: [255], labels: [label])
    }

    /// The learning rates of epochs, with a patience of 2 and a factor of ½.
    ///
    /// The losses that the trainer sees are made by hand: at the end of each epoch the two scores are its level and 0, whatever was learned, so
    /// that the loss falls with the level for a picture of class 0 and rises with it for one of class 1.
    private func rates(levels: [Float], test: UInt8, validation: UInt8? = nil) throws -> [Double] {
        let network = NetworkDescription(name: "level", height: 1, width: 1, channels: 1, layers: [.dense(outputs: 2)])
        let trainer = try Trainer(
            network, on: Dataset(name: "one", training: picture(of: 0), test: picture(of: test)),
            validation: validation.map(picture),
            settings: TrainerTests.settings {
                ($0.batch, $0.stepsPerEpoch, $0.epochs) = (1, 1, levels.count)
                ($0.learningRate, $0.schedule) = (1, .plateau(patience: 2, factor: 0.5))
            })
        return try levels.map { level in
            try trainer.step()
            trainer.network.weights.tensors = [Tensor([1, 1, 1, 2]), Tensor([2], [level, 0])]
            return try trainer.finishEpoch().learningRate
        }
    }

    /// Neither a loss between the last and the least nor one as low as the least is an improvement; a lower one begins the count anew, and so does a
    /// reduction.
    @Test func theRateFallsAfterPatienceEpochsWithoutALowerLoss() throws {
        #expect(
            try rates(levels: [1, 3, 2, 4, 3, 4, 3, 3, 5, 2, 3, 6], test: 0)
                == [1, 1, 1, 1, 1, 1, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125])
    }

    @Test func heldOutPicturesAreWatchedWhereThereAreSome() throws {
        let rising: [Float] = [1, 2, 3, 4, 5, 6]
        let steady = [1.0, 1, 1, 1, 1, 1]
        let falling = [1, 1, 1, 0.5, 0.5, 0.25]
        #expect(try rates(levels: rising, test: 0) == steady)
        #expect(try rates(levels: rising, test: 1) == falling)
        #expect(try rates(levels: rising, test: 0, validation: 1) == falling)
        #expect(try rates(levels: rising, test: 1, validation: 0) == steady)
    }

    @Test func factors() {
        #expect(LearningRateSchedule.constant.factor(step: 999) == 1)
        #expect(LearningRateSchedule.inverseTime(decay: 1e-5).factor(step: 0) == 1)
        #expect(abs(LearningRateSchedule.inverseTime(decay: 1e-5).factor(step: 80_000) - 1 / 1.8) < 1e-15)
        #expect(LearningRateSchedule.cosine(steps: 100).factor(step: 0) == 1)
        #expect(abs(LearningRateSchedule.cosine(steps: 100).factor(step: 50) - 0.5) < 1e-15)
        #expect(LearningRateSchedule.cosine(steps: 100).factor(step: 200) == 0)
        #expect(
            [0, 9, 10, 29].map { LearningRateSchedule.staircase(interval: 10, factor: 0.5).factor(step: $0) } == [
                1, 1, 0.5, 0.25,
            ])
        #expect(LearningRateSchedule.plateau(patience: 3, factor: 0.1).factor(step: 5, reductions: 2) == 0.1 * 0.1)
    }
}

import Testing

@testable import Training

@Suite struct LearningRateScheduleTests {
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

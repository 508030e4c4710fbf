import Testing

@testable import Training

@Suite struct EvaluationTests {
    /// A share of nothing is no number, and nothing is known of the true one.
    @Test func nothingHasNoAccuracy() {
        let none = Evaluation(classes: 2, loss: .nan, confusion: [0, 0, 0, 0])
        #expect(none.accuracy.isNaN && none.interval == 0...1)
    }

    private let evaluation = Evaluation(classes: 3, loss: 0.5, confusion: [8, 2, 0, 1, 9, 0, 0, 0, 0])

    @Test func figuresOfAConfusionMatrix() {
        #expect(evaluation.count == 20 && evaluation.correct == 17 && evaluation.accuracy == 0.85)
        #expect(evaluation.accuracy(of: 0) == 0.8 && evaluation.accuracy(of: 2) == nil)
        #expect(evaluation.intersectionOverUnion(of: 0) == 8.0 / 11)
        #expect(evaluation.intersectionOverUnion(of: 2) == nil)
    }

    /// Wilson's interval for 17 of 20: 0.6396 to 0.9476.
    @Test func wilsonsInterval() {
        #expect(abs(evaluation.interval.lowerBound - 0.6396) < 1e-4)
        #expect(abs(evaluation.interval.upperBound - 0.9476) < 1e-4)
        let perfect = Evaluation(classes: 1, loss: 0, confusion: [10]).interval
        #expect(perfect.upperBound > 1 - 1e-12 && abs(perfect.lowerBound - 0.7225) < 1e-4)
    }
}

import Testing

@testable import Training

@Suite struct TrainingHistoryTests {
    private func history(_ reestimated: [Double?], heldOut: Double? = nil) -> TrainingHistory {
        var history = TrainingHistory()
        for (place, accuracy) in reestimated.enumerated() {
            history.epochs.append(
                EpochRecord(
                    epoch: place + 1, step: 7 * (place + 1), learningRate: 0.1, trainingLoss: 1, trainingAccuracy: 0.5,
                    testLoss: 1, testAccuracy: 0.5, reestimatedAccuracy: accuracy,
                    validationAccuracy: heldOut.map { $0 / 2 }, reestimatedValidationAccuracy: heldOut,
                    keptWeights: 9, seconds: 1))
        }
        return history
    }

    /// A mean over some of the last epochs would be compared with one over all of them.
    @Test func theReestimatedFigureIsThatOfAllOfTheLastEpochs() {
        #expect(history([0.75, 1]).primaryReestimatedAccuracy == 0.875)
        #expect(history([1, nil]).primaryReestimatedAccuracy == nil && history([1, nil]).primaryAccuracy == 0.5)
        #expect(history([nil] + [Double?](repeating: 1, count: 10)).primaryReestimatedAccuracy == 1)
        #expect(history([]).primaryReestimatedAccuracy == nil)
        #expect(history([1, nil]).epochs.map(\.accuracy) == [1, 0.5])
    }

    @Test func tablesComeBack() {
        for history in [history([0.75, nil]), history([0.75, nil], heldOut: 0.25), history([])] {
            #expect(TrainingHistory(csv: history.csv) == history)
        }
        #expect(!history([1]).csv.contains("reestimated_validation"))
        #expect(TrainingHistory(csv: history([1], heldOut: 0.5).csv.replacing("0.5\n", with: "x\n")) == nil)
    }
}

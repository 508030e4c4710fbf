import Foundation

/// What an epoch brought.
public struct EpochRecord: Hashable, Sendable, Codable {
    /// The epoch's number, the first one being 1.
    public var epoch: Int
    /// The number of steps up to its end.
    public var step: Int
    /// The learning rate of its last step.
    public var learningRate: Double
    /// The mean loss over its batches, each before the step made with it.
    public var trainingLoss: Double
    /// The share of its batches' labels that had the highest score.
    public var trainingAccuracy: Double
    /// The loss on the test pictures at its end.
    public var testLoss: Double
    /// The accuracy on the test pictures at its end, with running averages as normalisation statistics.
    public var testAccuracy: Double
    /// That accuracy with normalisation statistics re-estimated on training pictures; only measured in the last ten epochs, and in those at whose end
    /// running averages still are to more than a hundredth what they began with.
    public var reestimatedAccuracy: Double?
    /// The accuracy on held-out pictures, where some are held out, with running averages as normalisation statistics.
    public var validationAccuracy: Double?
    /// That accuracy with normalisation statistics re-estimated; measured in the same epochs.
    public var reestimatedValidationAccuracy: Double?
    /// The number of weights that may be other than zero.
    public var keptWeights: Int
    /// The seconds that its steps took.
    public var seconds: Double

    /// The accuracy on the test pictures that means most: with re-estimated normalisation statistics where they were measured.
    ///
    /// Running averages follow the weights of the last hundred steps. In short runs, and while weights change much, they belong to no network.
    public var accuracy: Double { reestimatedAccuracy ?? testAccuracy }
}

/// The epochs of a run.
public struct TrainingHistory: Hashable, Sendable, Codable {
    /// The epochs, first to last.
    public var epochs: [EpochRecord] = []

    /// A history without epochs.
    public init() {}

    /// How many epochs at the end the primary figure is the mean of.
    public static let primaryEpochs = 10

    /// The mean test accuracy of the last ten epochs, or of as many as there are, with running averages as normalisation statistics.
    public var primaryAccuracy: Double? { Self.mean(epochs.suffix(Self.primaryEpochs).map(\.testAccuracy)) }

    /// The same with re-estimated normalisation statistics: the figure that runs are compared by; nil where it was not measured in all these epochs.
    public var primaryReestimatedAccuracy: Double? {
        let last = epochs.suffix(Self.primaryEpochs)
        let measured = last.compactMap(\.reestimatedAccuracy)
        return measured.count == last.count ? Self.mean(measured) : nil
    }

    /// The training accuracy of the last epoch, of varied pictures under changing weights, less the test accuracy of the last ten with re-estimated
    /// normalisation statistics, or as it is where they were not re-estimated; nil without epochs.
    public var generalizationGap: Double? {
        guard let last = epochs.last, let test = primaryReestimatedAccuracy ?? primaryAccuracy else { return nil }
        return last.trainingAccuracy - test
    }

    private static func mean(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }

    private static let names =
        "epoch,step,learning_rate,training_loss,training_accuracy,test_loss,test_accuracy,reestimated_accuracy,"
        + "validation_accuracy,kept_weights,seconds"
    /// The same where pictures are held out; tables of earlier versions have no such column.
    private static let namesWithHeldOut = names + ",reestimated_validation_accuracy"

    /// The history that `csv` writes as this text; nil where it is no such table, or its epochs are not 1, 2, 3, ….
    ///
    /// Seconds are kept to the thousandth.
    public init?(csv: String) {
        let lines = csv.split(whereSeparator: \.isNewline)
        guard let names = lines.first, [Self.names[...], Self.namesWithHeldOut[...]].contains(names) else { return nil }
        let columns = names.count { $0 == "," } + 1
        for line in lines.dropFirst() {
            guard let record = EpochRecord(line, columns: columns), record.epoch == epochs.count + 1 else { return nil }
            epochs.append(record)
        }
    }

    /// A table with a line of names and a line for each epoch.
    public var csv: String {
        let hasMore = epochs.contains { $0.reestimatedValidationAccuracy != nil }
        let lines = epochs.map { record in
            var numbers: [String] = [
                "\(record.epoch)", "\(record.step)", "\(record.learningRate)", "\(record.trainingLoss)",
                "\(record.trainingAccuracy)", "\(record.testLoss)", "\(record.testAccuracy)",
                record.reestimatedAccuracy.map { "\($0)" } ?? "", record.validationAccuracy.map { "\($0)" } ?? "",
                "\(record.keptWeights)", String(format: "%.3f", record.seconds),
            ]
            if hasMore { numbers.append(record.reestimatedValidationAccuracy.map { "\($0)" } ?? "") }
            return numbers.joined(separator: ",")
        }
        return ([hasMore ? Self.namesWithHeldOut : Self.names] + lines).joined(separator: "\n") + "\n"
    }
}

extension EpochRecord {
    /// A line of a history's table; nil where a field is missing or no number.
    fileprivate init?(_ line: Substring, columns: Int) {
        let fields = line.split(separator: ",", omittingEmptySubsequences: false)
        let numbers = fields.map { Double($0) }
        guard fields.count == columns, let epoch = Int(fields[0]), let step = Int(fields[1]), let rate = numbers[2],
            let trainingLoss = numbers[3], let trainingAccuracy = numbers[4], let testLoss = numbers[5],
            let testAccuracy = numbers[6], let kept = Int(fields[9]), let seconds = numbers[10],
            ([7, 8] + Array(11..<columns)).allSatisfy({ fields[$0].isEmpty || numbers[$0] != nil })
        else { return nil }
        self.init(
            epoch: epoch, step: step, learningRate: rate, trainingLoss: trainingLoss,
            trainingAccuracy: trainingAccuracy, testLoss: testLoss, testAccuracy: testAccuracy,
            reestimatedAccuracy: numbers[7], validationAccuracy: numbers[8],
            reestimatedValidationAccuracy: columns > 11 ? numbers[11] : nil, keptWeights: kept, seconds: seconds)
    }
}

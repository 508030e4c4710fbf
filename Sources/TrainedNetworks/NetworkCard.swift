import Training

/// What is known of a trained network beside its weights: how it came about and how good it is.
public struct NetworkCard: Hashable, Sendable, Codable {
    /// The name of the standard network.
    public var network: String
    /// The data set that it learned.
    public var data: String
    /// The names of the data set's classes.
    public var classes: [String]
    /// The rows, columns and channels of the pictures that it learned.
    public var input: [Int]
    /// The command that trained it.
    public var command: String
    /// How it was trained.
    public var settings: TrainingSettings
    /// Its epochs.
    public var history: TrainingHistory
    /// The mean test accuracy of the last ten epochs, with running averages as normalisation statistics.
    public var accuracy: Double
    /// The same with re-estimated statistics.
    public var reestimatedAccuracy: Double?
    /// The test accuracy of these very weights, statistics re-estimated, as they are stored.
    public var storedAccuracy: Double
    /// The test accuracy of the same weights before kernels were rounded to half precision.
    public var accuracyBeforeRounding: Double
    /// How many pictures these accuracies were measured on.
    public var testPictures: Int
}

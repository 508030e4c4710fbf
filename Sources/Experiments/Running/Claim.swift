/// A statement about convolutional networks with the experiment that puts it to the test.
///
/// A claim is a value whose stored properties are the ingredients of its experiment, so that a test can hand it a broken one and see the
/// verdict change. What is claimed, what is done and what decides are texts in the code, fixed before any run.
public protocol Claim: Sendable {
    /// The stable name, such as `dirac-limit`.
    var id: String { get }
    /// What is claimed, in a sentence.
    var statement: String { get }
    /// Who claims it, where.
    var source: String { get }
    /// What is done, in a few sentences.
    var method: String { get }
    /// The parts of the criterion, each a condition that numbers meet or do not.
    var criteria: [String] { get }
    /// Which group of claims it belongs to.
    var group: ClaimGroup { get }

    /// Runs the experiment.
    ///
    /// - Throws: `ExperimentError.stopped` where the context asks to stop; whatever a data set, a fit or a training throws.
    func evidence(_ context: ExperimentContext) throws -> Evidence
}

/// The four groups of claims.
public enum ClaimGroup: String, Sendable, Hashable, Codable, CaseIterable {
    /// Convolution as an operator on functions.
    case functional = "Convolution as a functional"
    /// Gaussians and their derivatives as kernels.
    case gaussianKernels = "Gaussian kernels"
    /// What kernels look like after training.
    case learnedKernels = "Learned kernels"
    /// Whole networks against each other.
    case networks = "Networks"

    /// Whether experiments of this group train networks as a rule, and so take minutes to days.
    public var trains: Bool { self == .learnedKernels || self == .networks }
}

/// What an experiment found.
public struct Evidence: Sendable {
    /// What was found of each part of the criterion, in its order.
    public var outcomes: [(outcome: Outcome, found: String)]
    /// The answer in a sentence with numbers.
    public var summary: String
    /// The numbers.
    public var measured: [Quantity] = []
    /// Figures, the one that says most first.
    public var figures: [ClaimFigure] = []
    /// Tables.
    public var tables: [ClaimTable] = []
    /// Pictures.
    public var pictures: [ClaimPicture] = []
    /// What a reader should know beside the numbers.
    public var remarks: [String] = []
    /// The seeds used.
    public var seeds: [UInt64] = []
    /// What it was measured on.
    public var data = "numbers drawn from a seed"

    /// Evidence with an outcome for each part of the criterion.
    public init(_ outcomes: [(outcome: Outcome, found: String)], summary: String) {
        self.outcomes = outcomes
        self.summary = summary
    }
}

/// Why an experiment has no result.
public enum ExperimentError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Somebody asked to stop.
    case stopped
    /// Something that it needs is not there, in a sentence without its full stop.
    case missing(String)

    /// One sentence without its full stop.
    public var description: String {
        switch self {
        case .stopped: "the run was stopped"
        case .missing(let what): what
        }
    }
}

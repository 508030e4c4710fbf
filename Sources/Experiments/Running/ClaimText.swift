/// What a claim says, what its experiment does, and what decides: texts in the code, fixed before any run.
public struct ClaimText: Sendable, Hashable, Codable {
    /// The stable name, such as `dirac-limit`.
    public let id: String
    /// The group of claims it belongs to.
    public let group: ClaimGroup
    /// What is claimed, in a sentence.
    public let statement: String
    /// Who claims it, where.
    public let source: String
    /// What is done, in a few sentences.
    public let method: String
    /// The parts of the criterion, each a condition that numbers meet or do not.
    public let criteria: [String]

    /// The criterion in one text.
    public var criterion: String { criteria.joined(separator: "; ") }

    /// The texts of a claim.
    public init(
        id: String, group: ClaimGroup, statement: String, source: String, method: String, criteria: [String]
    ) {
        self.id = id
        self.group = group
        self.statement = statement
        self.source = source
        self.method = method
        self.criteria = criteria
    }
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

/// A statement about convolutional networks with the experiment that puts it to the test.
///
/// A claim is a value whose stored properties are the ingredients of its experiment, so that a test can hand it a broken one and see the
/// verdict change.
public protocol Claim: Sendable {
    /// What is claimed, what is done, and what decides.
    var text: ClaimText { get }

    /// Whether several ranks go through the experiment together, each working on some of what it gives to `ExperimentContext.each`; else it is
    /// one rank's.
    var isForAllRanks: Bool { get }

    /// Runs the experiment.
    ///
    /// - Throws: `ExperimentError.stopped` where the context asks to stop; whatever a data set, a fit or a training throws.
    func evidence(_ context: ExperimentContext) throws -> Evidence
}

extension Claim {
    /// The stable name, such as `dirac-limit`.
    public var id: String { text.id }

    /// It is one rank's.
    public var isForAllRanks: Bool { false }
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

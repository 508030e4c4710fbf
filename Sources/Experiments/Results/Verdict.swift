/// What the evidence says of a claim.
public enum Verdict: String, Sendable, Hashable, Codable, CaseIterable {
    /// Every part of the criterion is met.
    case holds
    /// Some parts are met, others are not.
    case holdsInPart = "holds-in-part"
    /// No part is met.
    case doesNotHold = "does-not-hold"
    /// The evidence is too small for an answer.
    case notDecided = "not-decided"

    /// The verdict on a claim from those on the parts of its criterion.
    ///
    /// All met: it holds. All failed: it does not. Met and failed ones: in part, whatever the others are. Else the undecided ones decide
    /// that nothing is decided.
    public init(_ outcomes: [Outcome]) {
        let (met, failed) = (outcomes.contains(.met), outcomes.contains(.failed))
        if met && failed {
            self = .holdsInPart
        } else if outcomes.isEmpty || outcomes.contains(.undecided) {
            self = .notDecided
        } else {
            self = met ? .holds : .doesNotHold
        }
    }
}

/// What the evidence says of one part of a criterion.
public enum Outcome: String, Sendable, Hashable, Codable {
    /// The part is met.
    case met
    /// The part is not met.
    case failed
    /// The evidence does not decide it.
    case undecided

    /// Met or failed, as `isMet` says: for what is computed without chance.
    public init(_ isMet: Bool) { self = isMet ? .met : .failed }

    /// Whether a quantity is above `bound`: met or failed where its whole interval lies on one side, undecided where the bound lies in
    /// it, and where there is no interval.
    public init(_ interval: ClosedRange<Double>?, isAbove bound: Double) {
        guard let interval else {
            self = .undecided
            return
        }
        self = interval.lowerBound > bound ? .met : interval.upperBound <= bound ? .failed : .undecided
    }

    /// Whether a quantity is between `-margin` and `margin`: a test of equivalence. Met where its whole interval is, failed where none of it is.
    public init(_ interval: ClosedRange<Double>?, isWithin margin: Double) {
        guard let interval else {
            self = .undecided
            return
        }
        if interval.lowerBound > -margin && interval.upperBound < margin {
            self = .met
        } else {
            self = interval.upperBound <= -margin || interval.lowerBound >= margin ? .failed : .undecided
        }
    }

    /// The first one where it decides, else the other.
    public func or(_ other: Outcome) -> Outcome { self == .undecided ? other : self }

    /// Met where all are, failed where one is, else undecided.
    public static func all(_ outcomes: [Outcome]) -> Outcome {
        if outcomes.contains(.failed) { return .failed }
        return outcomes.isEmpty || outcomes.contains(.undecided) ? .undecided : .met
    }
}

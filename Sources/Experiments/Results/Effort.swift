/// How much work an experiment may be.
public enum Effort: String, Sendable, Hashable, Codable, CaseIterable {
    /// All claims in some minutes, on generated pictures; may be too little for an answer.
    case quick
    /// Some minutes a claim.
    case standard
    /// The lengths that the claims were first made with.
    case full

    /// The value for this effort.
    public func choose<Value>(_ quick: Value, _ standard: Value, _ full: Value) -> Value {
        switch self {
        case .quick: quick
        case .standard: standard
        case .full: full
        }
    }
}

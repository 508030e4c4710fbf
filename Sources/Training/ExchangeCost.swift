import MessagePassing

/// What a rank has spent on exchanging numbers with other ranks.
public struct ExchangeCost: Sendable, Hashable {
    /// What it has sent.
    public let traffic: Traffic
    /// The seconds that it waited for the statistics of normalisations, and for ranks that came to them later.
    public let statisticsSeconds: Double
    /// The seconds that it waited for gradients after its backward passes.
    public let gradientSeconds: Double
    /// The seconds that gradients were under way, those included that the backward pass hid.
    public let gradientSecondsUnderWay: Double
}

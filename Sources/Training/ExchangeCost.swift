/// What a rank has spent on exchanging numbers with other ranks in its steps; what tests of the network exchange is not counted.
public struct ExchangeCost: Sendable, Hashable {
    /// The bytes that it has sent, by the length of its messages.
    public var bytes = 0
    /// The number of exchanges.
    public var exchanges = 0
    /// The seconds that it waited for the statistics of normalisations, and for ranks that came to them later.
    public var statisticsSeconds = 0.0
    /// The seconds that it waited for gradients after its backward passes.
    public var gradientSeconds = 0.0
    /// The seconds that gradients were under way, those included that the backward pass hid.
    public var gradientSecondsUnderWay = 0.0

    /// Adds what lies between two states.
    mutating func add(_ later: ExchangeCost, since earlier: ExchangeCost) {
        bytes += later.bytes - earlier.bytes
        exchanges += later.exchanges - earlier.exchanges
        statisticsSeconds += later.statisticsSeconds - earlier.statisticsSeconds
        gradientSeconds += later.gradientSeconds - earlier.gradientSeconds
        gradientSecondsUnderWay += later.gradientSecondsUnderWay - earlier.gradientSecondsUnderWay
    }
}

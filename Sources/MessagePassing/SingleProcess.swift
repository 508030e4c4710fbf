import Synchronization

/// A process on its own: whatever it exchanges is what it has.
public final class SingleProcess: Communicator {
    private let tickets = Atomic<Int>(0)

    /// A process on its own.
    public init() {}

    /// Zero.
    public var rank: Int { 0 }
    /// One.
    public var count: Int { 1 }
    /// None.
    public var traffic: Traffic { Traffic() }

    /// The values themselves.
    public func beginSum<Scalar: MessageScalar>(_ values: [Scalar]) -> PendingSum<Scalar> { PendingSum { values } }

    /// The bytes themselves.
    public func broadcast(_ bytes: [UInt8]) -> [UInt8] { bytes }

    /// The bytes themselves.
    public func gather(_ bytes: [UInt8]) -> [[UInt8]] { [bytes] }

    /// 0, 1, 2, …
    public func nextTicket() -> Int { tickets.wrappingAdd(1, ordering: .relaxed).oldValue }
}

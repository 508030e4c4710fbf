/// The times that repetitions of one computation took.
public struct Timing: Hashable, Sendable {
    /// The times in seconds, the shortest first.
    public let seconds: [Double]

    /// The times given in any order.
    /// - Precondition: There is at least one.
    public init(seconds: [Double]) {
        precondition(!seconds.isEmpty, "a timing has at least one time")
        self.seconds = seconds.sorted()
    }

    /// The shortest time, which other work on the machine disturbed least.
    public var minimum: Double { seconds[0] }

    /// The median: half of the times are shorter.
    public var median: Double { quantile(0.5) }

    /// The distance between the quartiles in relation to the median: how far a time is to be trusted.
    public var spread: Double { median > 0 ? (quantile(0.75) - quantile(0.25)) / median : 0 }

    /// The time below which the share `share` of all times lies, interpolated between neighbours.
    public func quantile(_ share: Double) -> Double {
        let position = min(max(share, 0), 1) * Double(seconds.count - 1)
        let index = min(Int(position), seconds.count - 1)
        let next = min(index + 1, seconds.count - 1)
        return seconds[index] + (position - Double(index)) * (seconds[next] - seconds[index])
    }
}

/// How often computations are repeated.
public struct Repetitions: Hashable, Sendable {
    /// The least and the greatest number of repetitions of each computation.
    public var count: ClosedRange<Int>
    /// The seconds for each computation after which no further repetitions begin.
    public var seconds: Double

    /// At least `count.lowerBound` repetitions, then more until `seconds` have gone or there are `count.upperBound`.
    public init(count: ClosedRange<Int> = 5...200, seconds: Double = 1) {
        precondition(count.lowerBound >= 1, "something has to be done at least once to take its time")
        self.count = count
        self.seconds = seconds
    }
}

/// Times computations against one another: each once without a clock, and then all in turn, so that a disturbance meets all of them alike.
///
/// - Parameter bodies: The computations. Each returns the seconds it took, or nil to have it timed from call to return.
/// - Returns: One timing for each of them.
public func interleavedTimings(_ repetitions: Repetitions = Repetitions(), _ bodies: [() -> Double?]) -> [Timing] {
    for body in bodies { _ = body() }
    var times: [[Double]] = bodies.map { _ in [] }
    var spent = 0.0
    for round in 0..<repetitions.count.upperBound {
        if round >= repetitions.count.lowerBound, spent >= repetitions.seconds * Double(bodies.count) { break }
        for (index, body) in bodies.enumerated() {
            let seconds = timed(body)
            times[index].append(seconds)
            spent += seconds
        }
    }
    return times.map(Timing.init(seconds:))
}

private func timed(_ body: () -> Double?) -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    let own = body()
    let (seconds, attoseconds) = (clock.now - start).components
    return own ?? Double(seconds) + Double(attoseconds) * 1e-18
}

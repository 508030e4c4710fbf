/// How long something took, over several repeats.
public struct Timing: Sendable, Hashable {
    /// The repeats' times in milliseconds, in the order in which they were taken; at least one.
    public let milliseconds: [Double]

    /// The times of repeats.
    public init(milliseconds: [Double]) {
        precondition(!milliseconds.isEmpty, "a timing has at least one repeat")
        self.milliseconds = milliseconds
    }

    /// The median.
    public var median: Double { quantile(0.5) }

    /// The distance of the quartiles: half of all repeats lie within that.
    public var spread: Double { quantile(0.75) - quantile(0.25) }

    /// The value below which `fraction` of the repeats lie, interpolated linearly between them.
    public func quantile(_ fraction: Double) -> Double {
        precondition(fraction >= 0 && fraction <= 1, "a quantile is a fraction of the repeats, not \(fraction)")
        let sorted = milliseconds.sorted()
        let position = fraction * Double(sorted.count - 1)
        let below = Int(position)
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (position - Double(below)) * (sorted[above] - sorted[below])
    }

    /// Times several jobs in turns, so that what disturbs the machine for a while disturbs all of them alike.
    ///
    /// Every job runs once before any time counts.
    /// - Parameters:
    ///   - count: the number of jobs.
    ///   - repeats: how often each runs, at least once.
    ///   - progress: told after each repeat of all jobs how many are done.
    ///   - job: runs job number i.
    /// - Returns: one timing for each job.
    public static func interleaved(
        _ count: Int, repeats: Int, progress: (Int) -> Void = { _ in }, job: (Int) -> Void
    ) -> [Timing] {
        precondition(repeats >= 1, "a timing has at least one repeat, not \(repeats)")
        for index in 0..<count { job(index) }
        var times = [[Double]](repeating: [], count: count)
        for done in 0..<repeats {
            progress(done)
            for index in 0..<count {
                let start = ContinuousClock.now
                job(index)
                let elapsed = (ContinuousClock.now - start).components
                times[index].append(Double(elapsed.seconds) * 1e3 + Double(elapsed.attoseconds) * 1e-15)
            }
        }
        progress(repeats)
        return times.map { Timing(milliseconds: $0) }
    }
}

/// Sizes that transforms are fast at, and the smallest that a convolution needs.
public enum TransformSize {
    /// The smallest number of points ≥ `minimum` without a prime factor above 5; even, where `even`.
    ///
    /// Other sizes can cost five times as much as their neighbours. Such numbers are dense: the result is less than a sixth
    /// above `minimum`, where it need not be even.
    public static func good(atLeast minimum: Int, even: Bool = false) -> Int {
        if even { return 2 * good(atLeast: (max(minimum, 1) + 1) / 2) }
        var best = Int.max
        var fives = 1
        while fives < best {
            var odd = fives
            while odd < best {
                var candidate = odd
                while candidate < minimum { candidate *= 2 }
                best = min(best, candidate)
                if odd >= minimum { break }
                odd *= 3
            }
            if fives >= minimum { break }
            fives *= 5
        }
        return best
    }

    /// The shortest period at which a circular convolution agrees with the linear one on the outputs that are kept.
    ///
    /// `inputCount` samples at 0 … n − 1 are convolved with taps at −`reachBefore` … `reachAfter`; the linear result lies at −reachBefore …
    /// n − 1 + reachAfter, and what falls outside `outputs` may wrap onto itself, but not into them:
    /// period ≥ max(n, n + reachAfter − outputs.lowerBound, outputs.upperBound + reachBefore). For a "same" crop that is n plus the longer reach.
    public static func minimalPeriod(
        inputCount n: Int, reachBefore: Int, reachAfter: Int, outputs: Range<Int>
    ) -> Int {
        max(n, n + reachAfter - outputs.lowerBound, outputs.upperBound + reachBefore)
    }
}

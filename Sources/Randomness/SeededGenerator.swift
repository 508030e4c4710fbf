/// A seeded random number generator: the same seed gives the same numbers on every machine, in every run.
///
/// The generator is xoshiro256++ (Blackman and Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 47(4),
/// 2021, doi:10.1145/3460772), its state filled from the seed by SplitMix64 as its authors advise. The period is 2²⁵⁶ − 1.
/// It is a value: a copy continues the same sequence independently, and `state` can be stored and restored.
/// It is not cryptographically secure.
public struct SeededGenerator: RandomNumberGenerator, Sendable, Hashable {
    /// The four words that determine everything the generator returns from here on; not all of them are zero.
    public private(set) var state: [UInt64]

    /// A generator whose sequence is determined by `seed`.
    public init(seed: UInt64) {
        var splitMix = seed
        state = (0..<4).map { _ in
            splitMix &+= 0x9E37_79B9_7F4A_7C15
            var z = splitMix
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    /// A generator of its own for item `index` of a family that shares `seed`, so that items can be drawn in any order.
    public init(seed: UInt64, index: Int) {
        var family = SeededGenerator(seed: seed)
        self.init(seed: family.next() &+ UInt64(truncatingIfNeeded: index) &* 0xD1B5_4A32_D192_ED03)
    }

    /// A generator that goes on from a stored `state`, or nil where it is not four words with one that differs from zero.
    public init?(state: [UInt64]) {
        guard state.count == 4, state.contains(where: { $0 != 0 }) else { return nil }
        self.state = state
    }

    /// The next 64 uniformly distributed bits.
    public mutating func next() -> UInt64 {
        let sum = state[0] &+ state[3]
        let result = (sum << 23 | sum >> 41) &+ state[0]
        let t = state[1] << 17
        state[2] ^= state[0]
        state[3] ^= state[1]
        state[1] ^= state[2]
        state[0] ^= state[3]
        state[2] ^= t
        state[3] = state[3] << 45 | state[3] >> 19
        return result
    }
}

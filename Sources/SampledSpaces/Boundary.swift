/// What a sampled function is taken to be beyond its grid.
///
/// All are linear in the samples: an extended function's value at an index outside is one of the samples, or zero. With samples a b c d:
public enum Boundary: String, Sendable, Hashable, CaseIterable, Codable {
    /// Zero: 0 0 | a b c d | 0 0.
    case zero
    /// Repetition with the grid's period: c d | a b c d | a b.
    case periodic
    /// Reflection about the border, half a sample beyond the last one, which is repeated: b a | a b c d | d c. Also called symmetric.
    case mirrorHalfSample
    /// Reflection about the last sample, which is not repeated: c b | a b c d | c b. Also called reflect.
    case mirrorWholeSample
    /// The nearest sample: a a | a b c d | d d.
    case replicate

    /// Which of `count` samples stands at `index`, any integer; nil where the extended function is zero.
    ///
    /// - Complexity: O(1), however far outside the index is.
    @inlinable public func source(of index: Int, count: Int) -> Int? {
        if index >= 0 && index < count { return index }
        switch self {
        case .zero:
            return nil
        case .periodic:
            return Self.modulo(index, count)
        case .mirrorHalfSample:
            let i = Self.modulo(index, 2 * count)
            return i < count ? i : 2 * count - 1 - i
        case .mirrorWholeSample:
            guard count > 1 else { return 0 }
            let i = Self.modulo(index, 2 * count - 2)
            return i < count ? i : 2 * count - 2 - i
        case .replicate:
            return index < 0 ? 0 : count - 1
        }
    }

    @inlinable static func modulo(_ index: Int, _ period: Int) -> Int {
        let remainder = index % period
        return remainder < 0 ? remainder + period : remainder
    }
}

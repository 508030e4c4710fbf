import Randomness

/// Numbers for the inner loops to work on: small integers, so that sums of a few of them are exact in single precision and results can be
/// compared for equality.
struct Memory {
    var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func integers(_ count: Int) -> [Float] {
        (0..<count).map { _ in Float(Int.random(in: -4...4, using: &generator)) }
    }

    mutating func normals(_ count: Int) -> [Float] {
        (0..<count).map { _ in Float(generator.normal()) }
    }
}

/// A value that no computation of a test produces, for memory that must stay as it is.
let untouched: Float = 12_345

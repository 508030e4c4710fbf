import Randomness

/// The order in which pictures are learned from: permutations of all of them, one after another without end.
///
/// Between two looks at a picture lies at most one permutation's end; epochs begin wherever the last one stopped. The picture at a
/// position depends on the seed and the position alone, so that a stopped run goes on with the picture it would have had.
struct PictureOrder: Sendable {
    private let count: Int
    private let seed: UInt64
    private var pass = -1
    private var permutation: [Int] = []

    init(count: Int, seed: UInt64) {
        precondition(count >= 1, "there are pictures to order")
        self.count = count
        self.seed = seed
    }

    /// The number of the picture at `position`, counted from the beginning of the training.
    /// - Complexity: O(1) on average for positions that follow one another.
    mutating func picture(at position: Int) -> Int {
        let wanted = position / count
        if wanted != pass {
            var random = SeededGenerator(seed: seed, index: wanted)
            permutation = (0..<count).shuffled(using: &random)
            pass = wanted
        }
        return permutation[position % count]
    }
}

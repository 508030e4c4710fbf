/// A fixed division of the items 0 ..< count into consecutive blocks.
///
/// It depends on the amount of work alone, never on the number of workers, so that sums formed block by block come out the same to the last
/// bit on any number of threads.
public struct Partition: Sendable, Hashable, RandomAccessCollection {
    /// The number of items.
    public let itemCount: Int
    /// The number of blocks; zero where there are no items.
    public let blockCount: Int

    /// The division of `itemCount` items into the fewest blocks of at most `blockLength`, their lengths differing by at most one.
    public init(itemCount: Int, blockLength: Int) {
        precondition(itemCount >= 0, "\(itemCount) items cannot be divided")
        precondition(blockLength >= 1, "a block holds at least one item, not \(blockLength)")
        self.itemCount = itemCount
        blockCount = itemCount / blockLength + (itemCount % blockLength > 0 ? 1 : 0)
    }

    /// The first block's number.
    public var startIndex: Int { 0 }
    /// One past the last block's number.
    public var endIndex: Int { blockCount }

    /// The items of block `block`.
    public subscript(block: Int) -> Range<Int> {
        precondition(block >= 0 && block < blockCount, "there is no block \(block) among \(blockCount)")
        return start(of: block)..<start(of: block + 1)
    }

    private func start(of block: Int) -> Int {
        // The first (itemCount mod blockCount) blocks have one item more than the others.
        block * (itemCount / blockCount) + Swift.min(block, itemCount % blockCount)
    }
}

import Parallelism
import Testing

@Suite struct PartitionTests {
    @Test(arguments: [0, 1, 2, 7, 64, 100, 1023], [1, 2, 3, 10, 64, 5000])
    func blocksCoverExactly(itemCount: Int, blockLength: Int) {
        let partition = Partition(itemCount: itemCount, blockLength: blockLength)
        #expect(partition.flatMap { Array($0) } == Array(0..<itemCount))
        #expect(partition.allSatisfy { !$0.isEmpty && $0.count <= blockLength })
        let lengths = partition.map(\.count)
        #expect((lengths.max() ?? 0) - (lengths.min() ?? 0) <= 1)
        #expect(partition.count == (itemCount + blockLength - 1) / blockLength)
    }
}

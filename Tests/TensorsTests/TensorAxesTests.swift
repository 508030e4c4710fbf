import Tensors
import Testing

@Suite struct TensorAxesTests {
    private let tensor = Tensor([2, 3, 4, 5], (0..<120).map(Float.init))

    @Test func reshapingKeepsOrderAndMemory() {
        let flat = tensor.reshaped(to: [6, 20])
        #expect(flat.elements == tensor.elements)
        let shared = tensor.withUnsafeBufferPointer { x in
            flat.withUnsafeBufferPointer { $0.baseAddress == x.baseAddress }
        }
        #expect(shared)
    }

    @Test func permutationMovesIndices() {
        let permuted = tensor.permuted([2, 3, 1, 0])
        #expect(permuted.shape == [4, 5, 3, 2])
        for b in 0..<2 {
            for y in 0..<3 {
                for x in 0..<4 {
                    for c in 0..<5 { #expect(permuted[x, c, y, b] == tensor[b, y, x, c]) }
                }
            }
        }
    }

    @Test(arguments: [[0, 1, 2, 3], [3, 2, 1, 0], [1, 0, 3, 2], [2, 3, 1, 0], [0, 3, 1, 2]])
    func theInversePermutationRestores(axes: [Int]) {
        let inverse = (0..<4).map { axis in axes.firstIndex(of: axis) ?? -1 }
        #expect(tensor.permuted(axes).permuted(inverse) == tensor)
    }

    @Test func transposition() {
        #expect(Tensor([2, 3], [1, 2, 3, 4, 5, 6]).transposed == Tensor([3, 2], [1, 4, 2, 5, 3, 6]))
        #expect(Tensor([], [3]).transposed == Tensor([], [3]))
        #expect(Tensor([0, 3]).transposed.shape == [3, 0])
    }
}

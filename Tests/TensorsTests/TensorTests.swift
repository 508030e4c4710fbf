import Tensors
import Testing

@Suite struct TensorTests {
    private let counting = Tensor([2, 3], [0, 1, 2, 3, 4, 5])

    @Test func elementsAreRowMajor() {
        #expect(counting.elements == [0, 1, 2, 3, 4, 5])
        #expect(counting.count == 6)
        #expect(counting.shape == [2, 3])
        #expect(Tensor([2, 2], repeating: 7).elements == [7, 7, 7, 7])
        #expect(Tensor([3]).elements == [0, 0, 0])
    }

    @Test(arguments: [0, 1, 3, 16, 1000])
    func storageIsAlignedTo64Bytes(count: Int) {
        var tensor = Tensor([count])
        tensor.withUnsafeBufferPointer { #expect(Int(bitPattern: $0.baseAddress) % 64 == 0) }
        let copy = tensor
        tensor.withUnsafeMutableBufferPointer { #expect(Int(bitPattern: $0.baseAddress) % 64 == 0) }
        #expect(copy.count == count)
    }

    @Test func aCopyIsAValueOfItsOwn() {
        var copy = counting
        copy.fill(with: 9)
        #expect(counting.elements == [0, 1, 2, 3, 4, 5])
        #expect(copy.elements == [9, 9, 9, 9, 9, 9])

        var another = counting
        another.withUnsafeMutableBufferPointer { $0[1] = 8 }
        #expect(counting.elements == [0, 1, 2, 3, 4, 5])
        #expect(another.elements == [0, 8, 2, 3, 4, 5])
    }

    @Test func onlySharedMemoryIsCopied() {
        func address(_ tensor: Tensor) -> Int { tensor.withUnsafeBufferPointer { Int(bitPattern: $0.baseAddress) } }
        var tensor = Tensor([100])
        let before = address(tensor)
        tensor[3] = 1
        #expect(address(tensor) == before)
        let copy = tensor
        #expect(address(copy) == before)
        tensor[3] = 2
        #expect(address(tensor) != before)
        #expect(copy[3] == 1 && tensor[3] == 2)
    }

    @Test func mapKeepsTheShape() {
        let squares = counting.map { $0 * $0 }
        #expect(squares == Tensor([2, 3], [0, 1, 4, 9, 16, 25]))
    }

    @Test func errorsPassThrough() {
        struct Refusal: Error {}
        #expect(throws: Refusal.self) { try counting.map { x throws(Refusal) in throw Refusal() } }
        #expect(throws: Refusal.self) { try counting.withUnsafeBufferPointer { _ throws(Refusal) in throw Refusal() } }
    }

    @Test func equalityIsThatOfNumbers() {
        #expect(Tensor([1], [0]) == Tensor([1], [-0.0]))
        #expect(Tensor([1], [.nan]) != Tensor([1], [.nan]))
        #expect(counting != counting.reshaped(to: [3, 2]))
        #expect(counting.description == "Tensor [2, 3]")
    }

    @Test func aTensorCrossesThreads() async {
        let tensor = counting
        let sum = await Task { tensor.elements.reduce(0, +) }.value
        #expect(sum == 15)
    }
}

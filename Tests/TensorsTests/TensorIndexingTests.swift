import Tensors
import Testing

@Suite struct TensorIndexingTests {
    @Test func indicesReachRowMajorElements() {
        let elements = (0..<120).map(Float.init)
        let one = Tensor([120], elements)
        let two = one.reshaped(to: [6, 20])
        let three = one.reshaped(to: [4, 5, 6])
        let four = one.reshaped(to: [2, 3, 4, 5])
        #expect(one[77] == 77)
        #expect(two[3, 17] == 77)
        #expect(three[2, 2, 5] == 77)
        #expect(four[1, 0, 3, 2] == 77)
    }

    @Test func writingReachesTheSameElements() {
        var one = Tensor([4])
        var two = Tensor([2, 2])
        var three = Tensor([2, 2, 2])
        var four = Tensor([2, 2, 2, 2])
        one[3] = 1
        two[1, 0] = 1
        three[1, 0, 1] = 1
        four[1, 0, 1, 1] = 1
        #expect(one.elements.firstIndex(of: 1) == 3)
        #expect(two.elements.firstIndex(of: 1) == 2)
        #expect(three.elements.firstIndex(of: 1) == 5)
        #expect(four.elements.firstIndex(of: 1) == 11)
    }
}

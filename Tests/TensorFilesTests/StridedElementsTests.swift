import Tensors
import Testing

@testable import TensorFiles

@Suite struct StridedElementsTests {
    private let bytes: [UInt8] = [0, 1, 2, 3, 4, 5, 6, 7]

    @Test func gathersByStrides() {
        let everySecond = StridedElements(shape: [2, 2], strides: [4, 2], scalarSize: 1)
        #expect(everySecond.extent == 7)
        #expect(everySecond.rowMajorBytes(from: bytes) == [0, 2, 4, 6])
        let repeated = StridedElements(shape: [2, 2], strides: [0, 1], scalarSize: 2)
        #expect(repeated.extent == 2)
        #expect(repeated.rowMajorBytes(from: bytes) == [0, 1, 2, 3, 0, 1, 2, 3])
        let columns = StridedElements(shape: [2, 2], strides: [1, 2], scalarSize: 2)
        #expect(columns.rowMajorBytes(from: bytes) == [0, 1, 4, 5, 2, 3, 6, 7])
    }

    @Test func swapsBytes() {
        func swapped(_ size: Int) -> [UInt8] {
            let shape = TensorShape([8 / size])
            return StridedElements(shape: shape, strides: [1], scalarSize: size, isBigEndian: true).rowMajorBytes(
                from: bytes)
        }
        #expect(swapped(1) == bytes)
        #expect(swapped(2) == [1, 0, 3, 2, 5, 4, 7, 6])
        #expect(swapped(4) == [3, 2, 1, 0, 7, 6, 5, 4])
        #expect(swapped(8) == bytes.reversed())
    }

    @Test func extentSaysWhatDoesNotFit() {
        #expect(StridedElements(shape: [], strides: [], scalarSize: 4).extent == 1)
        #expect(StridedElements(shape: [0, 5], strides: [.max, .max], scalarSize: 4).extent == 0)
        #expect(StridedElements(shape: [3], strides: [.max], scalarSize: 4).extent == nil)
        #expect(StridedElements(shape: [2, 2], strides: [.max, .max], scalarSize: 4).extent == nil)
        #expect(StridedElements(shape: [2], strides: [TensorShape.maximumCount], scalarSize: 4).extent == nil)
    }
}

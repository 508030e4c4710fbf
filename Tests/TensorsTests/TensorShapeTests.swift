import Tensors
import Testing

@Suite struct TensorShapeTests {
    @Test func countIsTheProductOfTheExtents() {
        #expect(TensorShape([2, 3, 4]).count == 24)
        #expect(([] as TensorShape).count == 1)
        #expect(([5, 0, 7] as TensorShape).count == 0)
    }

    @Test func stridesAreRowMajor() {
        #expect(([2, 3, 4] as TensorShape).strides == [12, 4, 1])
        #expect(([] as TensorShape).strides == [])
        #expect(([2, 0, 4] as TensorShape).strides == [4, 4, 1])
    }

    @Test(arguments: [
        [-1], [3, -2, 0], [Int.max, 2], [1 << 32, 1 << 31], [0, Int.max, Int.max], [Int.max, Int.max, 0], [Int.min],
        [TensorShape.maximumCount, 2], [TensorShape.maximumCount + 1],
    ])
    func impossibleExtentsGiveNoShape(extents: [Int]) {
        #expect(TensorShape(validating: extents) == nil)
    }

    @Test func theGreatestCountIsAShape() {
        #expect(TensorShape(validating: [TensorShape.maximumCount, 0, 1])?.count == 0)
        #expect(TensorShape(validating: [TensorShape.maximumCount])?.count == TensorShape.maximumCount)
    }

    @Test(arguments: [[], [1], [4], [2, 3], [3, 1, 2], [2, 3, 4, 5]])
    func aWalkWithItsOwnStridesVisitsEveryElementInOrder(extents: [Int]) {
        let shape = TensorShape(extents)
        var visited: [Int] = []
        shape.forEachRow(strides: shape.strides) { position, offset in
            #expect(position == offset)
            visited += (0..<(extents.last ?? 1)).map { offset + $0 }
        }
        #expect(visited == Array(0..<shape.count))
    }

    /// Offsets of a 2×3×2 walk by hand, with a repeated and a backward axis among the strides.
    @Test func aWalkFollowsAnyStrides() {
        var rows: [[Int]] = []
        ([2, 3, 2] as TensorShape).forEachRow(strides: [0, -2, 10]) { rows.append([$0, $1]) }
        #expect(rows == [[0, 0], [2, -2], [4, -4], [6, 0], [8, -2], [10, -4]])
    }

    @Test func aWalkOverNothingVisitsNothing() {
        var visits = 0
        ([2, 0, 3] as TensorShape).forEachRow(strides: [1, 1, 1]) { _, _ in visits += 1 }
        ([2, 3, 0] as TensorShape).forEachRow(strides: [1, 1, 1]) { _, _ in visits += 1 }
        #expect(visits == 0)
    }

    @Test func descriptionIsTheExtents() {
        #expect(([64, 3, 9, 9] as TensorShape).description == "[64, 3, 9, 9]")
    }
}

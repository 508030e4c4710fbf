import Datasets
import NeuralNetworks
import Tensors
import Testing

@testable import Training

@Suite struct DetectionTests {
    private let layout = DetectionLayout(classes: 2, sides: [4, 8])
    private let side = 12

    /// An output that shows the given objects, each at its centre with the given score.
    private func output(_ shown: [(object: PictureObject, score: Float)]) -> Tensor {
        var output = Tensor([1, side, side, layout.channels], repeating: -20)
        for (object, score) in shown {
            let (row, column) = (
                Int((object.box.top + object.box.bottom) / 2), Int((object.box.left + object.box.right) / 2)
            )
            let start = object.size * layout.channelsPerSize
            output[0, row, column, start + object.label] = score
            let half = layout.sides[object.size] / 2
            let (x, y) = (Float(column) + 0.5, Float(row) + 0.5)
            let distances = [x - object.box.left, y - object.box.top, object.box.right - x, object.box.bottom - y]
            for (place, distance) in distances.enumerated() {
                output[0, row, column, start + layout.classes + place] = distance / half
            }
        }
        return output
    }

    private func object(_ left: Float, _ top: Float, _ side: Float, _ label: Int, _ size: Int) -> PictureObject {
        PictureObject(
            box: PictureBox(left: left, top: top, right: left + side, bottom: top + side), label: label, size: size)
    }

    @Test func whatTheOutputShowsIsRead() throws {
        let (a, b) = (object(1, 2, 4, 1, 0), object(3, 3, 8, 0, 1))
        let found = Detection.read(output([(a, 6), (b, 5)]), layout: layout)
        #expect(found.count == 1 && found[0].map(\.label) == [1, 0])
        for (detection, object) in zip(found[0], [a, b]) {
            // A few roundings of numbers up to 12.
            #expect(abs(detection.box.left - object.box.left) < 1e-5)
            #expect(abs(detection.box.bottom - object.box.bottom) < 1e-5)
        }
        // Scores of 6 and 5 with a prior of 4: 1/(1 + e⁻²) and 1/(1 + e⁻¹).
        #expect(abs(found[0][0].score - 0.880797) < 1e-5 && abs(found[0][1].score - 0.731059) < 1e-5)
    }

    @Test func ofTwoThatOverlapTheSurestIsKept() {
        let doubled = Detection.read(output([(object(1, 2, 8, 0, 1), 6), (object(3, 2, 8, 0, 1), 7)]), layout: layout)
        #expect(doubled[0].map(\.box.left) == [3])
        let others = Detection.read(output([(object(1, 2, 8, 0, 1), 6), (object(3, 2, 8, 1, 1), 7)]), layout: layout)
        #expect(others[0].count == 2)
    }

    /// The corners of two boxes of 2×2 whose centres lie in neighbouring places, and of the one that comes first by rows.
    private static let neighbours: [(corners: [SIMD2<Float>], first: SIMD2<Float>)] = [
        ([[0, 0], [1, 0]], [0, 0]), ([[0, 0], [0, 1]], [0, 0]), ([[1, 0], [0, 1]], [1, 0]),
        ([[0, 0], [1, 1]], [0, 0]),
    ]

    /// Equal scores at neighbouring places are one object, the first by rows; their boxes overlap too little to be taken for doubles.
    @Test(arguments: neighbours)
    func ofEqualNeighboursTheFirstIsKept(corners: [SIMD2<Float>], first: SIMD2<Float>) throws {
        let shown = output(corners.map { (object: object($0.x, $0.y, 2, 1, 0), score: 6) })
        let found = Detection.read(shown, layout: layout)[0]
        try #require(found.count == 1)
        #expect(abs(found[0].box.left - first.x) < 1e-5 && abs(found[0].box.top - first.y) < 1e-5)
    }

    @Test func scoresBelowTheThresholdAreNothing() {
        #expect(Detection.read(output([(object(1, 2, 4, 1, 0), 1)]), layout: layout)[0].isEmpty)
        #expect(Detection.read(Tensor([1, 3, 3, layout.channels], repeating: -9), layout: layout)[0].isEmpty)
    }
}

import Datasets
import Testing

@testable import Training

@Suite struct AveragePrecisionTests {
    private func box(_ left: Float, _ side: Float) -> PictureBox {
        PictureBox(left: left, top: 0, right: left + side, bottom: side)
    }
    private func truth(_ left: Float, _ side: Float, _ label: Int, _ size: Int) -> PictureObject {
        PictureObject(box: box(left, side), label: label, size: size)
    }
    private func found(_ left: Float, _ side: Float, _ label: Int, _ score: Float) -> Detection {
        Detection(box: box(left, side), label: label, score: score)
    }

    /// Found, missed, found with two objects: precision 1 up to recall 1/2, then 2/3.
    @Test func theAreaIsThatUnderTheEnvelope() {
        let third = 1.0 / 3
        #expect(AveragePrecision.area([true, false, true], objects: 2) == 0.5 + third)
        #expect(AveragePrecision.area([false, true, true], objects: 4) == third)
        #expect(AveragePrecision.area([], objects: 3) == 0)
    }

    @Test func perfectDetectionsHaveOneAndDoublesCountAgainst() {
        let objects = [[truth(0, 10, 0, 0), truth(20, 20, 1, 1)]]
        let perfect = AveragePrecision(
            [[found(0, 10, 0, 0.9), found(20, 20, 1, 0.8)]], objects: objects, sides: [10, 20])
        #expect(perfect.mean == 1 && perfect.bySize == [1, 1])
        // The surer of two boxes on one object finds it; the other comes after every recall is reached.
        let doubled = AveragePrecision(
            [[found(0, 10, 0, 0.9), found(1, 10, 0, 0.8), found(20, 20, 1, 0.8)]], objects: objects, sides: [10, 20])
        #expect(doubled.mean == 1)
        let late = AveragePrecision(
            [[found(40, 10, 0, 0.95), found(0, 10, 0, 0.9), found(20, 20, 1, 0.8)]], objects: objects, sides: [10, 20])
        #expect(late.bySize == [0.5, 1] && late.mean == 0.75)
    }

    @Test func anotherClassOrTooLittleOverlapFindsNothing() {
        let objects = [[truth(0, 10, 0, 0)]]
        #expect(AveragePrecision([[found(0, 10, 1, 0.9)]], objects: objects, sides: [10]).mean == 0)
        // A shift of 5 leaves 50 of 150 pixels in common.
        #expect(AveragePrecision([[found(5, 10, 0, 0.9)]], objects: objects, sides: [10]).mean == 0)
        #expect(AveragePrecision([[found(3, 10, 0, 0.9)]], objects: objects, sides: [10]).mean == 1)
    }

    @Test func aSizeWithoutObjectsHasNoFigure() {
        let figure = AveragePrecision([[]], objects: [[truth(0, 10, 0, 0)]], sides: [10, 20])
        #expect(figure.bySize == [0, nil])
    }
}

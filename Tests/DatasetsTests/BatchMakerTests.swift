import Tensors
import Testing

@testable import Datasets

@Suite struct BatchMakerTests {
    private let set = OrientedShapes.dataset(training: 30, test: 5).training

    @Test func everyPassShowsEveryPictureOnce() {
        var order = PictureOrder(count: 7, seed: 3)
        let passes = (0..<5).map { pass in (0..<7).map { order.picture(at: pass * 7 + $0) } }
        #expect(passes.allSatisfy { $0.sorted() == Array(0..<7) })
        #expect(Set(passes).count > 1)
        var again = PictureOrder(count: 7, seed: 3)
        #expect(again.picture(at: 31) == passes[4][3])
        var other = PictureOrder(count: 7, seed: 4)
        #expect((0..<35).map { other.picture(at: $0) } != passes.flatMap { $0 })
    }

    @Test func aBatchIsDeterminedByItsNumber() {
        var maker = BatchMaker(set, augmentation: .flipsAndShifts, size: 8, seed: 11)
        var batches = [Batch]()
        for number in 0..<9 {
            var batch = Batch(of: set, count: 8)
            maker.fill(&batch, number: number)
            batches.append(batch)
        }
        var fresh = BatchMaker(set, augmentation: .flipsAndShifts, size: 8, seed: 11)
        var batch = Batch(of: set, count: 8)
        for number in [7, 2, 8] {
            fresh.fill(&batch, number: number)
            #expect(batch.pictures == batches[number].pictures && batch.labels == batches[number].labels)
        }
        #expect(batches[0].pictures != batches[4].pictures)
    }

    @Test func sharesOfABatchAreItsPictures() {
        var whole = BatchMaker(set, augmentation: .flipsAndShifts, size: 8, seed: 11)
        var batch = Batch(of: set, count: 8)
        whole.fill(&batch, number: 5)
        for share in [0..<3, 3..<6, 6..<8] {
            var maker = BatchMaker(set, augmentation: .flipsAndShifts, size: 8, share: share, seed: 11)
            var part = Batch(of: set, count: share.count)
            maker.fill(&part, number: 5)
            let numbers = share.lowerBound * set.bytesPerPicture..<share.upperBound * set.bytesPerPicture
            #expect(part.pictures.elements == Array(batch.pictures.elements[numbers]))
            #expect(part.labels == Array(batch.labels[share]))
        }
    }

    @Test func batchesCarryOnFromPassToPass() {
        // 15 batches of 8 of 30 pictures are four whole passes: every label is seen four times as often as it is there.
        var maker = BatchMaker(set, augmentation: .none, size: 8, seed: 2)
        var batch = Batch(of: set, count: 8)
        var seen = [Int](repeating: 0, count: 10)
        for number in 0..<15 {
            maker.fill(&batch, number: number)
            for label in batch.labels { seen[Int(label)] += 1 }
        }
        #expect(seen == (0..<10).map { label in 4 * set.labels.count { $0 == UInt8(label) } })
    }

    @Test func unvariedBatchesHoldThePixelsDividedBy255() {
        var batch = Batch(of: set, count: 4)
        set.fill(&batch, from: 28)
        #expect(batch.labels == [set.labels[28], set.labels[29], set.labels[0], set.labels[1]])
        let bytes = set.bytesPerPicture
        #expect(batch.pictures.elements[bytes] == Float(set.pixels[29 * bytes]) / 255)
        #expect(batch.pictures.elements[2 * bytes + 5] == Float(set.pixels[5]) / 255)
    }

    @Test func heldOutPicturesAreTheLast() {
        let (training, validation) = set.split(last: 0.1)
        #expect(training.count == 27 && validation.count == 3)
        #expect(validation.labels == Array(set.labels[27...]) && validation.pixels.last == set.pixels.last)
        #expect(set.split(last: 0).validation.count == 0)
    }
}

import Testing

@testable import Datasets

@Suite struct ComposedDigitsTests {
    private let set = ComposedDigits(DigitGlyphs.drawn(0..<30, seed: 2), seed: 9)

    @Test func boxesAreTightAndDoNotTouch() {
        for place in 0..<20 {
            let (pixels, objects) = set.picture(place)
            #expect((3...6).contains(objects.count))
            var isCovered = pixels.map { _ in false }
            for object in objects {
                let (left, right) = (Int(object.box.left), Int(object.box.right))
                let (top, bottom) = (Int(object.box.top), Int(object.box.bottom))
                #expect(left >= 0 && top >= 0 && right <= 96 && bottom <= 96)
                for row in top..<bottom {
                    for column in left..<right {
                        #expect(!isCovered[row * 96 + column])
                        isCovered[row * 96 + column] = true
                    }
                }
                // A digit reaches every side of its box; halving may leave a fainter last row, never an empty one.
                func isInked(_ row: Int, _ column: Int) -> Bool { pixels[row * 96 + column] > 0 }
                for row in [top, bottom - 1] { #expect((left..<right).contains { isInked(row, $0) }) }
                for column in [left, right - 1] { #expect((top..<bottom).contains { isInked($0, column) }) }
            }
            #expect(zip(pixels, isCovered).allSatisfy { $1 || $0 == 0 })
        }
    }

    @Test func aPictureDependsOnSeedAndPlaceAlone() {
        let other = ComposedDigits(DigitGlyphs.drawn(0..<30, seed: 2), seed: 10)
        #expect(set.picture(7).pixels == set.picture(7).pixels)
        #expect(set.picture(7).pixels != set.picture(8).pixels && set.picture(7).pixels != other.picture(7).pixels)
        let batch = set.batch(7..<9)
        #expect(Array(batch.pictures.elements.suffix(96 * 96)) == set.picture(8).pixels)
        #expect(batch.objects[0] == set.picture(7).objects)
    }

    @Test func everySizeAndClassOccurs() {
        let objects = (0..<60).flatMap { set.picture($0).objects }
        #expect(Set(objects.map(\.label)) == Set(0...9))
        let heights: [(size: Int, range: ClosedRange<Float>)] = [(0, 8...10), (1, 16...20), (2, 32...40)]
        for (size, side) in heights {
            let sides = objects.filter { $0.size == size }.map { $0.box.bottom - $0.box.top }
            #expect(sides.count > 50 && sides.allSatisfy(side.contains))
        }
    }
}

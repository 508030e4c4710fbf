import Testing

@testable import Datasets

@Suite struct GlyphTests {
    @Test func halvingTakesMeansAndDoublingInterpolates() {
        let glyph = Glyph(label: 3, width: 3, pixels: [10, 20, 40, 30, 40, 80])
        // (10 + 20 + 30 + 40)/4, and (40 + 0 + 80 + 0)/4 where the last column has no neighbour.
        #expect(glyph.halved == Glyph(label: 3, width: 2, pixels: [25, 30]))
        let row = Glyph(label: 0, width: 2, pixels: [0, 160]).doubled
        // Quarters of the way from one centre to the next, continued at the border.
        #expect(row == Glyph(label: 0, width: 4, pixels: [0, 40, 120, 160, 0, 40, 120, 160]))
    }

    @Test func aConstantStaysWhatItIs() {
        let flat = Glyph(label: 1, width: 4, pixels: [UInt8](repeating: 77, count: 16))
        #expect(flat.halved.pixels == [77, 77, 77, 77])
        #expect(flat.doubled.pixels == [UInt8](repeating: 77, count: 64))
    }

    @Test func digitsAreCutOutOfLabelledPictures() {
        let (height, width) = (12, 14)
        var pixels = [UInt8](repeating: 0, count: height * width)
        var labels = [UInt8](repeating: 10, count: height * width)
        for row in 2..<11 {
            for column in 5..<9 where row == 2 || row == 10 || column == 5 {
                labels[row * width + column] = 6
                pixels[row * width + column] = UInt8(100 + row)
            }
        }
        // Another digit inside the rectangle of the first one is left out of it, and is too small itself.
        labels[5 * width + 7] = 1
        pixels[5 * width + 7] = 255
        let names = (0...10).map(String.init)
        let pictures = LabelledPictures(
            height: height, width: width, channels: 1, classNames: names, labelling: .perPixel, pixels: pixels,
            labels: labels)
        let glyphs = DigitGlyphs.cut(from: pictures)
        #expect(glyphs.count == 1)
        #expect(glyphs.first?.label == 6 && glyphs.first?.width == 4 && glyphs.first?.height == 9)
        #expect(glyphs.first?.pixels[3 * 4 + 2] == 0 && glyphs.first?.pixels[0] == 102)
    }

    @Test func overlapsOfBoxes() {
        let box = PictureBox(left: 0, top: 0, right: 4, bottom: 2)
        #expect(box.intersectionOverUnion(box) == 1)
        #expect(box.intersectionOverUnion(PictureBox(left: 2, top: 0, right: 6, bottom: 2)) == 4 / Float(12))
        #expect(box.intersectionOverUnion(PictureBox(left: 4, top: 0, right: 6, bottom: 2)) == 0)
        #expect(box.intersectionOverUnion(PictureBox(left: 3, top: 0, right: 1, bottom: 2)) == 0)
    }
}

import Foundation
import Pictures
import TestSupport
import Testing

@Suite struct PictureTests {
    /// A file's values survive the way to numbers and back, in both depths.
    @Test(arguments: ["grey8", "coloralpha8", "coloralpha16", "color16-interlaced"]) func roundTrip(name: String) throws
    {
        let folder = try TemporaryFolder()
        let picture = try Picture(contentsOf: Fixture.url("pictures/\(name).png"))
        let file = folder.file("copy.png")
        try picture.write(to: file, depth: name.contains("16") ? .sixteen : .eight)
        #expect(try Picture(contentsOf: file) == picture)
    }

    @Test func everySixteenBitValueSurvives() throws {
        let folder = try TemporaryFolder()
        let plane = (0..<65536).map { Float($0) / 65535 }
        let picture = Picture(width: 256, height: 256, channels: .grey, planes: [plane])
        let file = folder.file("ramp.png")
        try picture.write(to: file, depth: .sixteen)
        #expect(try Picture(contentsOf: file).planes == [plane])
    }

    @Test func valuesAreCutAndRounded() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("cut.png")
        let values: [Float] = [-3, 0.4999 / 255, 0.5001 / 255, 0.5, 1.7, .infinity, -.infinity, 1]
        try Picture(width: 8, height: 1, channels: .grey, planes: [values]).write(
            to: file, depth: .eight, cuttingToRange: true)
        let reader = try PNGReader(file)
        var row: [UInt16] = []
        try reader.nextRow(into: &row)
        #expect(row == [0, 0, 1, 128, 255, 255, 0, 255])
    }

    /// Half a step beyond the range is rounding; more is lost, and that is not done in silence.
    @Test func valuesBeyondTheRangeAreRefusedUnlessTheyMayBeCut() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("cut.png")
        func picture(_ value: Float) -> Picture {
            Picture(width: 2, height: 1, channels: .grey, planes: [[0.5, value]])
        }
        for value: Float in [1.01, -0.01, .infinity] {
            let error = #expect(throws: PictureError.self) { try picture(value).write(to: file, depth: .eight) }
            #expect(error == .outOfRange(file: file.path, column: 1, row: 0, value: value))
        }
        #expect(try folder.names() == [])
        try picture(1.0019).write(to: file, depth: .eight)
        #expect(try Picture(contentsOf: file).planes[0][1] == 1)
    }

    @Test(arguments: [nil, PixelDensity(x: 11_811, y: 5906), PixelDensity(x: 2, y: 1, isPerMetre: false)])
    func densitiesAreKept(density: PixelDensity?) throws {
        let folder = try TemporaryFolder()
        let file = folder.file("dense.png")
        try Picture(width: 1, height: 1, channels: .grey, density: density, planes: [[0.5]]).write(to: file)
        #expect(try Picture(contentsOf: file).density == density)
    }

    @Test func notANumberIsASentence() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("nan.png")
        let error = #expect(throws: PictureError.self) {
            try Picture(width: 2, height: 2, channels: .grey, planes: [[0, 1, 0, .nan]]).write(to: file, depth: .eight)
        }
        #expect(error == .notANumber(file: file.path, column: 1, row: 1))
        #expect(try folder.names() == [])
    }

    @Test func largePicturesAreRefusedWhereNotAllowed() throws {
        let file = Fixture.url("pictures/grey8.png")
        #expect(throws: PictureError.tooLarge(file: file.path, width: 19, height: 13, maximumPixels: 246)) {
            try Picture(contentsOf: file, maximumPixels: 246)
        }
        #expect(try Picture(contentsOf: file, maximumPixels: 247).planes.count == 1)
    }

    @Test func channelsAreKeptApart() throws {
        let picture = try Picture(contentsOf: Fixture.url("pictures/coloralpha8.png"))
        #expect(picture.channels.alpha == 3)
        for channel in 0..<4 {
            #expect(picture.planes[channel][19 + 2] == Float((37 * 2 + 101 + 59 * channel) % 256) / 255)
        }
    }
}

import Foundation
import Pictures
import Randomness
import TestSupport
import Testing

@Suite struct PNGWriterTests {
    @Test(arguments: PictureChannels.allCases, PictureDepth.allCases)
    func whatIsWrittenIsRead(channels: PictureChannels, depth: PictureDepth) throws {
        let folder = try TemporaryFolder()
        var generator = SeededGenerator(seed: 1)
        for (width, height) in [(1, 1), (7, 5), (300, 2)] {
            let format = PictureFormat(width: width, height: height, channels: channels, depth: depth)
            let rows = (0..<height).map { _ in
                (0..<format.rowCount).map { _ in UInt16.random(in: 0...UInt16(depth.maximum), using: &generator) }
            }
            let file = folder.file("picture.png")
            let writer = try PNGWriter(file, format)
            for row in rows { try writer.write(row: row) }
            try writer.finish()
            let reader = try PNGReader(file)
            #expect(reader.format == format)
            var row: [UInt16] = []
            for expected in rows {
                try reader.nextRow(into: &row)
                #expect(row == expected)
            }
        }
        #expect(try folder.names() == ["picture.png"])
    }

    /// A writer that is given up leaves nothing behind, and the picture that was there before as it was.
    @Test func unfinishedPicturesLeaveNoTrace() throws {
        let folder = try TemporaryFolder()
        let file = try folder.file("picture.png", holding: [1, 2, 3])
        do {
            let writer = try PNGWriter(file, PictureFormat(width: 2, height: 2, channels: .grey, depth: .eight))
            try writer.write(row: [1, 2])
            // As other files that are being written, which are told from leftovers by it.
            #expect(try folder.names().contains { $0.hasPrefix(".") && $0.hasSuffix(".\(getpid()).partial") })
        }
        #expect(try folder.names() == ["picture.png"])
        #expect([UInt8](try Data(contentsOf: file)) == [1, 2, 3])
    }

    /// Two processes that write one picture: each writes a whole one, and the last to finish is there.
    @Test func writersOfOneFileDoNotMeet() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("picture.png")
        let format = PictureFormat(width: 2, height: 2, channels: .grey, depth: .eight)
        let (first, second) = (try PNGWriter(file, format), try PNGWriter(file, format))
        for row in 0..<2 {
            try first.write(row: [1, 2])
            if row == 0 { try second.write(row: [3, 4]) }
        }
        try first.finish()
        #expect(try Picture(contentsOf: file).planes == [[1, 2, 1, 2].map { Float($0) / 255 }])
        try second.write(row: [3, 4])
        try second.finish()
        #expect(try Picture(contentsOf: file).planes == [[3, 4, 3, 4].map { Float($0) / 255 }])
        #expect(try folder.names() == ["picture.png"])
    }

    @Test func placesThatCannotBeWrittenAreNamed() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("nowhere/picture.png")
        let error = #expect(throws: PictureError.self) {
            try PNGWriter(file, PictureFormat(width: 2, height: 2, channels: .grey, depth: .eight))
        }
        #expect(error.map { "\($0)" }?.contains("nowhere/picture.png could not be written: No such file") == true)
    }
}

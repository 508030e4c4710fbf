import Foundation
import Pictures
import Randomness
import TestSupport
import Testing

/// Pictures made byte by byte by a script, against the formula they were made with.
@Suite struct PNGReaderTests {
    private static let names = [
        "grey1", "grey2", "grey4", "grey8", "grey16", "color8", "color16", "greyalpha8", "greyalpha16", "coloralpha8",
        "coloralpha16",
    ]

    private func value(_ x: Int, _ y: Int, _ c: Int, bits: Int) -> Int {
        (37 * x + 101 * y + 59 * c) * (bits == 16 ? 97 : 1) % (1 << bits)
    }

    private func rows(_ file: URL) throws -> (PictureFormat, [[UInt16]]) {
        let reader = try PNGReader(file)
        var rows: [[UInt16]] = []
        var row: [UInt16] = []
        for _ in 0..<reader.format.height {
            try reader.nextRow(into: &row)
            rows.append(row)
        }
        return (reader.format, rows)
    }

    @Test(arguments: names, ["", "-interlaced"]) func everyKindOfPicture(name: String, suffix: String) throws {
        let (format, rows) = try rows(Fixture.url("pictures/\(name)\(suffix).png"))
        let bits = try #require(Int(name.filter(\.isNumber)))
        #expect((format.width, format.height) == (19, 13))
        #expect(format.depth == (bits == 16 ? .sixteen : .eight))
        let channels = ["grey": 1, "greyalpha": 2, "color": 3, "coloralpha": 4][name.filter(\.isLetter)]
        #expect(format.channels.count == channels)
        // Small depths are stretched to 0 … 255.
        let stretch = bits < 8 ? 255 / ((1 << bits) - 1) : 1
        for y in 0..<13 {
            let expected = (0..<19).flatMap { x in
                (0..<format.channels.count).map { UInt16(value(x, y, $0, bits: bits) * stretch) }
            }
            #expect(rows[y] == expected)
        }
    }

    @Test(arguments: [("palette1", 1), ("palette2", 2), ("palette4", 4), ("palette8", 8), ("palette4-interlaced", 4)])
    func palettesBecomeColors(name: String, bits: Int) throws {
        let (format, rows) = try rows(Fixture.url("pictures/\(name).png"))
        #expect(format.channels == .color)
        for y in 0..<13 {
            let expected = (0..<19).flatMap { x in
                let entry = value(x, y, 0, bits: bits)
                return [entry, 255 - entry, 3 * entry % 256].map { UInt16($0) }
            }
            #expect(rows[y] == expected)
        }
    }

    @Test func transparencyBecomesAlpha() throws {
        let (grey, greyRows) = try rows(Fixture.url("pictures/grey8-transparent.png"))
        #expect(grey.channels == .greyAlpha)
        #expect(greyRows[0][0..<4] == [0, 255, 37, 0])
        let (palette, paletteRows) = try rows(Fixture.url("pictures/palette2-transparent.png"))
        #expect(palette.channels == .colorAlpha)
        // Indices 0, 1, 2, 3: opaque, opaque, half, and the last one without an entry.
        #expect([3, 7, 11, 15].map { paletteRows[0][$0] } == [255, 255, 128, 255])
    }

    @Test func onePixel() throws {
        #expect(try rows(Fixture.url("pictures/one-pixel.png")).1 == [[0]])
        #expect(try rows(Fixture.url("pictures/one-pixel-interlaced.png")).1 == [[0, 59 * 97, 118 * 97]])
    }

    /// Every proper prefix of a picture is refused with a sentence that names the file.
    @Test(arguments: ["color8", "color16-interlaced", "palette4"]) func cutPicturesAreRefused(name: String) throws {
        let bytes = [UInt8](try Data(contentsOf: Fixture.url("pictures/\(name).png")))
        let folder = try TemporaryFolder()
        for length in 0..<bytes.count {
            let file = try folder.file("cut.png", holding: Array(bytes[..<length]))
            let error = #expect(throws: PictureError.self, "cut at \(length)") { try rows(file) }
            #expect(error.map { "\($0)" }?.contains(file.path) == true)
        }
    }

    /// Damaged pictures are read or refused; nothing else happens to the process. With checksums made right again the damage reaches the decoder.
    @Test(
        arguments: ["grey1-interlaced", "coloralpha16", "palette2-transparent", "greyalpha8-interlaced"], [false, true])
    func damagedPicturesAreReadOrRefused(name: String, isRepaired: Bool) throws {
        let bytes = [UInt8](try Data(contentsOf: Fixture.url("pictures/\(name).png")))
        let folder = try TemporaryFolder()
        var generator = SeededGenerator(seed: 1)
        var refused = 0
        for _ in 0..<500 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                damaged[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(
                    in: 0...255, using: &generator)
            }
            if isRepaired { repairChecksums(&damaged) }
            let file = try folder.file("damaged.png", holding: damaged)
            do {
                _ = try rows(file)
            } catch is PictureError {
                refused += 1
            }
        }
        #expect(refused > (isRepaired ? 100 : 300))
    }

    @Test func implausibleExtentsAreRefusedBeforeMemoryIsTaken() throws {
        var bytes = [UInt8](try Data(contentsOf: Fixture.url("pictures/color8.png")))
        // Width and height of the header, and its checksum.
        bytes.replaceSubrange(16..<24, with: [0, 15, 66, 64, 0, 15, 66, 64])
        bytes.replaceSubrange(29..<33, with: checksum(bytes[12..<29]))
        let folder = try TemporaryFolder()
        let bomb = try folder.file("bomb.png", holding: bytes)
        let error = #expect(throws: PictureError.self) { try PNGReader(bomb) }
        #expect(error == .implausible(file: bomb.path, width: 1_000_000, height: 1_000_000, bytes: bytes.count))
    }

    @Test func otherFilesAreRefused() throws {
        let folder = try TemporaryFolder()
        for (name, content) in [("empty.png", ""), ("text.png", "Not a picture at all, but long enough to be one.")] {
            let file = try folder.file(name, holding: Array(content.utf8))
            let error = #expect(throws: PictureError.self) { try PNGReader(file) }
            #expect(error.map { "\($0)" }?.contains("does not begin as a PNG file does") == true)
        }
        let error = #expect(throws: PictureError.self) { try PNGReader(folder.file("missing.png")) }
        #expect(error.map { "\($0)" }?.contains("No such file") == true)
        #expect(throws: PictureError.cannotOpen(file: folder.url.path, reason: "it is a folder")) {
            try PNGReader(folder.url)
        }
    }

    /// Nobody writes into the pipe, so that to wait for it would be for ever.
    @Test(.timeLimit(.minutes(1))) func pipesAreRefused() throws {
        let folder = try TemporaryFolder()
        let pipe = folder.file("pipe.png")
        try #require(mkfifo(pipe.path, 0o600) == 0)
        #expect(throws: PictureError.cannotOpen(file: pipe.path, reason: "it is a device or pipe")) {
            try PNGReader(pipe)
        }
    }

    /// Decoded it would take a gigabyte; the zeros at its end make so many pixels plausible.
    @Test func interlacedPicturesAreRefusedBeforeTheyAreDecoded() throws {
        var bytes = [UInt8](try Data(contentsOf: Fixture.url("pictures/grey1-interlaced.png")))
        bytes.replaceSubrange(16..<24, with: [0, 0, 0x80, 0xE8, 0, 0, 0x80, 0xE8])
        bytes.replaceSubrange(29..<33, with: checksum(bytes[12..<29]))
        let folder = try TemporaryFolder()
        let bomb = try folder.file("bomb.png", holding: bytes + [UInt8](repeating: 0, count: 140_000))
        let error = #expect(throws: PictureError.self) { try PNGReader(bomb) }
        #expect(error == .tooLarge(file: bomb.path, width: 33_000, height: 33_000, maximumPixels: 1 << 30))
    }

    /// Gives every chunk that can be found the checksum of what it holds.
    private func repairChecksums(_ bytes: inout [UInt8]) {
        var at = 8
        while at + 12 <= bytes.count {
            let length = bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
            guard at + 12 + length <= bytes.count else { return }
            bytes.replaceSubrange(at + 8 + length..<at + 12 + length, with: checksum(bytes[at + 4..<at + 8 + length]))
            at += 12 + length
        }
    }

    /// CRC-32 of a chunk's type and data, by its definition.
    private func checksum(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var crc: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        return stride(from: 24, through: 0, by: -8).map { UInt8(~crc >> UInt32($0) & 255) }
    }
}

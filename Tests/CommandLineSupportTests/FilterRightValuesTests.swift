import CommandLineSupport
import ContinuousCNN
import Foundation
import TestSupport
import Testing

/// Values that `ccnn filter` must give: nothing lost, misread or clipped in silence.
@Suite struct FilterRightValuesTests {
    private struct Outcome {
        var line = ""
        var notices: [String] = []
    }

    @discardableResult
    private func filter(
        _ picture: URL, to output: URL, _ change: (inout FilterRequest.Arguments) -> Void
    ) throws -> Outcome {
        var arguments = FilterRequest.Arguments()
        (arguments.picture, arguments.output, arguments.overwrites) = (picture.path, output.path, true)
        change(&arguments)
        var outcome = Outcome()
        outcome.line = try FilterRun(FilterRequest(arguments)).run(notice: { outcome.notices.append($0) })
        return outcome
    }

    private func tensor(_ file: URL) throws -> StoredTensor {
        try #require(try TensorArchive(contentsOf: file).tensors().first)
    }

    private func array(_ folder: TemporaryFolder, _ width: Int, _ height: Int, _ value: (Int, Int) -> Double) throws
        -> URL
    {
        let numbers = (0..<width * height).map { value($0 % width, $0 / width) }
        let file = folder.file("array.npy")
        try NpyFile.write(StoredTensor(name: "a", shape: [height, width], numbers), to: file)
        return file
    }

    /// The three taps of a difference in one row, as of a file.
    private func taps(_ folder: TemporaryFolder, _ values: [Float]) throws -> String {
        let file = folder.file("taps.npy")
        try NpyFile.write(StoredTensor(name: "k", shape: [1, values.count], values), to: file)
        return file.path
    }

    // MARK: Signs and scales

    @Test(arguments: [PictureDepth.eight, .sixteen]) func tapsThatSumToZeroAreDrawnAsDerivativesAre(depth: PictureDepth)
        throws
    {
        let folder = try TemporaryFolder()
        let values = (0..<100).map { Float(abs(5 - $0 % 10)) / 5 }
        try Picture(width: 10, height: 10, channels: .grey, depth: depth, planes: [values])
            .write(to: folder.file("tent.png"))
        let kernel = try taps(folder, [1, 0, -1])
        let outcome = try filter(folder.file("tent.png"), to: folder.file("out.png")) { $0.kernel = kernel }
        #expect(outcome.notices.contains { $0.contains("the scale of out.png ends at 0.4") })
        #expect(outcome.line.contains("drawn from -0.400000 (blue) to 0.400000 (red)"))
        let picture = try Picture(contentsOf: folder.file("out.png"))
        #expect(picture.channels == .color && picture.depth == depth)
        // The tent falls to the left of its middle and rises to the right: the ends of the scale on either side.
        #expect(picture.planes[0][52] < 0.05 && picture.planes[2][52] > 0.3)
        #expect(picture.planes[0][57] > 0.3 && picture.planes[2][57] < 0.15)
    }

    @Test func whatIsCutIsCounted() throws {
        let folder = try TemporaryFolder()
        let source = folder.file("step.png")
        try Picture(width: 8, height: 1, channels: .grey, planes: [[0, 0, 0, 0, 1, 1, 1, 1]]).write(to: source)
        let sharp = try taps(folder, [-1, 3, -1])
        let outcome = try filter(source, to: folder.file("out.png")) { $0.kernel = sharp }
        #expect(outcome.notices.count == 1)
        #expect(
            outcome.notices.first?.contains("2 of 8 numbers lie beyond the scale of out.png from 0 to 1") == true,
            "\(outcome)")
        #expect(outcome.notices.first?.contains("-1.00000 and 2.00000") == true, "\(outcome)")
        #expect(try filter(source, to: folder.file("out.npy")) { $0.kernel = sharp }.notices.isEmpty)
        #expect(try tensor(folder.file("out.npy")).doubles == [0, 0, 0, -1, 2, 1, 1, 1])
        // A derivative beyond --limit is cut, too.
        let limited = try filter(source, to: folder.file("out.png")) { ($0.derivative, $0.limit) = ("1,0", 0.1) }
        #expect(limited.notices.contains { $0.contains("lie beyond the scale of out.png from -0.100000 to 0.100000") })
        // What stays within the scale has nothing said about it.
        #expect(try filter(source, to: folder.file("out.png")) { $0.gaussian = 1 }.notices.isEmpty)
    }

    @Test func integersHaveTheirOwnWhite() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("bytes.npy")
        for (type, value) in [(ScalarType.uint8, 51), (.uint16, 13_107)] {
            let bytes = (0..<64).flatMap { _ in
                type == .uint8 ? [UInt8(value)] : [UInt8(value & 255), UInt8(value >> 8)]
            }
            try NpyFile.write(StoredTensor(name: "a", shape: [8, 8], scalarType: type, bytes: bytes), to: file)
            let outcome = try filter(file, to: folder.file("out.png")) { $0.gaussian = 1 }
            #expect(outcome.notices.isEmpty)
            let picture = try Picture(contentsOf: folder.file("out.png"))
            #expect(picture.depth == (type == .uint8 ? .eight : .sixteen))
            #expect(picture.planes[0].allSatisfy { $0 == 0.2 })
        }
    }

    // MARK: Precision

    @Test func integersThatSinglePrecisionDoesNotHoldAreComputedInDouble() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("ramp.npy")
        let bytes = (0..<40 * 40).flatMap { i -> [UInt8] in
            withUnsafeBytes(of: Int32(500_000_000 + i % 40).littleEndian) { Array($0) }
        }
        try NpyFile.write(StoredTensor(name: "a", shape: [40, 40], scalarType: .int32, bytes: bytes), to: file)
        try filter(file, to: folder.file("out.npy")) { ($0.gaussian, $0.derivative, $0.boundary) = (2, "1,0", "odd") }
        let result = try tensor(folder.file("out.npy"))
        #expect(result.scalarType == .float64)
        // Taps of magnitude 0.4 in all times 5·10⁸ times 2⁻⁵².
        #expect(result.doubles.allSatisfy { abs($0 - 1) < 1e-6 })
        let single = try filter(file, to: folder.file("out.npy")) {
            ($0.gaussian, $0.derivative, $0.precision) = (2, "1,0", "single")
        }
        #expect(try tensor(folder.file("out.npy")).scalarType == .float32)
        #expect(single.notices.contains { $0.contains("--precision double") })
    }

    @Test func theLaplacianOfABlobOnAHighGroundIsThatOfTheBlob() throws {
        let folder = try TemporaryFolder()
        func blob(_ ground: Double) throws -> [Double] {
            let file = try array(folder, 48, 48) { x, y in
                ground + 50 * exp(-(pow(Double(x) - 24, 2) + pow(Double(y) - 24, 2)) / 32)
            }
            try filter(file, to: folder.file("out.npy")) { ($0.gaussian, $0.laplacian) = (2, true) }
            return try tensor(folder.file("out.npy")).doubles
        }
        let (low, high) = (try blob(0), try blob(1e6))
        let largest = low.map { abs($0) }.max() ?? 0
        // σ² = 16 + 4: the Laplacian at the middle is −2·50·(16/20)/20.
        #expect(abs(low[24 * 48 + 24] + 4) < 0.01)
        #expect(zip(low, high).allSatisfy { abs($0 - $1) < 1e-6 * largest })
    }

    @Test func numbersThatSinglePrecisionDoesNotHoldAreRefusedInIt() throws {
        let folder = try TemporaryFolder()
        let file = try array(folder, 4, 4) { x, y in x == 2 && y == 1 ? 1e300 : 0 }
        let failure = #expect(throws: CommandFailure.self) {
            try filter(file, to: folder.file("out.npy")) { ($0.gaussian, $0.precision) = (1, "single") }
        }
        #expect(failure?.description.contains("row 1, column 2 holds 1e+300") == true, "\(failure as Any)")
    }

    // MARK: Units

    /// σ is in pixels and a derivative per pixel, however far apart the taps are.
    @Test(arguments: [1, 2, 3]) func dilationChangesNeitherSlopesNorWidth(dilation: Int) throws {
        let folder = try TemporaryFolder()
        let ramp = try array(folder, 64, 64) { x, y in 2 + 1.0 * Double(x) + 0.5 * Double(y * y) }
        for (orders, wanted) in [("1,0", 1.0), ("0,2", 1)] {
            try filter(ramp, to: folder.file("out.npy")) {
                ($0.gaussian, $0.derivative, $0.dilation) = (3, orders, dilation)
            }
            #expect(abs(try tensor(folder.file("out.npy")).doubles[32 * 64 + 32] - wanted) < 1e-4)
        }
        // The Gaussian adds its variance, of 9, to the parabola: y²/2 becomes y²/2 + 9/2.
        try filter(ramp, to: folder.file("out.npy")) { ($0.gaussian, $0.dilation) = (3, dilation) }
        #expect(abs(try tensor(folder.file("out.npy")).doubles[32 * 64 + 32] - (2 + 32 + 512 + 4.5)) < 0.01)
    }

    @Test func eachAxisHasItsWidth() throws {
        let folder = try TemporaryFolder()
        let file = try array(folder, 80, 80) { x, y in Double(x * x) / 2 + Double(1000 * y * y) }
        let outcome = try filter(file, to: folder.file("out.npy")) { ($0.gaussian, $0.sigmaY) = (3, 2) }
        // x²/2 and 1000 y² at 40, and the variances 9 and 4 times half their second derivatives.
        let wanted: Double = 800 + 1_600_000 + 4.5 + 4000
        let found = try tensor(folder.file("out.npy")).doubles[40 * 80 + 40]
        #expect(abs(found - wanted) < 1)
        #expect(outcome.line.contains("σ = 3.0 × 2.0"))
    }

    // MARK: Alpha and gaps

    @Test(arguments: [PictureChannels.colorAlpha, .greyAlpha]) func transparentPixelsDoNotBleed(
        channels: PictureChannels
    ) throws {
        let folder = try TemporaryFolder()
        func isInside(_ i: Int) -> Bool { (8..<24).contains(i % 32) && (8..<24).contains(i / 32) }
        let inside = (0..<1024).map { isInside($0) ? Float(1) : 0 }
        let red = [Float](repeating: 1, count: 1024)
        let planes = channels == .colorAlpha ? [red, inside, inside, inside] : [inside, inside]
        try Picture(width: 32, height: 32, channels: channels, depth: .eight, planes: planes)
            .write(to: folder.file("square.png"))
        for file in ["out.png", "out.npy"] {
            try filter(folder.file("square.png"), to: folder.file(file)) { $0.gaussian = 4 }
        }
        let picture = try Picture(contentsOf: folder.file("out.png"))
        for i in 0..<1024 where isInside(i) { #expect(picture.planes.allSatisfy { $0[i] == 1 }) }
        #expect(picture.planes.last == inside)
        // The derivative of a colour that is the same wherever there is any is 0, whatever alpha does.
        try filter(folder.file("square.png"), to: folder.file("out.npy")) { ($0.gaussian, $0.derivative) = (4, "1,1") }
        let numbers = try tensor(folder.file("out.npy")).doubles
        let count = channels.count
        for i in 0..<1024 { #expect((0..<count - 1).allSatisfy { abs(numbers[count * i + $0]) < 1e-4 }) }
        let edge = try taps(folder, [1, 0, -1])
        try filter(folder.file("square.png"), to: folder.file("out.npy")) { $0.kernel = edge }
        let differences = try tensor(folder.file("out.npy")).doubles
        for i in 0..<1024 { #expect((0..<count - 1).allSatisfy { abs(differences[count * i + $0]) < 1e-6 }) }
    }

    /// Gaps are filled from what is known: a mask, NaN and both together give one result, and a mask of ones changes nothing.
    @Test(arguments: ["", "1,0", "2,1"]) func gapsAreFilled(orders: String) throws {
        let folder = try TemporaryFolder()
        func isGap(_ x: Int, _ y: Int) -> Bool { (10..<13).contains(x) && (12..<16).contains(y) }
        func wave(_ x: Int, _ y: Int) -> Double { sin(Double(x) / 5) + cos(Double(y) / 7) }
        func result(_ value: (Int, Int) -> Double, mask: ((Int, Int) -> Double)? = nil) throws -> (
            numbers: [Double], notices: [String]
        ) {
            let picture = try array(folder, 32, 32, value)
            if let mask {
                let numbers = (0..<1024).map { mask($0 % 32, $0 / 32) }
                try NpyFile.write(StoredTensor(name: "m", shape: [32, 32], numbers), to: folder.file("mask.npy"))
            }
            let outcome = try filter(picture, to: folder.file("out.npy")) {
                ($0.gaussian, $0.boundary) = (2, "mirror")
                if !orders.isEmpty { $0.derivative = orders }
                if mask != nil { $0.mask = folder.file("mask.npy").path }
            }
            return (try tensor(folder.file("out.npy")).doubles, outcome.notices)
        }
        let masked = try result({ isGap($0, $1) ? 1e5 : wave($0, $1) }, mask: { isGap($0, $1) ? 0 : 1 })
        let missing = try result { isGap($0, $1) ? .nan : wave($0, $1) }
        #expect(masked.numbers == missing.numbers && masked.numbers.allSatisfy(\.isFinite))
        #expect(missing.notices.contains { $0.contains("12 of 1,024 numbers of array.npy are NaN") })
        let whole = try result(wave)
        // Far from the gap there is nothing but the rounding of a quotient.
        #expect(abs(whole.numbers[31 * 32 + 31] - masked.numbers[31 * 32 + 31]) < 1e-12)
        let ones = try result(wave, mask: { _, _ in 1 })
        #expect(zip(whole.numbers, ones.numbers).allSatisfy { abs($0 - $1) < 1e-12 })
    }

    @Test func weightsOfOneHalfChangeNothing() throws {
        let folder = try TemporaryFolder()
        let picture = try array(folder, 24, 24) { x, y in sin(Double(x * y) / 20) }
        let half = [Double](repeating: 0.5, count: 576)
        try NpyFile.write(StoredTensor(name: "m", shape: [24, 24], half), to: folder.file("mask.npy"))
        let sharp = try taps(folder, [-1, 4, -1])
        for (orders, kernel) in [("2,2", nil), ("1,0", nil), (nil, sharp)] as [(String?, String?)] {
            var results: [[Double]] = []
            for mask in [nil, folder.file("mask.npy").path] {
                try filter(picture, to: folder.file("out.npy")) {
                    ($0.derivative, $0.kernel, $0.mask, $0.boundary) = (orders, kernel, mask, "mirror")
                }
                results.append(try tensor(folder.file("out.npy")).doubles)
            }
            #expect(zip(results[0], results[1]).allSatisfy { abs($0 - $1) < 1e-12 })
        }
    }

    @Test func masksThatDoNotFitAreSentences() throws {
        let folder = try TemporaryFolder()
        let picture = try array(folder, 8, 8) { x, _ in Double(x) }
        let cases: [(shape: [Int], number: Double, part: String)] = [
            ([8, 9], 1, "a mask has the picture's 8 × 8 pixels, but the file has 9 × 8"),
            ([8, 8], 2, "holds 2.0, but a mask's numbers are from 0"), ([8, 8], 0, "leaves out every pixel"),
            ([8, 8, 3], 1, "a mask has one channel, but the file has 3"),
        ]
        for (shape, number, part) in cases {
            let numbers = [Double](repeating: number, count: shape.reduce(1, *))
            try NpyFile.write(
                StoredTensor(name: "m", shape: TensorShape(shape), numbers), to: folder.file("mask.npy"))
            let failure = #expect(throws: CommandFailure.self) {
                try filter(picture, to: folder.file("out.npy")) {
                    ($0.gaussian, $0.mask) = (1, folder.file("mask.npy").path)
                }
            }
            #expect(failure?.description.contains(part) == true, "\(failure as Any)")
        }
    }

    // MARK: Reading

    @Test func aTransposedArrayGivesTheSame() throws {
        let folder = try TemporaryFolder()
        let picture = try array(folder, 6, 4) { x, y in Double(10 * x + y) }
        try filter(picture, to: folder.file("plain.npy")) { $0.gaussian = 1 }
        let columns = (0..<24).map { Double(10 * ($0 / 4) + $0 % 4) }
        try NpyFile.write(StoredTensor(name: "a", shape: [4, 6], columns), to: folder.file("columns.npy"))
        var bytes = [UInt8](try Data(contentsOf: folder.file("columns.npy")))
        let (text, other) = (Array("'fortran_order': False".utf8), Array("'fortran_order': True ".utf8))
        let place = try #require(bytes.indices.first { bytes[$0...].starts(with: text) })
        bytes.replaceSubrange(place..<place + text.count, with: other)
        try Data(bytes).write(to: folder.file("columns.npy"))
        try filter(folder.file("columns.npy"), to: folder.file("out.npy")) { $0.gaussian = 1 }
        #expect(try tensor(folder.file("out.npy")).doubles == tensor(folder.file("plain.npy")).doubles)
    }

    @Test func eachReasonToRefuseAnArrayHasItsSentence() throws {
        let folder = try TemporaryFolder()
        let cases: [(TensorShape, String)] = [
            ([7], "holds one axis, [7]"), ([1, 2, 3, 4], "holds 4 axes"), ([0, 3], "array of [0, 3] is empty"),
            ([3, 5, 7], "numpy.moveaxis(a, 0, -1)"),
        ]
        for (shape, part) in cases {
            let file = folder.file("a.npy")
            try NpyFile.write(
                StoredTensor(name: "a", shape: shape, [Float](repeating: 1, count: shape.count)), to: file)
            let failure = #expect(throws: CommandFailure.self) {
                try filter(file, to: folder.file("out.npy")) { $0.gaussian = 1 }
            }
            #expect(failure?.description.contains(part) == true, "\(failure as Any)")
        }
    }

    // MARK: Borders, small and large σ

    @Test func anOddBorderKeepsTheSlope() throws {
        let folder = try TemporaryFolder()
        let ramp = try array(folder, 20, 12) { x, y in 3 * Double(x) - 2 * Double(y) }
        try filter(ramp, to: folder.file("out.npy")) { ($0.gaussian, $0.derivative, $0.boundary) = (2, "1,0", "odd") }
        let result = try tensor(folder.file("out.npy"))
        #expect(result.shape.extents == [12, 20] && result.doubles.allSatisfy { abs($0 - 3) < 1e-9 })
    }

    @Test func theGaussianOnTheSpectrumIsExactAtSmallSigma() throws {
        let folder = try TemporaryFolder()
        let omega = 2 * Double.pi * 5 / 16
        let wave = try array(folder, 16, 16) { x, _ in cos(omega * Double(x)) }
        try filter(wave, to: folder.file("out.npy")) {
            ($0.gaussian, $0.derivative, $0.boundary, $0.discretization) = (0.5, "2,0", "periodic", "fourier")
        }
        let factor = -omega * omega * exp(-0.125 * omega * omega)
        let found = try tensor(folder.file("out.npy")).doubles
        #expect((0..<16).allSatisfy { abs(found[$0] - factor * cos(omega * Double($0))) < 1e-12 })
        let ringing = try filter(wave, to: folder.file("out.npy")) {
            ($0.gaussian, $0.boundary, $0.discretization) = (0.5, "periodic", "spectral")
        }
        #expect(ringing.notices.contains { $0.contains("rings") && $0.contains("--discretization fourier") })
    }

    @Test func aWideLaplacianOfASmallPictureTakesLines() throws {
        let folder = try TemporaryFolder()
        let flat = try array(folder, 16, 16) { x, y in 7 }
        try filter(flat, to: folder.file("out.npy")) { ($0.gaussian, $0.laplacian, $0.threads) = (300, true, 1) }
        #expect(try tensor(folder.file("out.npy")).doubles.allSatisfy { abs($0) < 1e-9 })
        // A rectangle of (2 · 90,004 + 1)² taps of 8 bytes has no room.
        let failure = #expect(throws: CommandFailure.self) {
            try filter(flat, to: folder.file("out.npy")) {
                ($0.gaussian, $0.derivative, $0.method) = (10_000, "8,8", "direct")
            }
        }
        #expect(failure?.description.contains("takes at least") == true, "\(failure as Any)")
    }
}

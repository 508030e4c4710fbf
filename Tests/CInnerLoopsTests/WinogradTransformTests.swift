import CInnerLoops
import Testing

@Suite("Winograd's transforms against their matrices")
struct WinogradTransformTests {
    /// Bᵀ, G and Aᵀ of F(m, 3) for 4 and 6 points.
    struct Matrices {
        let input: [[Float]]
        let kernel: [[Float]]
        let output: [[Float]]

        init(points: Int) {
            if points == 4 {
                input = [[1, 0, -1, 0], [0, 1, 1, 0], [0, -1, 1, 0], [0, -1, 0, 1]]
                kernel = [[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]]
                output = [[1, 1, 1, 0], [0, 1, -1, 1]]
            } else {
                input = [
                    [4, 0, -5, 0, 1, 0], [0, -4, -4, 1, 1, 0], [0, 4, -4, -1, 1, 0], [0, -2, -1, 2, 1, 0],
                    [0, 2, -1, -2, 1, 0], [0, 4, 0, -5, 0, 1],
                ]
                let (sixth, twelfth, twentyFourth) = (Float(1) / 6, Float(1) / 12, Float(1) / 24)
                kernel = [
                    [0.25, 0, 0], [-sixth, -sixth, -sixth], [-sixth, sixth, -sixth], [twentyFourth, twelfth, sixth],
                    [twentyFourth, -twelfth, sixth], [0, 0, 1],
                ]
                output = [[1, 1, 1, 1, 1, 0], [0, 1, -1, 2, -2, 0], [0, 1, 1, 4, 4, 0], [0, 1, -1, 8, -8, 1]]
            }
        }
    }

    static func transposed(_ m: [[Float]]) -> [[Float]] { m[0].indices.map { j in m.map { $0[j] } } }

    static func product(_ a: [[Float]], _ b: [[Float]]) -> [[Float]] {
        a.map { row in b[0].indices.map { j in zip(row, b).reduce(0) { $0 + $1.0 * $1.1[j] } } }
    }

    /// m a mᵀ.
    static func sandwich(_ m: [[Float]], _ a: [[Float]]) -> [[Float]] { product(product(m, a), transposed(m)) }

    @Test("The algorithm they make is a three-tap filter", arguments: [4, 6])
    func identity(points: Int) {
        let m = Matrices(points: points)
        for tap in 0..<3 {
            for sample in 0..<points {
                let k = Self.product(m.kernel, (0..<3).map { [$0 == tap ? 1 : 0] })
                let d = Self.product(m.input, (0..<points).map { [$0 == sample ? 1 : 0] })
                let y = Self.product(m.output, zip(k, d).map { [$0[0] * $1[0]] })
                for (o, value) in y.enumerated() { #expect(abs(value[0] - (o + tap == sample ? 1 : 0)) < 1e-6) }
            }
        }
    }

    /// A picture of one row of two tiles that hang over its border on all sides, with a margin that must not be touched.
    struct Strip {
        let points: Int
        let channels: Int
        let height: Int
        let width: Int
        let firstRow: Int
        let firstColumn: Int
        let tiles = 2
        var lanes: Int { (channels + 15) / 16 * 16 }
        var rowStride: Int { width * pixelStride + 5 }
        var pixelStride: Int { channels + 2 }
        var planeStride: Int { tiles * lanes + 16 }
        var pictureCount: Int { height * rowStride }
        var description: ccnn_tiles {
            ccnn_tiles(
                points: points, height: height, width: width, rowStride: rowStride, pixelStride: pixelStride,
                channels: channels, firstRow: firstRow, firstColumn: firstColumn, tiles: tiles,
                planeStride: planeStride, tileStride: lanes, ahead: 3 * rowStride)
        }

        init(points: Int, channels: Int) {
            self.points = points
            self.channels = channels
            (height, width) = (points - 1, 2 * points - 4)
            (firstRow, firstColumn) = (-1, -1)
        }

        /// The position of a tile's pixel in the picture; nil outside.
        func position(_ tile: Int, _ y: Int, _ x: Int, _ channel: Int) -> Int? {
            let (row, column) = (firstRow + y, firstColumn + tile * (points - 2) + x)
            guard (0..<height).contains(row), (0..<width).contains(column) else { return nil }
            return row * rowStride + column * pixelStride + channel
        }
    }

    @Test("Pictures to planes, for every remainder of channels", arguments: [4, 6], [false, true])
    func toPlanes(points: Int, isOutput: Bool) {
        var memory = Memory(seed: 31)
        let matrices = Matrices(points: points)
        let m = isOutput ? Self.transposed(matrices.output) : matrices.input
        for channels in 1...33 {
            let strip = Strip(points: points, channels: channels)
            let picture = memory.integers(strip.pictureCount)
            var planes = [Float](repeating: untouched, count: points * points * strip.planeStride)
            var description = strip.description
            picture.withUnsafeBufferPointer { picture in
                // The last pixel's channels are the last that may be read.
                let last = (strip.height - 1) * strip.rowStride + (strip.width - 1) * strip.pixelStride
                let end = picture.baseAddress.map { $0 + last + channels }
                if isOutput {
                    ccnn_winogradOutputAdjoint(&description, picture.baseAddress, end, &planes)
                } else {
                    ccnn_winogradInput(&description, picture.baseAddress, end, &planes)
                }
            }
            for tile in 0..<strip.tiles {
                for channel in 0..<channels {
                    let size = m[0].count
                    let pixels = (0..<size).map { y in
                        (0..<size).map { x in strip.position(tile, y, x, channel).map { picture[$0] } ?? 0 }
                    }
                    let expected = Self.sandwich(m, pixels).flatMap { $0 }
                    let found = (0..<points * points).map {
                        planes[$0 * strip.planeStride + tile * strip.lanes + channel]
                    }
                    #expect(found == expected, "\(channels) channels, tile \(tile)")
                }
            }
        }
    }

    @Test("Planes to pictures, for every remainder of channels", arguments: [4, 6], [false, true])
    func fromPlanes(points: Int, isOutput: Bool) {
        var memory = Memory(seed: 32)
        let matrices = Matrices(points: points)
        let m = isOutput ? matrices.output : Self.transposed(matrices.input)
        for channels in 1...33 {
            let strip = Strip(points: points, channels: channels)
            let planes = memory.integers(points * points * strip.planeStride)
            let bias = memory.integers(strip.lanes)
            let start = memory.integers(strip.pictureCount)
            var (picture, expected) = (start, start)
            var description = strip.description
            if isOutput {
                ccnn_winogradOutput(&description, planes, bias, &picture)
            } else {
                ccnn_winogradInputAdjoint(&description, planes, &picture)
            }
            for tile in 0..<strip.tiles {
                for channel in 0..<channels {
                    let square = (0..<points).map { i in
                        (0..<points).map {
                            planes[(i * points + $0) * strip.planeStride + tile * strip.lanes + channel]
                        }
                    }
                    for (y, row) in Self.sandwich(m, square).enumerated() {
                        for (x, value) in row.enumerated() {
                            guard let position = strip.position(tile, y, x, channel) else { continue }
                            expected[position] = isOutput ? value + bias[channel] : expected[position] + value
                        }
                    }
                }
            }
            #expect(picture == expected, "\(channels) channels")
        }
    }

    @Test("Kernels to planes and back, for every remainder of channels", arguments: [4, 6])
    func kernels(points: Int) {
        var memory = Memory(seed: 33)
        let m = Matrices(points: points).kernel
        for channels in 1...33 {
            let lanes = (channels + 15) / 16 * 16
            let taps = memory.integers(9 * channels)
            var planes = [Float](repeating: untouched, count: points * points * lanes)
            ccnn_winogradKernel(points, taps, channels, channels, &planes, lanes)
            let squares = memory.integers(points * points * lanes)
            var sums = [Float](repeating: untouched, count: 9 * (channels + 1))
            ccnn_winogradKernelAdjoint(points, squares, lanes, channels, &sums, channels + 1)
            for channel in 0..<channels {
                let kernel = (0..<3).map { y in (0..<3).map { taps[(y * 3 + $0) * channels + channel] } }
                for (p, value) in Self.sandwich(m, kernel).flatMap({ $0 }).enumerated() {
                    #expect(abs(planes[p * lanes + channel] - value) < 1e-5)
                }
                let square = (0..<points).map { i in (0..<points).map { squares[(i * points + $0) * lanes + channel] } }
                for (tap, value) in Self.sandwich(Self.transposed(m), square).flatMap({ $0 }).enumerated() {
                    #expect(abs(sums[tap * (channels + 1) + channel] - value) < 1e-4)
                }
            }
            #expect((0..<9).allSatisfy { sums[$0 * (channels + 1) + channels] == untouched })
        }
    }
}

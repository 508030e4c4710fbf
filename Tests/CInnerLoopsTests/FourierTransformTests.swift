import CInnerLoops
import Testing

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

@Suite("Sixteen Fourier transforms side by side against the definition")
struct FourierTransformTests {
    /// A transform with its tables, made by the formula of the header.
    struct Transform {
        let length: Int
        let radices: [Int]
        let twiddles: [Float]

        init(_ radices: [Int]) {
            self.radices = radices
            length = radices.reduce(1, *)
            var twiddles: [Float] = [0, 0]
            twiddles.removeAll()
            var blocks = length
            for radix in radices {
                blocks /= radix
                for p in 1..<max(blocks, 1) {
                    for k in 1..<radix {
                        let angle = -2 * Double.pi * Double(p * k) / Double(blocks * radix)
                        twiddles += [Float(cos(angle)), Float(sin(angle))]
                    }
                }
            }
            self.twiddles = twiddles
        }

        func withDescription(_ body: (UnsafePointer<ccnn_transform>) -> Void) {
            radices.withUnsafeBufferPointer { radices in
                twiddles.withUnsafeBufferPointer { twiddles in
                    var description = ccnn_transform(
                        length: length, passes: radices.count, radices: radices.baseAddress,
                        twiddles: twiddles.baseAddress)
                    body(&description)
                }
            }
        }
    }

    static let all: [[Int]] = [
        [2], [3], [4], [5], [6], [8], [2, 3], [3, 2], [4, 4], [3, 5], [6, 6], [5, 8], [8, 8], [2, 2, 2], [3, 4, 5],
        [2, 8, 8], [2, 2, 3, 5],
    ]

    static func spectrum(_ re: [Double], _ im: [Double]) -> [(Double, Double)] {
        re.indices.map { k in
            var sum = (0.0, 0.0)
            for j in re.indices {
                let angle = -2 * Double.pi * Double(j * k % re.count) / Double(re.count)
                sum.0 += re[j] * cos(angle) - im[j] * sin(angle)
                sum.1 += im[j] * cos(angle) + re[j] * sin(angle)
            }
            return sum
        }
    }

    @Test("Columns and their inverse", arguments: all)
    func columns(radices: [Int]) {
        var memory = Memory(seed: 51)
        let transform = Transform(radices)
        let n = transform.length
        for (first, count) in [(0, n), (n / 3, n - n / 3), (1 % n, max(n / 2, 1)), (0, 0)] where first + count <= n {
            let source = memory.normals(32 * max(count, 1))
            var spectrum = [Float](repeating: untouched, count: 40 * n)
            var back = [Float](repeating: untouched, count: 32 * max(count, 1) + 1)
            var scratch = [Float](repeating: 0, count: 64 * n)
            transform.withDescription { description in
                var column = ccnn_columns(first: first, count: count, stride: 40, imaginary: 20, ahead: 0)
                ccnn_transformColumns(description, &column, source, &spectrum, &scratch)
                ccnn_invertColumns(description, &column, spectrum, &back, &scratch)
            }
            for lane in 0..<16 {
                var (re, im) = ([Double](repeating: 0, count: n), [Double](repeating: 0, count: n))
                for j in 0..<count {
                    re[first + j] = Double(source[32 * j + lane])
                    im[first + j] = Double(source[32 * j + 16 + lane])
                }
                for (k, value) in Self.spectrum(re, im).enumerated() {
                    // Errors grow like the logarithm of the length times the norm, here at most about 10.
                    #expect(abs(Double(spectrum[40 * k + lane]) - value.0) < 1e-5)
                    #expect(abs(Double(spectrum[40 * k + 20 + lane]) - value.1) < 1e-5)
                }
                for j in 0..<count {
                    #expect(abs(back[32 * j + lane] / Float(n) - source[32 * j + lane]) < 1e-5)
                    #expect(abs(back[32 * j + 16 + lane] / Float(n) - source[32 * j + 16 + lane]) < 1e-5)
                }
            }
            #expect(back[32 * max(count, 1)] == untouched)
        }
    }

    @Test("Rows of real values and their inverse", arguments: all, 1...4)
    func rows(radices: [Int], rows: Int) {
        let transform = Transform(radices)
        let n = transform.length
        let bins = n / 2 + 1
        for lanes in 1...16 {
            var memory = Memory(seed: UInt64(60 + lanes))
            let count = max(n - lanes % 3, 1)
            let first = min(lanes % 2, n - count)
            let (stride, rowStride) = (lanes + 1, count * (lanes + 1) + 3)
            let source = memory.normals(rows * rowStride)
            let end = (rows - 1) * rowStride + (count - 1) * stride + lanes
            let binStride = 32 * (rows + 1)
            var spectrum = [Float](repeating: untouched, count: bins * binStride)
            let bias = memory.normals(16)
            let start = memory.normals(rows * rowStride)
            var back = start
            var scratch = [Float](repeating: 0, count: 128 * n)
            transform.withDescription { description in
                var shape = ccnn_rows(
                    rows: rows, rowStride: rowStride, stride: stride, first: first, count: count, lanes: lanes)
                source.withUnsafeBufferPointer { source in
                    ccnn_transformRows(
                        description, &shape, source.baseAddress, source.baseAddress.map { $0 + end }, &spectrum,
                        binStride, &scratch)
                }
                ccnn_invertRows(
                    description, &shape, spectrum, binStride, &back, 0.5 / Float(n), bias, true, &scratch)
            }
            var expected = start
            for y in 0..<rows {
                for lane in 0..<lanes {
                    var re = [Double](repeating: 0, count: n)
                    for j in 0..<count {
                        re[first + j] = Double(source[y * rowStride + j * stride + lane])
                        expected[y * rowStride + j * stride + lane] +=
                            source[y * rowStride + j * stride + lane] + bias[lane]
                    }
                    let wanted = Self.spectrum(re, [Double](repeating: 0, count: n))
                    for k in 0..<bins {
                        let at = k * binStride + 32 * y + lane
                        #expect(abs(Double(spectrum[at]) - 2 * wanted[k].0) < 2e-5)
                        #expect(abs(Double(spectrum[at + 16]) - 2 * wanted[k].1) < 2e-5)
                    }
                }
            }
            for (found, wanted) in zip(back, expected) { #expect(abs(found - wanted) < 1e-5) }
        }
    }
}

import CInnerLoops
import RealModule

/// A Fourier transform of as many lines side by side as numbers fit 64 bytes, each vector instruction advancing all of them.
///
/// Vectors across lines need no shuffles and any radix, which makes it several times as fast as a library that vectorises along the line. Forward passes
/// decimate in frequency, inverse ones in time, so that neither reorders its points: spectra come in an order of their own, and are only
/// ever multiplied with spectra in the same order.
struct LaneTransform<Scalar: ConvolutionScalar>: Sendable {
    private let loops = Scalar.tapLoops
    /// Lines side by side.
    static var lanes: Int { 64 / MemoryLayout<Scalar>.size }

    /// The number of points, a product of twos and threes.
    let length: Int
    private let radices: [Int]
    private let twiddles: [Scalar]

    init(length: Int) {
        self.length = length
        radices = Self.radices(of: length)
        var twiddles: [Scalar] = []
        var m = length
        for r in radices {
            m /= r
            for j in 1..<max(m, 1) {
                for q in 1..<r {
                    let angle = 2 * Double.pi * Double(j * q) / Double(r * m)
                    twiddles += [Scalar(Double.cos(angle)), Scalar(-Double.sin(angle))]
                }
            }
        }
        self.twiddles = twiddles
    }

    private static func radices(of length: Int) -> [Int] {
        var (rest, radices): (Int, [Int]) = (length, [])
        for radix in [4, 3, 2] {
            while rest % radix == 0 {
                radices.append(radix)
                rest /= radix
            }
        }
        precondition(rest == 1, "\(length) points are no product of twos and threes")
        return radices
    }

    /// Replaces `length` pairs of vectors, real and imaginary parts, by their spectra.
    func forward(_ points: UnsafeMutablePointer<Scalar>) { run(loops.laneForward, points) }

    /// Replaces spectra by `length` times what they came from.
    func inverse(_ points: UnsafeMutablePointer<Scalar>) { run(loops.laneInverse, points) }

    private func run(
        _ loop: (ccnn_laneTransform, UnsafePointer<Scalar>, UnsafeMutablePointer<Scalar>) -> Void,
        _ points: UnsafeMutablePointer<Scalar>
    ) {
        radices.withUnsafeBufferPointer { radices in
            twiddles.withUnsafeBufferPointer { twiddles in
                // One point has no passes, and no twiddles to read.
                guard let first = twiddles.baseAddress else { return }
                loop(
                    ccnn_laneTransform(length: length, passes: radices.count, radices: radices.baseAddress), first,
                    points)
            }
        }
    }
}

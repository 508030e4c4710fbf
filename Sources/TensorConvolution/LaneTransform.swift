import CInnerLoops

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A discrete Fourier transform of sixteen channels at once: its length as a product of radices, and the factors between passes.
final class LaneTransform: @unchecked Sendable {
    /// The number of points.
    let length: Int

    private let radices: UnsafeMutablePointer<Int>
    private let twiddles: UnsafeMutablePointer<Float>
    private let passes: Int

    /// The transform of `length` points, whose only prime factors are 2, 3 and 5.
    init(length: Int) {
        self.length = length
        let factors = Self.radices(of: length)
        passes = factors.count
        radices = .allocate(capacity: max(factors.count, 1))
        radices.initialize(from: factors, count: factors.count)
        let values = Self.twiddles(length: length, radices: factors)
        twiddles = .allocate(capacity: max(values.count, 1))
        twiddles.initialize(from: values, count: values.count)
    }

    deinit {
        radices.deallocate()
        twiddles.deallocate()
    }

    /// The number of bins that determine the spectrum of a real signal.
    var bins: Int { length / 2 + 1 }

    /// The floats of scratch memory that any of the transforms of this length needs.
    var scratchCount: Int { 8 * 16 * length }

    /// The transform in the form that the inner loops take; valid while this object lives.
    var description: ccnn_transform {
        ccnn_transform(length: length, passes: passes, radices: radices, twiddles: twiddles)
    }

    /// The least length of at least `minimum` points whose only prime factors are 2, 3 and 5.
    static func length(atLeast minimum: Int) -> Int {
        var length = max(minimum, 2)
        while true {
            var rest = length
            for prime in [2, 3, 5] { while rest % prime == 0 { rest /= prime } }
            if rest == 1 { return length }
            length += 1
        }
    }

    /// The fewest radices among 8, 6, 5, 4, 3 and 2 whose product is `length`, the smallest first.
    private static func radices(of length: Int) -> [Int] {
        var best: [Int: [Int]] = [1: []]
        for divisor in 2...length where length % divisor == 0 {
            for radix in [8, 6, 5, 4, 3, 2] where divisor % radix == 0 {
                guard let rest = best[divisor / radix] else { continue }
                if rest.count + 1 < best[divisor]?.count ?? .max { best[divisor] = rest + [radix] }
            }
        }
        guard let factors = best[length] else {
            preconditionFailure("\(length) points cannot be transformed by radices up to 8")
        }
        return factors.sorted()
    }

    private static func twiddles(length: Int, radices: [Int]) -> [Float] {
        var values: [Float] = []
        var blocks = length
        for radix in radices {
            let points = blocks
            blocks /= radix
            for p in 1..<max(blocks, 1) {
                for k in 1..<radix {
                    let angle = -2 * Double.pi * Double(p * k) / Double(points)
                    values.append(Float(cos(angle)))
                    values.append(Float(sin(angle)))
                }
            }
        }
        return values
    }
}

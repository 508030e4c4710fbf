import Foundation

/// The MD5 checksum, by which the authors of CIFAR say what their archives are. It tells damage, not forgery.
///
/// Source: Rivest, RFC 1321, 1992.
struct MD5 {
    private var state: (UInt32, UInt32, UInt32, UInt32) = (0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476)
    private var pending: [UInt8] = []
    private var length: UInt64 = 0

    private static let rotations: [UInt32] = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21]
    private static let constants: [UInt32] = (0..<64).map { UInt32(abs(sin(Double($0 + 1))) * 0x1p32) }

    /// Takes in more bytes.
    mutating func update(_ bytes: some Sequence<UInt8>) {
        pending += bytes
        let blocks = pending.count / 64
        length += UInt64(blocks * 64)
        pending.withUnsafeBufferPointer { bytes in
            for block in 0..<blocks {
                state = Self.round(state, UnsafeBufferPointer(rebasing: bytes[block * 64..<block * 64 + 64]))
            }
        }
        pending.removeFirst(blocks * 64)
    }

    /// The checksum of all bytes taken in, as 32 hexadecimal digits.
    var hexadecimal: String {
        var copy = self
        let bits = (length + UInt64(pending.count)) * 8
        let zeros = (119 - pending.count % 64) % 64
        let tail = (0..<8).map { UInt8(truncatingIfNeeded: bits >> (8 * UInt64($0))) }
        copy.update([0x80] + [UInt8](repeating: 0, count: zeros) + tail)
        return [copy.state.0, copy.state.1, copy.state.2, copy.state.3].map { word in
            (0..<4).map { String(format: "%02x", UInt8(truncatingIfNeeded: word >> (8 * UInt32($0)))) }.joined()
        }.joined()
    }

    private static func round(
        _ state: (UInt32, UInt32, UInt32, UInt32), _ block: UnsafeBufferPointer<UInt8>
    ) -> (UInt32, UInt32, UInt32, UInt32) {
        func word(_ place: Int) -> UInt32 {
            let low = UInt32(block[4 * place]) | UInt32(block[4 * place + 1]) << 8
            return low | UInt32(block[4 * place + 2]) << 16 | UInt32(block[4 * place + 3]) << 24
        }
        var (a, b, c, d) = state
        for step in 0..<64 {
            let mixed: UInt32
            let place: Int
            switch step / 16 {
            case 0: (mixed, place) = (b & c | ~b & d, step)
            case 1: (mixed, place) = (d & b | ~d & c, (5 * step + 1) % 16)
            case 2: (mixed, place) = (b ^ c ^ d, (3 * step + 5) % 16)
            default: (mixed, place) = (c ^ (b | ~d), 7 * step % 16)
            }
            let sum = a &+ mixed &+ constants[step] &+ word(place)
            let rotation = rotations[step / 16 * 4 + step % 4]
            (a, d, c, b) = (d, c, b, b &+ (sum << rotation | sum >> (32 - rotation)))
        }
        return (state.0 &+ a, state.1 &+ b, state.2 &+ c, state.3 &+ d)
    }

    /// The checksum of a file.
    /// - Throws: what opening and reading throw.
    static func hexadecimal(of file: URL) throws -> String {
        let handle = try FileHandle(forReadingFrom: file)
        defer { try? handle.close() }
        var sum = MD5()
        while let chunk = try handle.read(upToCount: 1 << 20), !chunk.isEmpty { sum.update(chunk) }
        return sum.hexadecimal
    }
}

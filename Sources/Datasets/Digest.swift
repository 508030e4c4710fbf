/// FNV-1a over words of eight bytes: tells data from other data, or from what it was, where nobody means to deceive.
///
/// Source: Fowler, Noll and Vo, RFC 9923.
public struct Digest: Sendable {
    private var state: UInt64 = 0xcbf2_9ce4_8422_2325

    /// A digest of nothing.
    public init() {}

    /// Adds bytes, eight at a time.
    public mutating func add(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { bytes in
            for start in stride(from: 0, to: bytes.count & ~7, by: 8) {
                add(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self)))
            }
            for byte in bytes[(bytes.count & ~7)...] { add(UInt64(byte)) }
        }
    }

    /// Adds a word.
    public mutating func add(_ word: UInt64) { state = (state ^ word) &* 0x0100_0000_01b3 }

    /// Sixteen hexadecimal digits.
    public var text: String {
        let text = String(state, radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
    }
}

extension LabelledPictures {
    /// Sixteen hexadecimal digits that change when a pixel or a label does.
    /// - Complexity: O(pixels), about 20 ms for CIFAR-10.
    public var digest: String {
        var digest = Digest()
        digest.add(pixels)
        digest.add(labels)
        return digest.text
    }
}

extension ComposedDigits {
    /// Sixteen hexadecimal digits that change when a digit, the side of the pictures or the seed does.
    /// - Complexity: O(pixels of digits).
    public var digest: String {
        var digest = Digest()
        digest.add(UInt64(side))
        digest.add(seed)
        for glyph in glyphs {
            digest.add(UInt64(glyph.label))
            digest.add(UInt64(glyph.width))
            digest.add(glyph.pixels)
        }
        return digest.text
    }
}

/// A cursor over bytes from a file, which never reads beyond their end.
struct ByteCursor {
    let bytes: [UInt8]
    private(set) var position: Int

    init(_ bytes: [UInt8], at position: Int = 0) {
        self.bytes = bytes
        self.position = position
    }

    /// The number of bytes left.
    var remaining: Int { bytes.count - position }

    /// Takes `count` bytes; nil, taking nothing, where there are fewer.
    mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, count <= remaining else { return nil }
        defer { position += count }
        return bytes[position..<position + count]
    }

    /// Takes an unsigned integer of `size` ≤ 8 bytes, lowest first; nil where there are fewer. What exceeds `Int.max` becomes that,
    /// which is beyond everything that a file could hold.
    mutating func unsigned(_ size: Int) -> Int? {
        take(size).map { Int(clamping: $0.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }) }
    }
}

extension [UInt8] {
    /// Appends the bytes of `integer`, lowest first.
    mutating func append(littleEndian integer: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: integer.littleEndian) { append(contentsOf: $0) }
    }
}

/// A cursor over the text of a header, which takes one token after the other and never looks back.
///
/// Nothing here recurses: a header nested deeper than its grammar allows is refused at the first bracket too many.
struct TextScanner {
    /// The file whose header this is, for messages.
    let file: String
    /// What the text is, for messages, such as "the header".
    let subject: String
    let bytes: [UInt8]
    private(set) var position = 0

    init(file: String, subject: String, bytes: [UInt8]) {
        self.file = file
        self.subject = subject
        self.bytes = bytes
    }

    /// Whether nothing but white space is left.
    var isAtEnd: Bool {
        mutating get {
            skipWhiteSpace()
            return position == bytes.count
        }
    }

    /// The next character that is not white space, which stays; nil at the end.
    mutating func peek() -> UInt8? {
        skipWhiteSpace()
        return position < bytes.count ? bytes[position] : nil
    }

    /// Takes `character` and says true where it comes next.
    mutating func take(_ character: Character) -> Bool {
        guard let next = peek(), next == character.asciiValue else { return false }
        position += 1
        return true
    }

    /// Takes `character`, which must come next.
    mutating func expect(_ character: Character) throws(TensorFileError) {
        guard take(character) else { throw unexpected("\"\(character)\"") }
    }

    /// Takes `word` and says true where it comes next.
    mutating func take(word: StaticString) -> Bool {
        skipWhiteSpace()
        let end = position + word.utf8CodeUnitCount
        let expected = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        guard end <= bytes.count, bytes[position..<end].elementsEqual(expected) else { return false }
        position = end
        return true
    }

    /// Takes the next byte, white space or not; nil at the end.
    mutating func takeByte() -> UInt8? {
        guard position < bytes.count else { return nil }
        defer { position += 1 }
        return bytes[position]
    }

    /// Takes an integer that is not negative: digits, the first of several not zero.
    mutating func unsigned(_ wanted: String) throws(TensorFileError) -> Int {
        skipWhiteSpace()
        let start = position
        var value = 0
        while position < bytes.count, let digit = Self.digit(bytes[position]) {
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, sumOverflow) = tens.addingReportingOverflow(digit)
            guard !overflow, !sumOverflow else {
                let digits = bytes[start...].prefix(40).prefix { Self.digit($0) != nil }
                throw error("the number \(String(decoding: digits, as: UTF8.self))", "\(wanted) below 2⁶³")
            }
            value = sum
            position += 1
        }
        guard position > start else { throw unexpected(wanted) }
        let hasLeadingZero = bytes[start] == UInt8(ascii: "0") && position - start > 1
        // A fraction or an exponent would make another number of it.
        let goesOn = position < bytes.count && ".eE".utf8.contains(bytes[position])
        guard !hasLeadingZero, !goesOn else {
            position = start
            throw unexpected(wanted)
        }
        return value
    }

    /// The error that the next characters are not what was `wanted`.
    mutating func unexpected(_ wanted: String) -> TensorFileError {
        skipWhiteSpace()
        guard position < bytes.count else { return error("the end of \(subject)", wanted) }
        let next = String(decoding: bytes[position...].prefix(16), as: UTF8.self)
        return error("\(next.quoted) at byte \(position) of \(subject)", wanted)
    }

    /// The error that `found` stands where something else was `wanted`.
    func error(_ found: String, _ wanted: String) -> TensorFileError {
        TensorFileError(file: file, found: found, wanted: wanted)
    }

    private static func digit(_ byte: UInt8) -> Int? {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") ? Int(byte - UInt8(ascii: "0")) : nil
    }

    private mutating func skipWhiteSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): position += 1
            default: return
            }
        }
    }
}

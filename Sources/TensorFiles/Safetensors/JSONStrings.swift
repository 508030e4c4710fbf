extension TextScanner {
    /// Takes a JSON string (RFC 8259, section 7).
    mutating func jsonString(_ wanted: String) throws(TensorFileError) -> String {
        guard take("\"") else { throw unexpected(wanted) }
        var text: [UInt8] = []
        while true {
            switch takeByte() {
            case UInt8(ascii: "\""):
                guard let string = String(strictUTF8: text) else {
                    throw error("bytes that are no UTF-8 before byte \(position) of \(subject)", "UTF-8")
                }
                return string
            case UInt8(ascii: "\\"): try text.append(contentsOf: String(escapedCharacter()).utf8)
            case .some(let byte) where byte >= 32: text.append(byte)
            case .some(let byte):
                throw error("the control character \(byte) at byte \(position - 1) of \(subject)", "an escaped one")
            case nil: throw error("the end of \(subject) inside a string", wanted)
            }
        }
    }

    /// Takes what follows a backslash.
    private mutating func escapedCharacter() throws(TensorFileError) -> Unicode.Scalar {
        let byte = takeByte()
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte ?? 0)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try escapedUTF16()
        default: throw error("an unknown escape at byte \(position - 1) of \(subject)", "one that JSON has")
        }
    }

    /// Takes the digits after `\u`, and for the first half of a pair the second half too.
    private mutating func escapedUTF16() throws(TensorFileError) -> Unicode.Scalar {
        let start = position
        let first = try hexadecimalDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        if UTF16.isLeadSurrogate(first), takeByte() == UInt8(ascii: "\\"), takeByte() == UInt8(ascii: "u") {
            let second = try hexadecimalDigits()
            if UTF16.isTrailSurrogate(second) { return UTF16.decode(UTF16.EncodedScalar([first, second])) }
        }
        throw error("half a surrogate pair at byte \(start) of \(subject)", "a whole one")
    }

    private mutating func hexadecimalDigits() throws(TensorFileError) -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = takeByte(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw error(
                    "an incomplete escape at byte \(position) of \(subject)", "four hexadecimal digits after \\u")
            }
            value = value << 4 | UInt16(digit)
        }
        return value
    }
}

import Testing

@testable import TensorFiles

@Suite struct JSONStringsTests {
    private func read(_ bytes: [UInt8]) throws -> String {
        var scanner = TextScanner(file: "f", subject: "the header", bytes: bytes)
        return try scanner.jsonString("a string")
    }

    @Test(arguments: [
        (#""""#, ""), (#""plain größe 𝛔""#, "plain größe 𝛔"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
        (#""\u00e9\u2202""#, "é∂"), (#""\ud835\udED4""#, "𝛔"), (#""\u0000""#, "\0"),
    ])
    func stringsAreRead(json: String, value: String) throws {
        #expect(try read(Array(json.utf8)) == value)
    }

    @Test(arguments: [
        (#"plain"#, "plain"), (#""no end"#, "the end of the header inside a string"), (#""\x""#, "an unknown escape"),
        (#""\u12"#, "an incomplete escape"), (#""\u12g4""#, "an incomplete escape"),
        (#""\ud835""#, "half a surrogate pair"),
        (#""\udc00""#, "half a surrogate pair"), (#""\ud835\ud835""#, "half a surrogate pair"),
        (#""\"#, "an unknown escape"),
        ("\"a\nb\"", "the control character 10"), ("\"\0\"", "the control character 0"),
    ])
    func otherStringsAreRefused(json: String, found: String) {
        let error = #expect(throws: TensorFileError.self) { try read(Array(json.utf8)) }
        #expect(error?.found.contains(found) == true)
    }

    @Test(arguments: [[0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80]] as [[UInt8]])
    func whatIsNotUTF8IsRefused(bytes: [UInt8]) {
        let error = #expect(throws: TensorFileError.self) { try read([34] + bytes + [34]) }
        #expect(error?.wanted == "UTF-8")
    }
}

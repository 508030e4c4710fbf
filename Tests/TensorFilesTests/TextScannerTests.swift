import Testing

@testable import TensorFiles

@Suite struct TextScannerTests {
    private func scanner(_ text: String) -> TextScanner {
        TextScanner(file: "f", subject: "the header", bytes: Array(text.utf8))
    }

    @Test func takesTokensBetweenWhiteSpace() throws {
        var scanner = scanner(" {\t12 ,\r\n0}True ")
        try scanner.expect("{")
        let twelve = try scanner.unsigned("a number")
        let commas = [scanner.take(","), scanner.take(",")]
        let zero = try scanner.unsigned("a number")
        try scanner.expect("}")
        let words = [scanner.take(word: "False"), scanner.take(word: "True")]
        #expect(twelve == 12 && zero == 0)
        #expect(commas == [true, false] && words == [false, true])

        let (isAtEnd, beyond, next, byte) = (
            scanner.isAtEnd, scanner.take(word: "True"), scanner.peek(), scanner.takeByte()
        )
        #expect(isAtEnd && !beyond && next == nil && byte == nil)
    }

    @Test(arguments: [
        "-1", "1.5", "1e3", "1E3", "01", "00", "x", "", "9223372036854775808", "1" + String(repeating: "0", count: 400),
    ])
    func otherNumbersAreRefused(text: String) {
        var scanner = scanner(text)
        let error = #expect(throws: TensorFileError.self) { try scanner.unsigned("a count") }
        #expect(error?.wanted.hasPrefix("a count") == true)
        #expect((error?.description.count ?? .max) < 200)
    }

    @Test func theGreatestNumberIsRead() throws {
        var scanner = scanner("9223372036854775807")
        #expect(try scanner.unsigned("a count") == Int.max)
    }

    @Test func messagesSayWhere() {
        var scanner = scanner("  [1]")
        let error = #expect(throws: TensorFileError.self) { try scanner.expect("{") }
        #expect(error?.description == "f: found \"[1]\" at byte 2 of the header, wanted \"{\"")
        var empty = self.scanner(" ")
        #expect(throws: TensorFileError(file: "f", found: "the end of the header", wanted: "\"{\"")) {
            try empty.expect("{")
        }
    }
}

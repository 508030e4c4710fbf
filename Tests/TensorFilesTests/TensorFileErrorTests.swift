import Foundation
import TestSupport
import Testing

@testable import TensorFiles

@Suite struct TensorFileErrorTests {
    @Test func isOneSentence() {
        let error = TensorFileError(URL(fileURLWithPath: "a/b.npy"), found: "this", wanted: "that")
        #expect(error.description == "a/b.npy: found this, wanted that")
    }

    @Test func namesFromFilesCannotWriteOnTheTerminal() {
        #expect("a\u{1B}[31m\n\u{202E}b".quoted == #""a\u{1B}[31m\n\u{202E}b""#)
        #expect("größe ∂x".quoted == "\"größe ∂x\"")
        #expect(String(repeating: "x", count: 10_000).quoted.count == 203)
        let long = String(repeating: "x", count: 500)
        #expect("\(long).running_mean".quoted.hasSuffix("x.running_mean\""), "names differ at their ends")
        #expect(Array(0..<10_000).listed == "[0, 1, 2, 3, 4, 5, 6, 7, …]")
        #expect([1, 2].listed == "[1, 2]")
    }

    @Test func onlyUTF8IsText() {
        #expect(String(strictUTF8: [0x61, 0xC3, 0xA4]) == "aä")
        #expect(String(strictUTF8: [UInt8]()) == "")
        for bytes: [UInt8] in [[0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80]] {
            #expect(String(strictUTF8: bytes) == nil)
        }
    }
}

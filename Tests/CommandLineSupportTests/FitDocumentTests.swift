import Foundation
import Testing

@testable import CommandLineSupport

@Suite struct FitDocumentTests {
    @Test func numbersThatAreNotFiniteAreNull() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let cases: [(Double, String)] = [(1.5, "1.5"), (.infinity, "null"), (-.infinity, "null"), (.nan, "null")]
        for (value, word) in cases {
            let coefficient = FitDocument.Coefficient(dx: 1, dy: 0, scaleRatio: 0.5, median: value, standardError: 2.5)
            let text = String(decoding: try encoder.encode(coefficient), as: UTF8.self)
            #expect(text == #"{"dx":1,"dy":0,"median":\#(word),"scaleRatio":0.5,"standardError":2.5}"#)
        }
    }
}

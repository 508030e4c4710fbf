import Testing

@testable import TensorFiles

/// Headers that must be refused, each in a file with as many bytes of data as it needs.
@Suite struct SafetensorsHeaderTests {
    private static func file(_ json: String, data: Int = 8) -> [UInt8] {
        [UInt8](UInt64(json.utf8.count)) + Array(json.utf8) + [UInt8](repeating: 0, count: data)
    }

    private static func tensor(_ name: String, _ dtype: String, _ shape: String, _ offsets: String) -> String {
        "\"\(name)\":{\"dtype\":\"\(dtype)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}"
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        var json: String
        var found: String
        var wanted: String
        var data = 8
        var testDescription: String { String(json.prefix(100)) }
    }

    @Test(arguments: [
        // Grammar.
        Fault(json: "", found: "the end of the header", wanted: "\"{\" as its first byte"),
        Fault(json: " {}", found: "\"{}\" at byte 1", wanted: "\"{\" as its first byte", data: 0),
        Fault(json: "[]", found: "\"[]\" at byte 0", wanted: "\"{\""),
        Fault(json: "{", found: "the end of the header", wanted: "a name in quotation marks"),
        Fault(json: "{}x", found: "\"x\" at byte 2", wanted: "nothing but white space", data: 0),
        Fault(json: "{,}", found: "\",}\" at byte 1", wanted: "a name in quotation marks"),
        Fault(json: "{\"a\":1}", found: "\"1}\" at byte 5", wanted: "\"{\""),
        Fault(json: "{\"a\":null}", found: "\"null}\"", wanted: "\"{\""),
        Fault(json: "{'a':{}}", found: "\"'a':{}}\"", wanted: "quotation marks"),
        Fault(json: "{\"a\":{}}", found: "no dtype for tensor \"a\"", wanted: "dtype, shape and data_offsets"),
        Fault(json: "{\"a\":{\"dtype\":\"F64\"}}", found: "no shape for tensor \"a\"", wanted: "data_offsets"),
        Fault(json: "{\"a\":{\"dtype\":\"F64\",\"shape\":[]}}", found: "no data_offsets", wanted: "data_offsets"),
        Fault(json: "{\"a\":{\"dtype\":1}}", found: "\"1}}\"", wanted: "the name of a scalar type"),
        Fault(
            json: "{\"a\":{\"type\":\"F64\"}}", found: "\"type\" in tensor \"a\"",
            wanted: "dtype, shape and data_offsets"),
        Fault(
            json: "{\"a\":{\"shape\":[1],\"shape\":[1]}}", found: "\"shape\" in tensor \"a\"", wanted: "each once"),
        Fault(
            json: "{" + tensor("a", "F64", "[1]", "[0,8]") + ",}", found: "\"}\"", wanted: "a name in quotation marks"),
        Fault(
            json: "{" + tensor("a", "F64", "[1]", "[0,8]") + " ", found: "the end of the header",
            wanted: "\",\" or \"}\""),
        Fault(
            json: "{" + tensor("a", "F64", "[1", "[0,8]") + "}", found: "data_off", wanted: "an extent of tensor \"a\""),
        Fault(json: "{" + tensor("a", "F64", "[1 2]", "[0,8]") + "}", found: "\"2],", wanted: "\",\" or \"]\""),
        // Nesting.
        Fault(
            json: String(repeating: "{\"a\":", count: 50_000), found: "\"a\" in tensor \"a\"",
            wanted: "dtype, shape and"),
        Fault(json: "{\"a\":" + String(repeating: "[", count: 50_000), found: "[[[[", wanted: "\"{\""),
        Fault(
            json: "{" + tensor("a", "F64", String(repeating: "[", count: 50_000), "[0,8]") + "}", found: "[[[[",
            wanted: "an extent of tensor \"a\""),
        Fault(json: "{\"__metadata__\":{\"a\":{}}}", found: "\"{}}}\"", wanted: "a string for the metadata \"a\""),
        // Numbers.
        Fault(
            json: "{" + tensor("a", "F64", "[-1]", "[0,8]") + "}", found: "\"-1],",
            wanted: "an integer that is not negative"),
        Fault(
            json: "{" + tensor("a", "F64", "[1.0]", "[0,8]") + "}", found: "\"1.0],",
            wanted: "an integer that is not negative"),
        Fault(
            json: "{" + tensor("a", "F64", "[1e0]", "[0,8]") + "}", found: "\"1e0],",
            wanted: "an integer that is not negative"),
        Fault(
            json: "{" + tensor("a", "F64", "[01]", "[0,8]") + "}", found: "\"01],",
            wanted: "an integer that is not negative"),
        Fault(json: "{" + tensor("a", "F64", "[\"1\"]", "[0,8]") + "}", found: "\"\"1\"],", wanted: "an integer"),
        Fault(
            json: "{" + tensor("a", "F64", "[99999999999999999999]", "[0,8]") + "}",
            found: "the number 99999999999999999999",
            wanted: "below 2⁶³"),
        Fault(
            json: "{" + tensor("a", "F64", "[1]", "[0,-8]") + "}", found: "\"-8]", wanted: "an offset of tensor \"a\""),
        // Names.
        Fault(
            json: "{" + tensor("a", "F32", "[1]", "[0,4]") + "," + tensor("a", "F32", "[1]", "[4,8]") + "}",
            found: "the name \"a\" twice", wanted: "each name once"),
        Fault(
            json: "{" + tensor("a", "F32", "[1]", "[0,4]") + "," + tensor("\\u0061", "F32", "[1]", "[4,8]") + "}",
            found: "the name \"a\" twice", wanted: "each name once"),
        Fault(
            json: "{\"__metadata__\":{},\"__metadata__\":{}}", found: "the name \"__metadata__\" twice",
            wanted: "each name once"),
        Fault(
            json: "{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"}}", found: "the metadata \"k\" twice",
            wanted: "each key once"),
        // Types and shapes.
        Fault(
            json: "{" + tensor("a", "F64", "[4294967296,4294967296]", "[0,8]") + "}",
            found: "the shape [4294967296, 4294967296] for tensor \"a\"", wanted: "elements"),
        Fault(
            json: "{" + tensor("a", "F64", "[0,9223372036854775807,9223372036854775807]", "[0,0]") + "}",
            found: "the shape [0, 9223372036854775807, 9223372036854775807]", wanted: "elements", data: 0),
        Fault(
            json: "{" + tensor("a", "U8", "[9223372036854775807]", "[0,9223372036854775807]") + "}",
            found: "the shape [9223372036854775807]", wanted: "elements"),
        // Offsets.
        Fault(
            json: "{" + tensor("a", "F64", "[1]", "[0]") + "}", found: "data_offsets [0] for tensor \"a\"",
            wanted: "a begin and an end"),
        Fault(
            json: "{" + tensor("a", "F64", "[1]", "[0,8,16]") + "}", found: "data_offsets [0, 8, 16]",
            wanted: "a begin and an end"),
        Fault(
            json: "{" + tensor("a", "F64", "[1]", "[8,0]") + "}", found: "data_offsets [8, 0]",
            wanted: "a begin and an end"),
        Fault(
            json: "{" + tensor("a", "F64", "[1]", "[0,4]") + "}", found: "4 bytes for tensor \"a\"",
            wanted: "the 8 that 1 elements of F64 take"),
        Fault(
            json: "{" + tensor("a", "F64", "[2]", "[0,16]") + "}", found: "bytes 0 to 16 for tensor \"a\"",
            wanted: "offsets within the 8 bytes of data"),
        Fault(
            json: "{" + tensor("a", "F32", "[1]", "[0,4]") + "," + tensor("b", "F32", "[1]", "[2,6]") + "}",
            found: "tensor \"b\" at byte 2, overlapping the tensor before it", wanted: "it at byte 4"),
        Fault(
            json: "{" + tensor("a", "F32", "[1]", "[0,4]") + "," + tensor("b", "F32", "[1]", "[0,4]") + "}",
            found: "overlapping the tensor before it", wanted: "it at byte 4"),
        Fault(
            json: "{" + tensor("a", "U8", "[1]", "[0,1]") + "," + tensor("b", "F32", "[1]", "[4,8]") + "}",
            found: "tensor \"b\" at byte 4, after a gap", wanted: "it at byte 1"),
        Fault(
            json: "{" + tensor("a", "F32", "[1]", "[4,8]") + "}", found: "tensor \"a\" at byte 4, after a gap",
            wanted: "it at byte 0"),
        Fault(
            json: "{" + tensor("a", "F32", "[1]", "[0,4]") + "}", found: "4 bytes of data that belong to no tensor",
            wanted: "the data to end at byte 4"),
        Fault(json: "{}", found: "8 bytes of data that belong to no tensor", wanted: "the data to end at byte 0"),
        Fault(
            json: "{" + tensor("a", "F32", "[0]", "[9,9]") + "}", found: "bytes 9 to 9",
            wanted: "offsets within the 8 bytes"),
    ])
    func faultsAreRefused(fault: Fault) throws {
        try expectRefusal(
            of: Self.file(fault.json, data: fault.data), as: "a.safetensors", found: fault.found, wanted: fault.wanted)
    }

    @Test func lengthsAreChecked() throws {
        func refusal(_ bytes: [UInt8], _ found: String, _ wanted: String) throws {
            try expectRefusal(of: bytes, as: "a.safetensors", found: found, wanted: wanted)
        }
        try refusal([], "0 bytes", "at least the 8 of a header's length")
        try refusal([2, 0, 0, 0, 0, 0, 0], "7 bytes", "at least the 8 of a header's length")
        try refusal([3, 0, 0, 0, 0, 0, 0, 0, 123, 125], "a header's length of 3 bytes", "at most the 2 that follow it")
        try refusal([UInt8](repeating: 0xFF, count: 16), "a header's length of \(Int.max) bytes", "at most 100000000")
        try refusal([UInt8](UInt64(100_000_001)) + [123], "a header's length of 100000001 bytes", "at most 100000000")
        try refusal(
            [UInt8](UInt64(100_000_000)) + [123], "a header's length of 100000000 bytes", "at most the 1 that follow")
        try refusal([3, 0, 0, 0, 0, 0, 0, 0, 123, 34, 0xFF], "the end of the header inside a string", "a name")
        try refusal([5, 0, 0, 0, 0, 0, 0, 0, 123, 34, 0xFF, 34, 58], "bytes that are no UTF-8", "UTF-8")
    }

    @Test func whiteSpaceAndAnyOrderAreAllowed() throws {
        let json =
            " \n\t\r{\"b\" : { \"data_offsets\":[4, 8] ,\"shape\":[ ], \"dtype\":\"F32\"},\"__metadata__\":{ \"k\" : \"v\" },"
            + tensorJSON + "} \n "
        let header = try SafetensorsHeader(json: Array(json.utf8.drop { $0 != 123 }), file: "f", dataSize: 8)
        #expect(header.tensors.map(\.entry.name) == ["b", "a", "empty"])
        #expect(header.tensors.map(\.range) == [4..<8, 0..<4, 4..<4])
        #expect(header.metadata == ["k": "v"])
    }

    private let tensorJSON =
        Self.tensor("a", "U8", "[2,2]", "[0,4]") + "," + Self.tensor("empty", "F64", "[0,576460752303423487]", "[4,4]")

    @Test func aHeaderWithoutTensorsIsOne() throws {
        #expect(try SafetensorsHeader(json: Array("{}".utf8), file: "f", dataSize: 0).tensors.isEmpty)
    }

    /// Types that this reader does not know leave the others readable, and still have to lie where they belong.
    @Test func tensorsOfUnknownTypesAreSkipped() throws {
        let json = "{" + Self.tensor("a", "C64", "[1]", "[0,8]") + "," + Self.tensor("b", "F32", "[2]", "[8,16]") + "}"
        let header = try SafetensorsHeader(json: Array(json.utf8), file: "a", dataSize: 16)
        #expect(header.tensors.map(\.entry.name) == ["b"])
        #expect(header.skipped.map(\.name) == ["a"] && header.skipped[0].reason.contains("C64"))
        let overlapping =
            "{" + Self.tensor("a", "F4", "[2]", "[0,9]") + "," + Self.tensor("b", "F32", "[2]", "[8,16]") + "}"
        #expect(throws: TensorFileError.self) {
            try SafetensorsHeader(json: Array(overlapping.utf8), file: "a", dataSize: 16)
        }
    }
}

import Testing

@testable import TensorFiles

/// Headers of `.npy` files that must be refused.
@Suite struct NpyHeaderTests {
    static func file(_ header: String, data: Int = 8, version: [UInt8] = [1, 0]) -> [UInt8] {
        let length = version[0] == 1 ? [UInt8](UInt16(header.utf8.count)) : [UInt8](UInt32(header.utf8.count))
        return NpyHeader.magic + version + length + Array(header.utf8) + [UInt8](repeating: 0, count: data)
    }

    static func header(_ descr: String = "'<f8'", order: String = "False", shape: String = "(1,)") -> String {
        "{'descr': \(descr), 'fortran_order': \(order), 'shape': \(shape), }\n"
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        var header: String
        var found: String
        var wanted: String
        var data = 8
        var testDescription: String { String(header.prefix(100)) }
    }

    @Test(arguments: [
        Fault(header: "", found: "the end of the header", wanted: "\"{\""),
        Fault(header: "{", found: "the end of the header", wanted: "'descr', 'fortran_order' and 'shape'"),
        Fault(
            header: "{}", found: "no 'descr' in the header", wanted: "'descr', 'fortran_order' and 'shape', each once"),
        Fault(header: "{'descr': '<f8'}", found: "no 'fortran_order'", wanted: "each once"),
        Fault(header: "{'descr': '<f8', 'fortran_order': False}", found: "no 'shape'", wanted: "each once"),
        Fault(header: "{'descr': '<f8', 'descr': '<f8'}", found: "\"descr\" in the header", wanted: "each once"),
        Fault(header: "{'order': 'C'}", found: "\"order\" in the header", wanted: "each once"),
        Fault(header: header() + "x", found: "\"x\" at byte", wanted: "nothing but white space"),
        Fault(header: "{'descr': '<f8", found: "a string that does not end", wanted: "a closing quotation mark"),
        Fault(header: "{'descr': '\\x3cf8'}", found: "a string that does not end", wanted: "a closing quotation mark"),
        Fault(header: "{'descr' '<f8'}", found: "\"'<f8'}\"", wanted: "\":\""),
        Fault(header: header(order: "0"), found: "\"0, ", wanted: "True or False"),
        Fault(header: header(order: "True2"), found: "\"2, ", wanted: "\",\" or \"}\""),
        Fault(header: header("None"), found: "\"None, ", wanted: "a scalar type, such as '<f4'"),
        Fault(
            header: header("[('a', '<f4')]"), found: "a structured scalar type", wanted: "a plain one, such as '<f4'"),
        Fault(header: header("('<f4', (2,))"), found: "a structured scalar type", wanted: "a plain one"),
        Fault(
            header: header("'|O'"), found: "the scalar type \"|O\" (Python objects)", wanted: "one of f8, f4, f2, i8"),
        Fault(header: header("'<c8'"), found: "the scalar type \"<c8\" (complex numbers)", wanted: "one of f8"),
        Fault(header: header("'<U3'"), found: "the scalar type \"<U3\" (text)", wanted: "one of f8"),
        Fault(header: header("'|S3'"), found: "the scalar type \"|S3\" (text)", wanted: "one of f8"),
        Fault(header: header("'<M8[ns]'"), found: "the scalar type \"<M8[ns]\" (times)", wanted: "one of f8"),
        Fault(header: header("'|V2'"), found: "the scalar type \"|V2\" (opaque bytes)", wanted: "one of f8"),
        Fault(header: header("'<f16'"), found: "the scalar type \"<f16\"", wanted: "one of f8"),
        Fault(header: header("''"), found: "the scalar type \"\"", wanted: "one of f8"),
        Fault(header: header("'f8'"), found: "the scalar type \"f8\" without a byte order", wanted: "< or >"),
        Fault(header: header("'|f8'"), found: "the scalar type \"|f8\" without a byte order", wanted: "< or >"),
        Fault(header: header(shape: "(-1,)"), found: "\"-1,)", wanted: "an extent, an integer that is not negative"),
        Fault(header: header(shape: "(1.0,)"), found: "\"1.0,)", wanted: "an integer that is not negative"),
        Fault(header: header(shape: "(1)"), found: "\")", wanted: "\",\" or \")\""),
        Fault(header: header(shape: "[1]"), found: "\"[1]", wanted: "\"(\""),
        Fault(header: header(shape: String(repeating: "(", count: 60_000)), found: "((((", wanted: "an extent"),
        Fault(
            header: header(shape: "(99999999999999999999,)"), found: "the number 99999999999999999999",
            wanted: "below 2⁶³"),
        Fault(
            header: header(shape: "(4294967296, 4294967296)"), found: "the shape [4294967296, 4294967296]",
            wanted: "elements"),
        Fault(
            header: header(shape: "(2,)"), found: "8 bytes after the header",
            wanted: "the 16 that the shape [2] of \"<f8\" takes"),
        Fault(header: header(), found: "9 bytes after the header", wanted: "the 8 that the shape [1]", data: 9),
        Fault(header: header(), found: "7 bytes after the header", wanted: "the 8 that the shape [1]", data: 7),
        Fault(
            header: header(shape: "(1000000000000,)"), found: "8 bytes after the header",
            wanted: "the 8000000000000 that the shape"),
    ])
    func faultsAreRefused(fault: Fault) throws {
        try expectRefusal(
            of: Self.file(fault.header, data: fault.data), as: "a.npy", found: fault.found, wanted: fault.wanted)
    }

    @Test func axesAreBounded() throws {
        func file(_ rank: Int) -> [UInt8] {
            Self.file(Self.header(shape: "(" + String(repeating: "1,", count: rank) + ")"))
        }
        let bytes = file(64)
        let header = try NpyHeader(file: "f", size: bytes.count) { (count) throws(TensorFileError) in
            Array(bytes[..<count])
        }
        #expect(header.shape.rank == 64)
        try expectRefusal(
            of: file(65), as: "a.npy", found: "a shape of more than 64 axes", wanted: "at most the 64 that NumPy has")
    }

    @Test func versionsAndLengthsAreChecked() throws {
        func refusal(_ bytes: [UInt8], _ found: String, _ wanted: String) throws {
            try expectRefusal(of: bytes, as: "a.npy", found: found, wanted: wanted)
        }
        let magic = NpyHeader.magic
        try refusal([], "no NumPy magic string", "\\x93NUMPY")
        try refusal(Array(magic.prefix(4)), "no NumPy magic string", "\\x93NUMPY")
        try refusal(magic, "the end after 6 bytes", "a version")
        try refusal(magic + [1], "the end after 7 bytes", "a version")
        try refusal(magic + [4, 0, 0, 0, 0, 0], "version 4.0", "1.0, 2.0 or 3.0")
        try refusal(magic + [1, 1, 0, 0, 0, 0], "version 1.1", "1.0, 2.0 or 3.0")
        try refusal(magic + [0, 0, 0, 0, 0, 0], "version 0.0", "1.0, 2.0 or 3.0")
        try refusal(magic + [1, 0, 9], "the end after 9 bytes", "the header's length")
        try refusal(magic + [1, 0, 9, 0, 123, 125], "a header's length of 9 bytes", "at most the 2 that follow")
        try refusal(magic + [2, 0, 0xFF, 0xFF, 0xFF, 0xFF], "a header's length of 4294967295 bytes", "at most 65535")
    }

    @Test(arguments: ["(2, 3)", "(2,3,)", "( 2 , 3 )", "(2L, 3L)"]) func tuplesOfEveryStyleAreRead(shape: String) throws
    {
        let bytes = Self.file(Self.header("\"<i2\"", order: "True", shape: shape), data: 12, version: [3, 0])
        let header = try NpyHeader(file: "f", size: bytes.count) { (count) throws(TensorFileError) in
            Array(bytes[..<count])
        }
        #expect(header.shape == [2, 3])
        #expect(header.scalarType == .int16 && !header.isBigEndian && header.isFortranOrder)
        #expect(header.dataOffset == bytes.count - 12)
    }
}

import TensorFiles
import Testing

/// The values of the tables in "OCP 8-bit floating point specification", 2023, and of the types of ml_dtypes.
@Suite struct Float8Tests {
    private func numbers(_ type: ScalarType, _ bytes: [UInt8]) -> [Double] {
        StoredTensor(name: "a", shape: [bytes.count], scalarType: type, bytes: bytes).doubles
    }

    @Test func greatestSmallestAndOne() {
        #expect(
            numbers(.float8e4m3, [0x7E, 0x38, 0x08, 0x07, 0x01, 0xFE]) == [448, 1, 0x1p-6, 0x1.Cp-7, 0x1p-9, -448])
        #expect(numbers(.float8e5m2, [0x7B, 0x3C, 0x04, 0x03, 0x01]) == [57344, 1, 0x1p-14, 0x1.8p-15, 0x1p-16])
        #expect(numbers(.float8e4m3fnuz, [0x7F, 0x40, 0x01]) == [240, 1, 0x1p-10])
        #expect(numbers(.float8e5m2fnuz, [0x7F, 0x40, 0x01]) == [57344, 1, 0x1p-17])
        #expect(numbers(.float8e8m0, [0, 127, 254]) == [0x1p-127, 1, 0x1p127])
    }

    @Test func whatIsNoNumber() {
        #expect(numbers(.float8e5m2, [0x7C, 0xFC]) == [.infinity, -.infinity])
        for (type, patterns) in [
            (ScalarType.float8e4m3, [0x7F, 0xFF] as [UInt8]), (.float8e5m2, [0x7D, 0x7E, 0x7F, 0xFD]),
            (.float8e4m3fnuz, [0x80]), (.float8e5m2fnuz, [0x80]), (.float8e8m0, [0xFF]),
        ] {
            let all = numbers(type, (0...255).map { UInt8($0) })
            for bits in patterns { #expect(all[Int(bits)].isNaN, "\(type) \(bits)") }
            let noNumbers = all.count { !$0.isFinite }
            #expect(noNumbers == (type == .float8e5m2 ? 8 : patterns.count), "\(type)")
        }
    }
}

import TensorFiles
import Testing

@Suite struct ScalarTypeTests {
    @Test(arguments: ScalarType.allCases) func namesLeadBack(type: ScalarType) {
        #expect(ScalarType(safetensorsName: type.safetensorsName) == type)
        if let name = type.numpyName {
            #expect(ScalarType(numpyName: name) == type)
            #expect(name.hasSuffix(String(type.size)))
        } else {
            #expect(type.isFloatingPoint && type.size < 4)
        }
    }

    @Test(arguments: ["", "f32", "F128", "C64", "f16", "f8_e4m3", "F8_E3M4"]) func otherNamesLeadNowhere(name: String) {
        #expect(ScalarType(safetensorsName: name) == nil)
        #expect(ScalarType(numpyName: name) == nil)
    }

    @Test func floatingPointTypes() {
        #expect(
            ScalarType.allCases.filter(\.isFloatingPoint) == [
                .float64, .float32, .float16, .bfloat16, .float8e4m3, .float8e4m3fnuz, .float8e5m2, .float8e5m2fnuz,
                .float8e8m0,
            ])
    }
}

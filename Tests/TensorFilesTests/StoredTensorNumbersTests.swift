import Randomness
import TensorFiles
import Tensors
import Testing

@Suite struct StoredTensorNumbersTests {
    private let awkward: [Double] = [
        0, -0.0, 1, -1.5, 1 / 3, .infinity, -.infinity, 1e300, .leastNonzeroMagnitude, .pi,
    ]

    @Test func doublePrecisionStaysSuch() {
        let tensor = StoredTensor(name: "a", shape: [2, 5], awkward)
        #expect(tensor.scalarType == .float64)
        #expect(tensor.doubles.map(\.bitPattern) == awkward.map(\.bitPattern))
        #expect(tensor.tensor.elements == awkward.map(Float.init))
        #expect(tensor.tensor.shape == [2, 5])
    }

    @Test func singlePrecisionStaysSuch() {
        let floats = awkward.map(Float.init)
        let tensor = StoredTensor(name: "a", shape: [10], floats)
        #expect(tensor.scalarType == .float32)
        #expect(tensor.tensor.elements.map(\.bitPattern) == floats.map(\.bitPattern))
        #expect(tensor.doubles == floats.map(Double.init))
        #expect(StoredTensor(name: "a", Tensor([10], floats)) == tensor)
    }

    @Test func narrowerTypesRoundToTheNearest() {
        let numbers = [1 / 3.0, 70000, -2.5]
        #expect(StoredTensor(name: "", shape: [3], numbers, as: .float32).doubles == numbers.map { Double(Float($0)) })
        #expect(StoredTensor(name: "", shape: [3], numbers, as: .float16).doubles == [0.333251953125, .infinity, -2.5])
        #expect(StoredTensor(name: "", shape: [3], numbers, as: .bfloat16).doubles == [0.333984375, 70144, -2.5])
        #expect(StoredTensor(name: "", Tensor([1], [1 / 3]), as: .float16).tensor.elements == [0.333251953125])
    }

    @Test func integersAndTruthValuesAreNumbers() {
        func numbers(_ type: ScalarType, _ bytes: [UInt8]) -> [Double] {
            let tensor = StoredTensor(name: "", shape: [bytes.count / type.size], scalarType: type, bytes: bytes)
            #expect(tensor.tensor.elements == tensor.doubles.map(Float.init))
            return tensor.doubles
        }
        #expect(numbers(.int8, [0x80, 0x7F, 0xFF]) == [-128, 127, -1])
        #expect(numbers(.uint8, [0x80, 0x7F, 0xFF]) == [128, 127, 255])
        #expect(numbers(.int16, [0x00, 0x80]) == [-32768])
        #expect(numbers(.uint16, [0x00, 0x80]) == [32768])
        #expect(numbers(.int32, [0, 0, 0, 0x80]) == [-2_147_483_648])
        #expect(numbers(.uint32, [0, 0, 0, 0x80]) == [2_147_483_648])
        #expect(numbers(.int64, [0, 0, 0, 0, 0, 0, 0, 0x80]) == [-0x1p63])
        #expect(numbers(.uint64, [0, 0, 0, 0, 0, 0, 0, 0x80]) == [0x1p63])
        #expect(numbers(.bool, [0, 1, 2]) == [0, 1, 1])
    }
}

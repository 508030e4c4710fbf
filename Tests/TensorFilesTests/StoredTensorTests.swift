import TensorFiles
import Tensors
import Testing

@Suite struct StoredTensorTests {
    @Test func keepsWhatItIsMadeOf() {
        let tensor = StoredTensor(name: "a", shape: [2, 2], scalarType: .uint16, bytes: [1, 0, 2, 0, 3, 0, 0, 1])
        #expect(tensor.doubles == [1, 2, 3, 256])
        #expect(tensor.shape == [2, 2])
        var renamed = tensor
        renamed.name = "b"
        #expect(renamed != tensor && renamed.bytes == tensor.bytes)
    }

    @Test(arguments: ScalarType.allCases) func permutesElementsOfEverySize(type: ScalarType) {
        let bytes = (0..<24 * type.size).map { UInt8(truncatingIfNeeded: $0) }
        let tensor = StoredTensor(name: "a", shape: [2, 3, 4], scalarType: type, bytes: bytes)
        let permuted = tensor.permuted([2, 0, 1])
        #expect(permuted.shape == [4, 2, 3])
        #expect(permuted.name == "a" && permuted.scalarType == type)
        var expected: [UInt8] = []
        for k in 0..<4 {
            for i in 0..<2 {
                for j in 0..<3 {
                    let start = ((i * 3 + j) * 4 + k) * type.size
                    expected += bytes[start..<start + type.size]
                }
            }
        }
        #expect(permuted.bytes == expected)
        #expect(permuted.permuted([1, 2, 0]) == tensor)
    }

    @Test func permutesWhatIsEmptyOrHasNoAxes() {
        let scalar = StoredTensor(name: "", shape: [], [2.0])
        #expect(scalar.permuted([]) == scalar)
        #expect(StoredTensor(name: "", shape: [0, 3], [Double]()).permuted([1, 0]).shape == [3, 0])
    }
}

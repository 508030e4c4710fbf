import Foundation
import Randomness
import Tensors
import TestSupport
import Testing

@testable import TensorFiles

@Suite struct TorchWriterTests {
    private static let types = ScalarType.allCases.filter { $0.torchStorageName != nil }

    @Test func randomTensorsComeBackAsTheyWere() throws {
        let folder = try TemporaryFolder()
        var generator = SeededGenerator(seed: 9)
        for trial in 0..<30 {
            let tensors = (0..<Int.random(in: 0..<6, using: &generator)).map { index in
                let shape = TensorShape(
                    (0..<Int.random(in: 0..<5, using: &generator)).map { _ in .random(in: 0..<6, using: &generator) })
                let type = Self.types[Int.random(in: 0..<Self.types.count, using: &generator)]
                let bytes = (0..<shape.count * type.size).map { _ in UInt8.random(in: 0...7, using: &generator) }
                return StoredTensor(
                    name: "block.\(index) größe\n \(trial)", shape: shape, scalarType: type, bytes: bytes)
            }
            let url = folder.file("a.pt")
            try TorchFile.write(tensors, to: url)
            let archive = try TensorArchive(contentsOf: url)
            #expect(try archive.format.name == "pytorch" && archive.tensors() == tensors)
            let first = try Data(contentsOf: url)
            try TorchFile.write(tensors, to: url)
            #expect(try Data(contentsOf: url) == first)
        }
    }

    /// `make.py` has loaded a file of these tensors in PyTorch, with `weights_only=True`, and found them there: the same bytes come out still.
    @Test func writesWhatPyTorchLoads() throws {
        let folder = try TemporaryFolder()
        let url = folder.file("written.pt")
        try TorchFile.write(Self.forPyTorch, to: url)
        #expect(try Data(contentsOf: url) == Data(contentsOf: Fixture.url("tensor-files/written.pt")))
    }

    /// Elements 0, 1, …, 23 of every type, truth values 0, 1, 0, 1, …; a number and nothing.
    private static var forPyTorch: [StoredTensor] {
        types.map { type in
            let name = "type.\(type)"
            if type.isFloatingPoint {
                return StoredTensor(name: name, shape: [2, 3, 4], (0..<24).map { Double($0) }, as: type)
            }
            let bytes = (0..<24).flatMap { index -> [UInt8] in
                [UInt8(type == .bool ? index % 2 : index)] + [UInt8](repeating: 0, count: type.size - 1)
            }
            return StoredTensor(name: name, shape: [2, 3, 4], scalarType: type, bytes: bytes)
        } + [StoredTensor(name: "größe", shape: [], [2.5]), StoredTensor(name: "empty", shape: [0, 3], [Double]())]
    }

    @Test func whatCannotBeWrittenLeavesTheOldFile() throws {
        let folder = try TemporaryFolder()
        let url = try folder.file("a.pt", holding: [1])
        let tensor = StoredTensor(name: "a", shape: [1], [1.0])
        func refusal(_ tensors: [StoredTensor], _ found: String, _ wanted: String) {
            let error = #expect(throws: TensorFileError.self) { try TorchFile.write(tensors, to: url) }
            #expect(error?.found.contains(found) == true && error?.wanted.contains(wanted) == true)
        }
        refusal([tensor, tensor], "the name \"a\" for two tensors", "each name once")
        for type in [ScalarType.uint16, .uint32, .uint64] {
            refusal(
                [StoredTensor(name: "b", shape: [1], scalarType: type, bytes: Array(repeating: 0, count: type.size))],
                "\(type) elements in tensor \"b\"", "a type that PyTorch has storages of")
        }
        let many = TensorShape([Int](repeating: 1, count: 65))
        refusal([StoredTensor(name: "b", shape: many, [1.0])], "65 axes to write in \"b\"", "the 64 that PyTorch has")
        #expect(try folder.names() == ["a.pt"])
        #expect(try Data(contentsOf: url) == Data([1]))
    }
}

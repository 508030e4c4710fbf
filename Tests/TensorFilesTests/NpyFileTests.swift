import Foundation
import Randomness
import TensorFiles
import Tensors
import TestSupport
import Testing

@Suite struct NpyFileTests {
    private func read(_ name: String) throws -> StoredTensor {
        let archive = try TensorArchive(contentsOf: Fixture.url("tensor-files/\(name).npy"))
        #expect(archive.format.name == "npy")
        #expect(archive.entries.map(\.name) == [name])
        return try archive.tensor(named: name)
    }

    @Test(arguments: ["counting", "fortran", "bigendian", "version2", "version3"])
    func readsEveryVersionAndOrder(name: String) throws {
        let tensor = try read(name)
        #expect(tensor.scalarType == .float64 && tensor.shape == [2, 3, 4])
        #expect(tensor.doubles == counting)
    }

    @Test func readsBothOrdersAtOnce() throws {
        let tensor = try read("bigendian-fortran")
        #expect(tensor.scalarType == .float32 && tensor.shape == [2, 3, 4])
        #expect(tensor.doubles == counting)
    }

    @Test(arguments: ["i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1", "f2", "f4"]) func readsEveryScalarType(
        name: String
    ) throws {
        let tensor = try read(name)
        #expect(tensor.scalarType == ScalarType(numpyName: name))
        #expect(tensor.doubles == [0, 1, 100])
    }

    @Test func readsTruthValuesScalarsAndNothing() throws {
        #expect(try read("bool").doubles == [0, 1, 1, 0])
        #expect(try read("scalar").doubles == [2.5])
        #expect(try read("scalar").shape == [])
        #expect(try read("empty").shape == [0, 3])
    }

    @Test func refusesWhatIsNoTensor() {
        for (name, found) in [
            ("structured", "a structured scalar type"), ("object", "(Python objects)"),
            ("complex", "(complex numbers)"), ("text", "(text)"),
        ] {
            let wanted = name == "structured" ? "a plain one" : "one of f8"
            expectRefusal(of: Fixture.url("tensor-files/\(name).npy"), found: found, wanted: wanted)
        }
    }

    @Test(arguments: [
        "counting", "scalar", "empty", "bool", "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1", "f2", "f4",
    ])
    func writesTheBytesThatNumPyWrites(name: String) throws {
        let folder = try TemporaryFolder()
        let copy = folder.file("copy.npy")
        try NpyFile.write(read(name), to: copy)
        #expect(try Data(contentsOf: copy) == Data(contentsOf: Fixture.url("tensor-files/\(name).npy")))
    }

    @Test func randomTensorsComeBackAsTheyWere() throws {
        let folder = try TemporaryFolder()
        var generator = SeededGenerator(seed: 8)
        for _ in 0..<50 {
            let shape = TensorShape(
                (0..<Int.random(in: 0..<5, using: &generator)).map { _ in .random(in: 0..<5, using: &generator) })
            for type in ScalarType.allCases where type.numpyName != nil {
                let bytes = (0..<shape.count * type.size).map { _ in UInt8.random(in: 0...255, using: &generator) }
                let tensor = StoredTensor(name: "a", shape: shape, scalarType: type, bytes: bytes)
                try NpyFile.write(tensor, to: folder.file("a.npy"))
                #expect(try TensorArchive(contentsOf: folder.file("a.npy")).tensors() == [tensor])
            }
        }
    }

    @Test func whatNumPyHasNotIsNotWritten() throws {
        let folder = try TemporaryFolder()
        let brain = StoredTensor(name: "a", shape: [1], [1.0], as: .bfloat16)
        let error = #expect(throws: TensorFileError.self) { try NpyFile.write(brain, to: folder.file("a.npy")) }
        #expect(
            error?.description.contains("a.npy: found bfloat16 elements to write in \"a\", wanted a scalar type")
                == true)
        let deep = StoredTensor(name: "a", shape: TensorShape([Int](repeating: 1, count: 65)), [1.0])
        #expect(throws: TensorFileError.self) { try NpyFile.write(deep, to: folder.file("a.npy")) }
        #expect(try folder.names() == [])
    }

    @Test(.enabled(if: SharedData.isAvailable, Comment(rawValue: SharedData.whySkipped)))
    func readsTheSameKernelsAsSafetensors() throws {
        let folder = try #require(SharedData.folder).appendingPathComponent("kernels/master-key-filters")
        let npy = try TensorArchive(contentsOf: folder.appendingPathExtension("npy")).tensors()
        let safetensors = try TensorArchive(contentsOf: folder.appendingPathExtension("safetensors")).tensors()
        #expect(npy.map(\.name) == ["master-key-filters"])
        #expect(npy.map(\.bytes) == safetensors.map(\.bytes))
    }
}

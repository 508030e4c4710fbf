import Foundation
import Randomness
import TensorFiles
import Tensors
import TestSupport
import Testing

@Suite struct SafetensorsFileTests {
    @Test func readsWhatTheReferenceImplementationWrote() throws {
        let archive = try TensorArchive(contentsOf: Fixture.url("tensor-files/types.safetensors"))
        #expect(archive.format.name == "safetensors")
        #expect(archive.metadata == ["order": "4 \"taps\"\n∂"])
        for (name, type) in [("f64", ScalarType.float64), ("f32", .float32), ("f16", .float16), ("bf16", .bfloat16)] {
            let tensor = try archive.tensor(named: name)
            #expect(tensor.scalarType == type && tensor.shape == [2, 3, 4] && tensor.name == name)
            // 23 halves and less are exact in every one of these types.
            #expect(tensor.doubles == counting)
            #expect(tensor.tensor.elements == counting.map(Float.init))
        }
        for name in ["i64", "i32", "i16", "i8", "u64", "u32", "u16", "u8"] {
            let tensor = try archive.tensor(named: name)
            #expect(tensor.scalarType == ScalarType(safetensorsName: name.uppercased()))
            #expect(tensor.doubles == [0, 1, 100])
        }
        #expect(try archive.tensor(named: "bool").doubles == [0, 1, 1])
        #expect(try archive.tensor(named: "scalar").doubles == [2.5])
        #expect(try archive.tensor(named: "scalar").shape == [])
        #expect(try archive.tensor(named: "empty").shape == [0, 3])
        #expect(try archive.tensor(named: "größe \"x\"\\\n").doubles == [1])
        #expect(archive.entries.count == 16)
    }

    /// With at most one metadata key, whose order the reference leaves to chance, its bytes are determined.
    @Test(arguments: ["kernels.safetensors", "types.safetensors"]) func writesTheSameTensorsAndReadsThemBack(
        name: String
    ) throws {
        let folder = try TemporaryFolder()
        let archive = try TensorArchive(contentsOf: Fixture.url("tensor-files/" + name))
        let tensors = try archive.tensors()
        let copy = folder.file("copy.safetensors")
        try SafetensorsFile.write(tensors, metadata: archive.metadata, to: copy)
        let again = try TensorArchive(contentsOf: copy)
        #expect(Set(try again.tensors()) == Set(tensors))
        #expect(again.metadata == archive.metadata)
    }

    @Test func writesTheBytesOfTheReferenceImplementation() throws {
        let folder = try TemporaryFolder()
        let url = Fixture.url("tensor-files/kernels.safetensors")
        let archive = try TensorArchive(contentsOf: url)
        let copy = folder.file("copy.safetensors")
        try SafetensorsFile.write(archive.tensors(), metadata: archive.metadata, to: copy)
        #expect(try Data(contentsOf: copy) == Data(contentsOf: url))
    }

    @Test func sameTensorsSameBytesInAnyOrder() throws {
        let folder = try TemporaryFolder()
        var generator = SeededGenerator(seed: 1)
        var tensors = ScalarType.allCases.flatMap { type in
            ["b", "a", "ä"].map { name in
                StoredTensor(
                    name: "\(name).\(type)", shape: [3], scalarType: type,
                    bytes: [UInt8](repeating: 1, count: 3 * type.size))
            }
        }
        let metadata = Dictionary(uniqueKeysWithValues: (0..<20).map { ("key \($0)", "value \($0)") })
        try SafetensorsFile.write(tensors, metadata: metadata, to: folder.file("a"))
        tensors.shuffle(using: &generator)
        try SafetensorsFile.write(tensors, metadata: metadata, to: folder.file("b"))
        #expect(try Data(contentsOf: folder.file("a")) == Data(contentsOf: folder.file("b")))
    }

    @Test func dataIsAligned() throws {
        let folder = try TemporaryFolder()
        for length in 0..<20 {
            let url = folder.file("a.safetensors")
            let name = String(repeating: "x", count: length)
            let odd = StoredTensor(name: "odd", shape: [3], scalarType: .uint8, bytes: [1, 2, 3])
            try SafetensorsFile.write([odd, StoredTensor(name: name, shape: [2], [1.0, 2.0])], to: url)
            let bytes = try [UInt8](Data(contentsOf: url))
            let header = try #require(bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) } as Int?)
            #expect(header % 8 == 0)
            #expect(bytes.count == 8 + header + 19)
        }
    }

    @Test func randomTensorsComeBackAsTheyWere() throws {
        let folder = try TemporaryFolder()
        var generator = SeededGenerator(seed: 7)
        for trial in 0..<50 {
            let tensors = (0..<Int.random(in: 0..<6, using: &generator)).map { index in
                let shape = TensorShape(
                    (0..<Int.random(in: 0..<5, using: &generator)).map { _ in .random(in: 0..<5, using: &generator) })
                let type = ScalarType.allCases.randomElement(using: &generator) ?? .bool
                let bytes = (0..<shape.count * type.size).map { _ in UInt8.random(in: 0...255, using: &generator) }
                return StoredTensor(
                    name: "\(index).\"\\\u{1}\u{7F}\u{2202}\(trial)", shape: shape, scalarType: type, bytes: bytes)
            }
            let metadata = ["a": "\u{0}\u{1F}\"\\/", "": "", "\n": "𝛔"]
            let url = folder.file("a.safetensors")
            try SafetensorsFile.write(tensors, metadata: metadata, to: url)
            let archive = try TensorArchive(contentsOf: url)
            #expect(Set(try archive.tensors()) == Set(tensors))
            #expect(archive.metadata == metadata)
        }
    }

    @Test func whatCannotBeWrittenLeavesTheOldFile() throws {
        let folder = try TemporaryFolder()
        let url = try folder.file("a.safetensors", holding: [1])
        let tensor = StoredTensor(name: "a", shape: [1], [1.0])
        let twice = #expect(throws: TensorFileError.self) { try SafetensorsFile.write([tensor, tensor], to: url) }
        #expect(twice?.description == "\(url.path): found the name \"a\" for a tensor to write, wanted each name once")
        let reserved = StoredTensor(name: "__metadata__", shape: [1], [1.0])
        let error = #expect(throws: TensorFileError.self) { try SafetensorsFile.write([reserved], to: url) }
        #expect(error?.wanted == "another name")
        #expect(try folder.names() == ["a.safetensors"])
        #expect(try Data(contentsOf: url) == Data([1]))
    }

    @Test(.enabled(if: SharedData.isAvailable, Comment(rawValue: SharedData.whySkipped))) func readsRealNetworks()
        throws
    {
        let folder = try #require(SharedData.folder)
        for (name, shapes) in [
            ("srcnn-955", [[64, 3, 9, 9], [32, 64, 5, 5]] as [TensorShape]), ("master-key-filters", [[8, 1, 7, 7]]),
        ] {
            let archive = try TensorArchive(contentsOf: folder.appendingPathComponent("kernels/\(name).safetensors"))
            for shape in shapes { #expect(archive.entries.contains { $0.shape == shape }) }
            #expect(try archive.tensors().allSatisfy { $0.doubles.allSatisfy(\.isFinite) })
        }
    }
}

import Foundation
import Randomness
import TensorFiles
import Tensors
import TestSupport
import Testing

@Suite struct NpzFileTests {
    @Test(arguments: ["stored", "deflated"]) func readsWhatNumPyWrote(name: String) throws {
        let archive = try TensorArchive(contentsOf: Fixture.url("tensor-files/\(name).npz"))
        #expect(archive.format.name == "npz")
        #expect(archive.entries.map(\.name) == ["kernels", "block/counting", "zeros"])
        let kernels = try archive.tensor(named: "kernels")
        #expect(kernels.shape == [2, 3, 5, 4] && kernels.scalarType == .float32)
        #expect(kernels.tensor.elements == (0..<120).map(Float.init))
        #expect(try archive.tensor(named: "block/counting").doubles == counting)
        #expect(try archive.tensor(named: "zeros").doubles.allSatisfy { $0 == 0 })
    }

    @Test func arraysOfObjectsAreSkippedByName() throws {
        let archive = try TensorArchive(contentsOf: Fixture.url("tensor-files/object.npz"))
        #expect(!archive.skipped.isEmpty && archive.skipped.allSatisfy { $0.reason.contains("(Python objects)") })
    }

    @Test func refusesWhatIsNoTensor() {
        expectRefusal(
            of: Fixture.url("tensor-files/bzip2.npz"), found: "compressed by bzip2", wanted: "stored or deflated")
    }

    @Test func messagesNameTheMember() throws {
        let npy = NpyHeaderTests.file(NpyHeaderTests.header(shape: "(2,)"))
        for member in [HostileZip.Member(name: "layer.npy", contents: npy), .deflated("layer.npy", npy)] {
            let folder = try TemporaryFolder()
            let url = try folder.file("a.npz", holding: HostileZip(members: [member]).bytes)
            let error = #expect(throws: TensorFileError.self) { try TensorArchive(contentsOf: url) }
            #expect(
                error?.description
                    == "\(url.path), member \"layer.npy\": found 8 bytes after the header, wanted the 16 that the shape [2] of \"<f8\" takes"
            )
        }
    }

    @Test func otherMembersAreRefused() throws {
        let zip = HostileZip(members: [HostileZip.Member(name: "config.json", contents: [123, 125])])
        try expectRefusal(
            of: zip.bytes, as: "model.keras", found: "the member \"config.json\" in a zip archive without a data.pkl",
            wanted: "members that end in .npy")
    }

    /// A header that claims more than the member holds must not make room for it.
    @Test func aHeaderLargerThanItsMemberIsRefused() throws {
        let npy = NpyHeaderTests.file(NpyHeaderTests.header(shape: "(100000000000,)"))
        try expectRefusal(
            of: HostileZip(members: [.deflated("a.npy", npy)]).bytes, as: "a.npz", found: "8 bytes after the header",
            wanted: "the 800000000000 that the shape")
        try expectRefusal(
            of: HostileZip(members: [HostileZip.Member(name: "a.npy", contents: [0x93])]).bytes, as: "a.npz",
            found: "no NumPy magic string", wanted: "\\x93NUMPY")
    }

    @Test(arguments: NpzFile.Compression.allCases) func randomTensorsComeBackAsTheyWere(
        compression: NpzFile.Compression
    ) throws {
        let folder = try TemporaryFolder()
        var generator = SeededGenerator(seed: 9)
        for trial in 0..<30 {
            let tensors = (0..<Int.random(in: 0..<6, using: &generator)).map { index in
                let shape = TensorShape(
                    (0..<Int.random(in: 0..<5, using: &generator)).map { _ in .random(in: 0..<6, using: &generator) })
                let types = ScalarType.allCases.filter { $0.numpyName != nil }
                let type = types[Int.random(in: 0..<types.count, using: &generator)]
                let bytes = (0..<shape.count * type.size).map { _ in UInt8.random(in: 0...7, using: &generator) }
                return StoredTensor(name: "block/\(index) größe \(trial)", shape: shape, scalarType: type, bytes: bytes)
            }
            let url = folder.file("a.npz")
            try NpzFile.write(tensors, compression: compression, to: url)
            #expect(try TensorArchive(contentsOf: url).tensors() == tensors)
            let first = try Data(contentsOf: url)
            try NpzFile.write(tensors, compression: compression, to: url)
            #expect(try Data(contentsOf: url) == first)
        }
    }

    /// 65,535 members are one more than the narrow fields can count.
    @Test func manyTensorsTakeTheWideFields() throws {
        let folder = try TemporaryFolder()
        let url = folder.file("a.npz")
        let tensors = (0..<65_535).map {
            StoredTensor(name: "\($0)", shape: [], scalarType: .uint8, bytes: [UInt8(truncatingIfNeeded: $0)])
        }
        try NpzFile.write(tensors, to: url)
        let archive = try TensorArchive(contentsOf: url)
        #expect(archive.entries.count == 65_535)
        #expect(try archive.tensor(named: "65534").doubles == [254])
    }

    @Test func whatCannotBeWrittenLeavesTheOldFile() throws {
        let folder = try TemporaryFolder()
        let url = try folder.file("a.npz", holding: [1])
        let tensor = StoredTensor(name: "a", shape: [1], [1.0])
        func refusal(_ tensors: [StoredTensor], _ found: String, _ wanted: String) {
            let error = #expect(throws: TensorFileError.self) { try NpzFile.write(tensors, to: url) }
            #expect(error?.found.contains(found) == true && error?.wanted.contains(wanted) == true)
        }
        refusal([tensor, tensor], "the name \"a\" for two tensors", "each name once")
        refusal(
            [StoredTensor(name: "a", shape: [1], [1.0], as: .bfloat16)], "bfloat16 elements",
            "a scalar type that NumPy has")
        for name in ["../a", "/a", "a\\b"] {
            refusal([tensor, StoredTensor(name: name, shape: [1], [1.0])], "to write", "a name inside the archive")
        }
        refusal(
            [StoredTensor(name: String(repeating: "x", count: 70_000), shape: [1], [1.0])], "to write", "a name inside")
        #expect(try folder.names() == ["a.npz"])
        #expect(try Data(contentsOf: url) == Data([1]))
    }

    @Test(.enabled(if: SharedData.isAvailable, Comment(rawValue: SharedData.whySkipped)))
    func readsTheSameKernelsAsSafetensors() throws {
        let folder = try #require(SharedData.folder).appendingPathComponent("kernels/srcnn-955")
        let npz = try TensorArchive(contentsOf: folder.appendingPathExtension("npz")).tensors()
        let safetensors = try TensorArchive(contentsOf: folder.appendingPathExtension("safetensors")).tensors()
        #expect(Set(npz) == Set(safetensors) && npz.count == 6)
    }
}

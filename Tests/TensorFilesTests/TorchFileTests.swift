import Foundation
import Tensors
import TestSupport
import Testing

@testable import TensorFiles

@Suite struct TorchFileTests {
    private func archive(_ name: String) throws -> TensorArchive {
        let archive = try TensorArchive(contentsOf: Fixture.url("tensor-files/" + name))
        #expect(archive.format.name == "pytorch")
        return archive
    }

    @Test func readsTheStateOfAModule() throws {
        let state = try archive("state.pt")
        #expect(
            state.entries.map(\.name) == [
                "0.weight", "0.bias", "1.weight", "1.bias", "1.running_mean", "1.running_var", "1.num_batches_tracked",
            ])
        let weight = try state.tensor(named: "0.weight")
        #expect(weight.shape == [3, 2, 2, 3] && weight.doubles == (0..<36).map(Double.init))
        #expect(try state.tensor(named: "1.running_var").doubles == [1, 1, 1])
        #expect(try state.tensor(named: "1.num_batches_tracked").scalarType == .int64)
        #expect(try state.tensor(named: "1.num_batches_tracked").shape == [])
    }

    @Test func readsViewsInNestedContainers() throws {
        let checkpoint = try archive("checkpoint.pth")
        let base = Tensor([4, 6], (0..<24).map(Float.init))
        func tensor(_ name: String) throws -> StoredTensor { try checkpoint.tensor(named: name) }
        #expect(
            checkpoint.entries.map(\.name) == [
                "state_dict.base", "state_dict.transposed", "state_dict.part", "state_dict.every-second",
                "state_dict.channels-last",
                "state_dict.parameter", "list.0", "list.1.inner", "7",
            ])
        #expect(try tensor("state_dict.base").tensor == base)
        #expect(try tensor("state_dict.base").scalarType == .float64)
        #expect(try tensor("state_dict.transposed").tensor == base.transposed)
        #expect(try tensor("state_dict.part").doubles == [8, 9, 10, 14, 15, 16])
        #expect(try tensor("state_dict.every-second").doubles == (0..<12).map { Double(2 * $0) })
        #expect(try tensor("state_dict.every-second").shape == [4, 3])
        #expect(try tensor("state_dict.channels-last").doubles == (0..<16).map(Double.init))
        #expect(try tensor("state_dict.channels-last").shape == [1, 4, 2, 2])
        #expect(try tensor("state_dict.parameter").doubles == [1, 1])
        #expect(try tensor("list.0").doubles == [1, 2])
        #expect(try tensor("list.1.inner").doubles == [1, 0])
        #expect(try tensor("7").doubles == [7])
        #expect(try checkpoint.tensors() == checkpoint.entries.map { try checkpoint.tensor(named: $0.name) })
    }

    @Test func readsEveryStorage() throws {
        let types = try archive("types.pt")
        #expect(types.entries.count == 10)
        for (name, type) in [
            ("float64", ScalarType.float64), ("float32", .float32), ("float16", .float16), ("bfloat16", .bfloat16),
            ("int64", .int64),
            ("int32", .int32), ("int16", .int16), ("int8", .int8), ("uint8", .uint8), ("bool", .bool),
        ] {
            let tensor = try types.tensor(named: name)
            #expect(tensor.scalarType == type)
            #expect(tensor.doubles == (type == .bool ? [0, 1, 1] : [0, 1, 100]))
        }
    }

    @Test func readsASingleTensorAndFilesWithoutChecksums() throws {
        #expect(try archive("single.pt").tensor(named: "single").doubles == [1.5, 2.5])
        #expect(try archive("no-checksums.pt").tensor(named: "a").doubles == [0, 1, 2])
    }

    /// Nothing that a pickle would do is done: what it names stands there as a name.
    @Test(arguments: [("system.pt", "posix.system"), ("eval.pt", "__builtin__.eval"), ("nested.pt", "pickle.loads")])
    func whatWouldBeExecutedIsAName(name: String, global: String) throws {
        let archive = try archive(name)
        #expect(archive.entries.isEmpty && archive.skipped.isEmpty)
        #expect(archive.remarks.count == 1 && archive.remarks[0].contains("'\(global)'"))
        #expect(!FileManager.default.fileExists(atPath: "executed"))
    }

    @Test func otherFilesOfEarlierTestsAreRead() throws {
        #expect(
            try archive("module.pt").entries.map(\.name) == [
                "0.weight", "0.bias", "1.weight", "1.bias", "1.running_mean", "1.running_var", "1.num_batches_tracked",
            ])
        #expect(try archive("complex.pt").skipped.map(\.name) == ["a"])
        #expect(try archive("size.pt").entries.map(\.name) == ["a"])
        #expect(try archive("cycle.pt").entries.isEmpty && archive("cycle-in-tuple.pt").entries.isEmpty)
        expectRefusal(
            of: Fixture.url("tensor-files/expanded.pt"), found: "the shape [1000, 1000] for tensor \"a\"",
            wanted: "at most the 1 elements of its storage")
    }

    @Test func callsThatAreNotThoseOfTensors() throws {
        let description = "storage, offset, extents and strides that are not negative"
        func bad(_ pickle: Pickle) throws { try refusal(pickle, "a tensor of another description", description) }
        let rebuild = Pickle().global("torch._utils", "_rebuild_tensor_v2")
        try bad(rebuild.op(.emptyTuple, .reduce))
        try bad(Pickle().tensor(count: 4, offset: -1, extents: [1], strides: [1]))
        try bad(Pickle().tensor(count: 4, extents: [-1], strides: [1]))
        try bad(Pickle().tensor(count: 4, extents: [1], strides: [-1]))
        try bad(Pickle().tensor(count: 4, extents: [1], strides: []))
        try bad(Pickle().tensor("OrderedDict", count: 4, extents: [1], strides: [1]))
        try bad(Pickle().tensor(count: -1, extents: [1], strides: [1]))
        func axes(_ rank: Int) -> Pickle {
            let ones = [Int](repeating: 1, count: rank)
            return Pickle().tensor(count: 4, extents: ones, strides: ones)
        }
        try refusal(axes(65), "a tensor of 65 axes", "at most the 64 that PyTorch has")
        try bad(axes(1000))
        let folder = try TemporaryFolder()
        let most = try TensorArchive(contentsOf: folder.file("a.pt", holding: axes(64).archive()))
        #expect(most.entries.map(\.shape.rank) == [64])
        let conjugate = rebuild.op(.mark).storage(count: 4).int(0).tuple([1]).tuple([1]).op(.newFalse, .none)
            .op(.emptyDict).text("neg").op(.newTrue, .setItem).op(.tuple, .reduce)
        let skipped = try TensorArchive(contentsOf: folder.file("b.pt", holding: conjugate.archive())).skipped
        #expect(skipped.map(\.reason) == ["its elements are stored with the other sign"])
    }

    private func refusal(
        _ pickle: Pickle, _ found: String, _ wanted: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try expectRefusal(
            of: pickle.archive(), as: "a.pt", found: found, wanted: wanted, sourceLocation: sourceLocation)
    }

    @Test func viewsMustLieInTheirStorage() throws {
        func bad(_ offset: Int, _ extents: [Int], _ strides: [Int], _ found: String, _ wanted: String) throws {
            try refusal(Pickle().tensor(count: 4, offset: offset, extents: extents, strides: strides), found, wanted)
        }
        try bad(1, [4], [1], "offset 1, extents [4] and strides [1] for tensor \"a\"", "among the 4 of its storage")
        try bad(.max, [1], [1], "offset \(Int.max)", "among the 4 of its storage")
        try bad(0, [2], [4], "strides [4]", "among the 4 of its storage")
        try bad(0, [2], [.max], "strides [\(Int.max)]", "among the 4 of its storage")
        try bad(0, [2, 2], [.max, .max], "strides", "among the 4 of its storage")
        try bad(5, [0], [1], "offset 5", "among the 4 of its storage")
        try bad(0, [5], [0], "the shape [5] for tensor \"a\"", "at most the 4 elements of its storage")
        try bad(0, [.max, .max], [0, 0], "the shape [\(Int.max), \(Int.max)]", "at most the 4 elements")
        try bad(0, [0, .max, .max], [1, 1, 1], "the shape [0, ", "at most the 4 elements")
    }

    /// A stride along an axis of one element means nothing, and PyTorch writes any there.
    @Test func strangeButHonestViewsAreRead() throws {
        let folder = try TemporaryFolder()
        let storage = (0..<16).map { UInt8($0) }
        func doubles(_ offset: Int, _ extents: [Int], _ strides: [Int]) throws -> [Double] {
            let pickle = Pickle().tensor("IntStorage", count: 4, offset: offset, extents: extents, strides: strides)
            return try TensorArchive(contentsOf: folder.file("a.pt", holding: pickle.archive(storage: storage)))
                .tensors()[0].doubles
        }
        let numbers = [0x0302_0100, 0x0706_0504, 0x0B0A_0908, 0x0F0E_0D0C].map(Double.init)
        #expect(try doubles(0, [4], [1]) == numbers)
        #expect(try doubles(3, [1, 1], [.max, .max]) == [numbers[3]])
        #expect(try doubles(1, [2, 1], [2, .max]) == [numbers[1], numbers[3]])
        #expect(try doubles(0, [2, 2], [0, 3]) == [numbers[0], numbers[3], numbers[0], numbers[3]])
        #expect(try doubles(4, [0, 3], [.max, .max]) == [])
        #expect(try doubles(2, [], []) == [numbers[2]])
    }

    @Test func storagesMustBeWhatThePickleSays() throws {
        func tensor(_ key: String, _ count: Int) -> Pickle {
            Pickle().tensor(key: key, count: count, extents: [1], strides: [1])
        }
        try refusal(tensor("1", 4), "no member \"a/data/1\" for tensor \"a\"", "the storage that the pickle names")
        try refusal(tensor("../data.pkl", 4), "no member \"a/data/../data.pkl\"", "the storage that the pickle names")
        try refusal(tensor("0", 5), "16 bytes in \"a/data/0\" for tensor \"a\"", "5 elements of 4 bytes")
        try refusal(tensor("0", 3), "16 bytes in \"a/data/0\" for tensor \"a\"", "3 elements of 4 bytes")
        try refusal(tensor("0", .max), "16 bytes in \"a/data/0\"", "\(Int.max) elements of 4 bytes")
    }

    @Test func archivesMustBeThoseOfPyTorch() throws {
        typealias Member = HostileZip.Member
        let pickle = Pickle().tensor("ShortStorage", count: 2, extents: [2], strides: [1]).op(.stop).bytes
        func archive(_ members: [Member]) -> [UInt8] {
            HostileZip(
                members: [
                    Member(name: "a/data.pkl", contents: pickle), Member(name: "a/data/0", contents: [1, 2, 3, 4]),
                ] + members
            )
            .bytes
        }
        let folder = try TemporaryFolder()
        let big = archive([Member(name: "a/byteorder", contents: Array("big".utf8))])
        #expect(
            try TensorArchive(contentsOf: folder.file("a.pt", holding: big)).tensors().map(\.doubles) == [[258, 772]])
        try expectRefusal(
            of: archive([Member(name: "a/byteorder", contents: Array("middle".utf8))]), as: "a.pt",
            found: "\"middle\" in \"a/byteorder\"",
            wanted: "little or big")
        try expectRefusal(
            of: archive([Member(name: "b/data.pkl", contents: pickle)]), as: "a.pt",
            found: "\"a/data.pkl\" and \"b/data.pkl\"",
            wanted: "a single data.pkl")
        let long = HostileZip(members: [
            Member(name: "data.pkl", contents: [UInt8](repeating: 0x4E, count: 16 << 20 + 1))
        ])
        try expectRefusal(of: long.bytes, as: "a.pt", found: "16777217 bytes", wanted: "at most 16777216")
    }

    /// 40 tensors over one storage, which makes up nearly all of the file.
    @Test func sharingIsBounded() throws {
        let storage = [UInt8](repeating: 0, count: 40_000)
        func views(_ count: Int) -> [UInt8] {
            let list = (0..<count).reduce(Pickle().op(.emptyList, .mark)) { pickle, _ in
                pickle.tensor(count: 10_000, extents: [10_000], strides: [1])
            }
            return list.op(.appends).archive(storage: storage)
        }
        let folder = try TemporaryFolder()
        #expect(try TensorArchive(contentsOf: folder.file("a.pt", holding: views(16))).tensors().count == 16)
        try expectRefusal(
            of: views(40), as: "a.pt", found: "tensors that together take more than 16 times the file's length",
            wanted: "fewer that share their memory")
    }

    /// A view of a single element makes reading inflate all before it, so that each counts as the whole storage.
    @Test func viewsOfADeflatedStorageAreBounded() throws {
        let storage = [UInt8](repeating: 0, count: 400_000)
        func views(_ count: Int) -> [UInt8] {
            let list = (0..<count).reduce(Pickle().op(.emptyList, .mark)) { pickle, _ in
                pickle.tensor(count: 100_000, offset: 99_999, extents: [1], strides: [1])
            }
            return HostileZip(members: [
                HostileZip.Member(name: "a/data.pkl", contents: list.op(.appends, .stop).bytes),
                .deflated("a/data/0", storage),
            ]).bytes
        }
        let folder = try TemporaryFolder()
        #expect(try TensorArchive(contentsOf: folder.file("a.pt", holding: views(8))).tensors().count == 8)
        try expectRefusal(
            of: views(40), as: "a.pt", found: "tensors that together take more than 16 times the file's length",
            wanted: "fewer that share their memory")
        let bomb = HostileZip(members: [.deflated("a/data.pkl", [UInt8](repeating: 0x4E, count: 17 << 20))])
        try expectRefusal(of: bomb.bytes, as: "a.pt", found: "\(17 << 20) bytes", wanted: "at most 16777216")
    }

    @Test func damageInAStorageIsFound() throws {
        let folder = try TemporaryFolder()
        var bytes = Pickle().tensor(count: 4, extents: [4], strides: [1]).archive()
        let start = try #require(bytes.indices.first { bytes[$0...].starts(with: Array("a/data/0".utf8)) }) + 8
        bytes[start] ^= 1
        let archive = try TensorArchive(contentsOf: folder.file("a.pt", holding: bytes))
        let error = #expect(throws: TensorFileError.self) { try archive.tensor(named: "a") }
        #expect(error?.found.contains("the checksum") == true)
    }
}

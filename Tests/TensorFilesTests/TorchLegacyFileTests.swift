import Foundation
import TestSupport
import Testing

@testable import TensorFiles

@Suite struct TorchLegacyFileTests {
    /// A file of before PyTorch 1.6: the pickle of `object`, the names of storages, and what follows.
    private func file(
        _ object: Pickle, keys: [String] = ["0"],
        rest: [UInt8] = [4, 0, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 0, count: 16),
        version: Int = 1001
    ) -> [UInt8] {
        let names = keys.reduce(Pickle().op(.emptyList, .mark)) { $0.text($1) }.op(.appends, .stop).bytes
        return TorchFile.legacyMagic + [0x2E] + Pickle().int(version).op(.stop).bytes
            + Pickle().op(.emptyDict, .stop).bytes + object.op(.stop).bytes + names + rest
    }

    private let tensor = Pickle().tensor(count: 4, extents: [4], strides: [1])

    @Test func countsAreSignedAndCountElements() throws {
        let folder = try TemporaryFolder()
        func count(_ bytes: [UInt8]) -> [UInt8] { bytes + [UInt8](repeating: 0, count: 16) }
        #expect(
            try TensorArchive(contentsOf: folder.file("a.pth", holding: file(tensor))).tensors()[0].doubles
                == [0, 0, 0, 0])
        try expectRefusal(
            of: file(tensor, rest: count([UInt8](repeating: 0xFF, count: 8))), as: "a.pth",
            found: "-1 elements of 4 bytes in storage \"0\"", wanted: "at most the 16 bytes that follow")
        try expectRefusal(
            of: file(tensor, rest: count([0, 0, 0, 0, 0, 0, 0, 0x80])), as: "a.pth",
            found: "-9223372036854775808 elements",
            wanted: "at most the 16 bytes")
        try expectRefusal(
            of: file(tensor, rest: count([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F])), as: "a.pth",
            found: "\(Int.max) elements of 4 bytes", wanted: "at most the 16 bytes")
        try expectRefusal(
            of: file(tensor, rest: count([16, 0, 0, 0, 0, 0, 0, 0])), as: "a.pth", found: "16 elements of 4 bytes",
            wanted: "at most the 16 bytes")
        try expectRefusal(
            of: file(tensor, rest: count([3, 0, 0, 0, 0, 0, 0, 0])), as: "a.pth",
            found: "12 bytes in \"storage 0\" for tensor \"a\"", wanted: "4 elements of 4 bytes")
        try expectRefusal(
            of: file(tensor, rest: [1, 2]), as: "a.pth", found: "the end after", wanted: "storage \"0\" at byte")
    }

    @Test func namesOfStoragesMustBeThoseOfThePickle() throws {
        try expectRefusal(
            of: file(tensor, keys: ["1"]), as: "a.pth", found: "storage \"1\" without a tensor",
            wanted: "one that says its type")
        try expectRefusal(
            of: file(tensor, keys: []), as: "a.pth", found: "no storage \"0\" for tensor \"a\"",
            wanted: "one of those that the file names")
        let empty = [UInt8](repeating: 0, count: 8)
        try expectRefusal(
            of: file(tensor, keys: ["0", "0"], rest: empty + empty), as: "a.pth", found: "storage \"0\" twice",
            wanted: "each once")
        let two = Pickle().op(.mark).tensor(count: 4, extents: [4], strides: [1])
            .tensor("DoubleStorage", count: 2, extents: [2], strides: [1]).op(.tuple)
        try expectRefusal(of: file(two), as: "a.pth", found: "storage \"0\" with elements of two sizes", wanted: "one")
        try expectRefusal(of: file(tensor, version: 1002), as: "a.pth", found: "another version", wanted: "1001")
    }

    @Test func viewsMustLieInTheirStorage() throws {
        func view(_ offset: Int, _ length: Int) -> Pickle {
            Pickle().global("torch._utils", "_rebuild_tensor").op(.mark, .mark).text("storage").global(
                "torch", "FloatStorage"
            )
            .text("0").text("cpu").int(4).op(.mark).text("1").int(offset).int(length).op(.tuple, .tuple, .binPersID)
            .int(0).tuple([2]).tuple([1]).op(.tuple, .reduce)
        }
        let folder = try TemporaryFolder()
        let numbers: [UInt8] = [4, 0, 0, 0, 0, 0, 0, 0] + [Float(1), 2, 3, 4].flatMap { [UInt8]($0.bitPattern) }
        #expect(
            try TensorArchive(contentsOf: folder.file("a.pth", holding: file(view(2, 2), rest: numbers))).tensors()[0]
                .doubles
                == [3, 4])
        try expectRefusal(
            of: file(view(3, 1), rest: numbers), as: "a.pth", found: "the shape [2] for tensor \"a\"",
            wanted: "at most the 1 elements")
        try expectRefusal(
            of: file(view(3, 2), rest: numbers), as: "a.pth", found: "a view of the elements 3..<5",
            wanted: "among the 4")
        for (offset, length) in [(-1, 2), (0, -2), (Int.max, 1)] {
            try expectRefusal(
                of: file(view(offset, length), rest: numbers), as: "a.pth", found: "storage \"0\" without a tensor",
                wanted: "one that says its type")
        }
    }

    @Test func whatFollowsIsSaid() throws {
        let folder = try TemporaryFolder()
        let twice = try TensorArchive(contentsOf: folder.file("a.pth", holding: file(tensor) + file(tensor)))
        #expect(twice.entries.count == 1)
        #expect(twice.remarks == ["it goes on for \(file(tensor).count) bytes after its tensors, which are not read"])
    }

    /// Pickles longer than what is read at first, and such as never end.
    @Test func longPicklesAreReadToTheirEnd() throws {
        let folder = try TemporaryFolder()
        let long = Pickle().op(.emptyList, .mark).text(String(repeating: "x", count: 200_000))
            .tensor(count: 4, extents: [4], strides: [1]).op(.appends)
        #expect(try TensorArchive(contentsOf: folder.file("a.pth", holding: file(long))).entries.map(\.name) == ["1"])
        let endless = TorchFile.legacyMagic + [0x2E] + [UInt8](repeating: PickleOpcode.none.rawValue, count: 1 << 18)
        try expectRefusal(of: endless, as: "a.pth", found: "the end after", wanted: "more at byte")
    }
}

@testable import TensorFiles

/// A pickle made by hand, instruction by instruction.
struct Pickle {
    private(set) var bytes: [UInt8] = [0x80, 2]

    /// Appends instructions that need no helper.
    func raw(_ more: [UInt8]) -> Pickle {
        var copy = self
        copy.bytes += more
        return copy
    }

    func op(_ opcodes: PickleOpcode...) -> Pickle { raw(opcodes.map(\.rawValue)) }

    func text(_ text: String) -> Pickle {
        var length: [UInt8] = []
        length.append(littleEndian: UInt32(text.utf8.count))
        return op(.binUnicode).raw(length + Array(text.utf8))
    }

    func int(_ integer: Int) -> Pickle {
        var number: [UInt8] = []
        number.append(littleEndian: Int64(integer))
        return op(.long1).raw([8] + number)
    }

    func global(_ module: String, _ name: String) -> Pickle { op(.global).raw(Array("\(module)\n\(name)\n".utf8)) }

    func put(_ number: UInt8) -> Pickle { op(.binPut).raw([number]) }

    func get(_ number: UInt8) -> Pickle { op(.binGet).raw([number]) }

    /// A tuple of integers.
    func tuple(_ integers: [Int]) -> Pickle { integers.reduce(op(.mark)) { $0.int($1) }.op(.tuple) }

    func storage(_ type: String = "FloatStorage", key: String = "0", count: Int) -> Pickle {
        op(.mark).text("storage").global("torch", type).text(key).text("cpu").int(count).op(.tuple, .binPersID)
    }

    /// A tensor in a storage of `count` elements.
    func tensor(
        _ type: String = "FloatStorage", key: String = "0", count: Int, offset: Int = 0, extents: [Int], strides: [Int]
    ) -> Pickle {
        global("torch._utils", "_rebuild_tensor_v2").op(.mark).storage(type, key: key, count: count).int(offset)
            .tuple(extents).tuple(strides).op(.newFalse).global("collections", "OrderedDict").op(.emptyTuple, .reduce)
            .op(.tuple, .reduce)
    }

    /// The zip archive that `torch.save` would make around this pickle, with one storage of `storage` bytes.
    func archive(storage: [UInt8] = [UInt8](repeating: 0, count: 16)) -> [UInt8] {
        HostileZip(members: [
            HostileZip.Member(name: "a/data.pkl", contents: op(.stop).bytes),
            HostileZip.Member(name: "a/data/0", contents: storage),
        ]).bytes
    }
}

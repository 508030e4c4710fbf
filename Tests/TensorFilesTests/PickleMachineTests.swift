import Randomness
import TestSupport
import Testing

@testable import TensorFiles

@Suite struct PickleMachineTests {
    private func run(_ pickle: Pickle) throws -> (value: PickleValue, machine: PickleMachine) {
        var machine = PickleMachine(file: "f.pt", pickle: pickle.op(.stop).bytes)
        let value = try machine.run()
        return (value, machine)
    }

    private func refusal(
        _ pickle: [UInt8], _ found: String, _ wanted: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        var machine = PickleMachine(file: "f.pt", pickle: pickle)
        let error = #expect(throws: TensorFileError.self, sourceLocation: sourceLocation) { _ = try machine.run() }
        #expect(error?.description.hasPrefix("f.pt: found ") == true, sourceLocation: sourceLocation)
        #expect(error?.found.contains(found) == true, "\(error?.found ?? "")", sourceLocation: sourceLocation)
        #expect(error?.wanted.contains(wanted) == true, "\(error?.wanted ?? "")", sourceLocation: sourceLocation)
    }

    private func refusal(
        _ pickle: Pickle, _ found: String, _ wanted: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        refusal(pickle.op(.stop).bytes, found, wanted, sourceLocation: sourceLocation)
    }

    private func integers(_ pickle: Pickle) throws -> [Int] {
        let (value, machine) = try run(pickle)
        guard case .container(let number) = value else { return [] }
        return machine.containers[number].elements.compactMap {
            if case .integer(let integer) = $0 { integer } else { nil }
        }
    }

    @Test func integersOfEveryLength() throws {
        let pickle = Pickle().op(.mark).op(.binInt1).raw([200]).op(.binInt2).raw([1, 2]).op(.binInt).raw([
            0xFE, 0xFF, 0xFF, 0xFF,
        ])
        .op(.long1).raw([0]).op(.long1).raw([1, 0x80]).op(.long1).raw([2, 0xFF, 0x00]).op(.long4).raw([1, 0, 0, 0, 7])
        .int(.max).int(.min).op(.tuple)
        #expect(try integers(pickle) == [200, 513, -2, 0, -128, 255, 7, .max, .min])
    }

    @Test func containersAndMemo() throws {
        let list = Pickle().op(.emptyList).put(1).int(1).op(.append).op(.mark).int(2).int(3).op(.appends).op(.pop).get(
            1)
        #expect(try integers(list) == [1, 2, 3])
        let memoized = Pickle().int(5).op(.memoize).op(.pop).op(.longBinGet).raw([0, 0, 0, 0]).op(.tuple1)
        #expect(try integers(memoized) == [5])
        let dropped = Pickle().op(.mark).int(1).op(.popMark).op(.mark).int(7).int(8).op(.tuple2).op(.tuple).op(.pop)
            .int(3).op(.tuple1)
        #expect(try integers(dropped) == [3])
        let dictionary = Pickle().op(.emptyDict).text("a").int(1).op(.setItem).op(.mark).text("b").int(2).op(.setItems)
        #expect(try integers(dictionary) == [1, 2])
        let framed = Pickle().op(.frame).raw([5, 0, 0, 0, 0, 0, 0, 0]).int(9).op(.tuple1)
        #expect(try integers(framed) == [9])
    }

    @Test(arguments: [
        ("os", "system"), ("posix", "system"), ("builtins", "eval"), ("torch", "load"), ("torch.nn", "Linear"),
        ("torch", "ComplexFloatStorage"),
        ("torch._utils", "_rebuild_sparse_tensor"), ("collections", "OrderedDict.fromkeys"),
        ("collections", "defaultdict"), ("", ""),
    ])
    func everyOtherGlobalIsRefusedByName(module: String, name: String) {
        let wanted = "only tensors, their storages and OrderedDict (nothing in a pickle is executed)"
        refusal(Pickle().global(module, name), "the global \(module).\(name)", wanted)
        refusal(Pickle().text(module).text(name).op(.stackGlobal), "the global \(module).\(name)", wanted)
    }

    @Test(
        arguments: [
            (0x81, "NEWOBJ"), (0x92, "NEWOBJ_EX"), (0x69, "INST"), (0x6F, "OBJ"), (0x50, "PERSID"), (0x82, "EXT1"),
            (0x8F, "EMPTY_SET"),
            (0x49, "INT"), (0x97, "NEXT_BUFFER"), (0x00, "0x0"), (0xFF, "0xff"),
        ] as [(UInt8, String)])
    func everyOtherInstructionIsRefusedByName(code: UInt8, name: String) {
        refusal([0x80, 2, code], "the instruction \(name) at byte 2", "only instructions that state dictionaries need")
    }

    @Test func stacksThatDoNotWorkOut() {
        refusal(Pickle(), "an empty stack", "a value on it")
        refusal(Pickle().op(.none, .none), "1 values left over", "one value")
        refusal(Pickle().op(.mark, .none), "0 values left over", "one value")
        refusal(Pickle().op(.pop), "an empty stack", "a value on it")
        refusal(Pickle().op(.none, .mark, .pop), "an empty stack", "a value on it")
        refusal(Pickle().op(.tuple), "no mark on the stack", "one")
        refusal(Pickle().op(.popMark), "no mark on the stack", "one")
        refusal(Pickle().op(.none, .tuple2), "too few values on the stack", "2")
        refusal(Pickle().op(.none, .mark, .none, .tuple2), "too few values on the stack", "2")
        refusal(Pickle().op(.setItem), "too few values", "2")
        refusal(Pickle().op(.none, .none, .append), "elements for None", "a list")
        refusal(Pickle().op(.emptyTuple, .none, .append), "elements for a container", "a list")
        refusal(Pickle().op(.emptyDict, .none, .append), "elements for a container", "a list")
        refusal(Pickle().op(.emptyList, .none, .none, .setItem), "elements for a container", "a dictionary")
        refusal(Pickle().op(.emptyDict, .mark, .none, .setItems), "elements for a container", "a dictionary")
        refusal(Pickle().get(7), "no memo 7", "one made before it is used")
        refusal(Pickle().put(7), "an empty stack", "a value on it")
        refusal(Pickle().op(.memoize), "an empty stack", "a value on it")
        refusal(Pickle().op(.none, .stop, .none), "bytes after its end", "a single pickle")
    }

    @Test func callsThatAreNotThoseOfTensors() {
        let ordered = Pickle().global("collections", "OrderedDict")
        refusal(
            ordered.op(.emptyList, .tuple1, .reduce), "a call of collections.OrderedDict with 1 arguments",
            "another use of it")
        refusal(
            ordered.op(.emptyList, .reduce), "a call of the global collections.OrderedDict with a container",
            "and a tuple")
        refusal(
            Pickle().text("os.system").op(.emptyTuple, .reduce), "a call of text with a container", "a known function")
        refusal(
            Pickle().global("torch", "FloatStorage").op(.emptyTuple, .reduce), "a call of torch storage of float32",
            "another use")
        refusal(
            Pickle().global("torch._utils", "_rebuild_parameter").op(.emptyTuple, .reduce), "a parameter", "a tensor")
        refusal(Pickle().op(.emptyDict, .emptyDict, .build), "a state for a container", "one for an OrderedDict only")
        refusal(Pickle().op(.none, .none, .build), "a state for None", "one for an OrderedDict only")
        refusal(Pickle().op(.none, .none, .stackGlobal), "a global named by None and None", "text")
        let rebuild = Pickle().global("torch._utils", "_rebuild_tensor_v2")
        refusal(rebuild.op(.emptyTuple, .reduce), "a tensor of another description", "storage, offset")
        refusal(
            Pickle().tensor(count: 4, offset: -1, extents: [1], strides: [1]), "a tensor of another description",
            "not negative")
        refusal(
            Pickle().tensor(count: 4, extents: [-1], strides: [1]), "a tensor of another description", "not negative")
        refusal(
            Pickle().tensor(count: 4, extents: [1], strides: [-1]), "a tensor of another description", "not negative")
        refusal(Pickle().tensor(count: 4, extents: [1], strides: []), "a tensor of another description", "not negative")
        let withMetadata = rebuild.op(.mark).storage(count: 4).int(0).tuple([1]).tuple([1]).op(.newFalse, .none)
            .op(.emptyDict).text("conj").op(.newTrue, .setItem).op(.tuple, .reduce)
        refusal(withMetadata, "a tensor with metadata", "a plain one")
    }

    @Test func axesAreBounded() throws {
        func tensor(_ rank: Int) -> Pickle {
            let ones = [Int](repeating: 1, count: rank)
            return Pickle().tensor(count: 4, extents: ones, strides: ones)
        }
        #expect(try run(tensor(64)).machine.tensors.map(\.extents.count) == [64])
        refusal(tensor(65), "a tensor of 65 axes", "at most the 64 that PyTorch has")
    }

    /// One description of many axes, from which many calls would make a tensor each.
    @Test func sharedArgumentsAreBounded() throws {
        func calls(_ count: Int) -> Pickle {
            let ones = [Int](repeating: 1, count: 64)
            let function = Pickle().global("torch._utils", "_rebuild_tensor_v2").put(1).op(.pop)
            let arguments = function.op(.mark).storage(count: 4).int(0).tuple(ones).tuple(ones)
                .op(.newFalse, .none, .tuple).put(2).op(.pop)
            return (0..<count).reduce(arguments) { pickle, _ in pickle.get(1).get(2).op(.reduce, .pop) }.op(.none)
        }
        #expect(try run(calls(10)).machine.tensors.count == 10)
        refusal(calls(100), "tensors that share their extents and strides over and over", "as the pickle has bytes")
    }

    @Test func persistentIdentifiersThatAreNotStorages() {
        let wanted = "(\"storage\", class, key, device, number of elements)"
        refusal(Pickle().op(.none, .binPersID), "an unknown persistent identifier", wanted)
        refusal(Pickle().text("0").op(.binPersID), "an unknown persistent identifier", wanted)
        refusal(Pickle().op(.emptyTuple, .binPersID), "an unknown persistent identifier", wanted)
        refusal(Pickle().storage(count: -1), "an unknown persistent identifier", wanted)
        let wrongClass = Pickle().op(.mark).text("storage").global("collections", "OrderedDict").text("0").text("cpu")
            .int(1)
        refusal(wrongClass.op(.tuple, .binPersID), "an unknown persistent identifier", wanted)
        let module = Pickle().op(.mark).text("module").global("torch", "FloatStorage").text("0").text("cpu").int(1)
        refusal(module.op(.tuple, .binPersID), "an unknown persistent identifier", wanted)
    }

    @Test func lengthsThatLie() {
        refusal([0x80, 2, 0x58, 0xFF, 0xFF, 0xFF, 0xFF, 0x61], "the end after 8 bytes", "4294967295 more at byte 7")
        refusal(
            [0x80, 4, 0x8D] + [UInt8](repeating: 0xFF, count: 8), "the end after 11 bytes", "\(Int.max) more at byte 11"
        )
        refusal([0x80, 2, 0x8A, 0xFF, 1], "the end after 5 bytes", "255 more at byte 4")
        refusal([0x80, 2, 0x8B, 0xFF, 0xFF, 0xFF, 0xFF], "the end after 7 bytes", "4294967295 more at byte 7")
        refusal(
            [0x80, 4, 0x95] + [UInt8](repeating: 0xFF, count: 8), "a frame of \(Int.max) bytes", "at most the 0 left")
        refusal([0x80, 6, 0x4E, 0x2E], "pickle protocol 6", "at most 5")
        refusal([0x80], "the end after 1 bytes", "1 more at byte 1")
        refusal([], "the end after 0 bytes", "1 more at byte 0")
        refusal([0x80, 2, 0x63] + Array("os\nsystem".utf8), "no line of text at byte 6", "the name of a global")
        refusal([0x80, 2, 0x63, 0xFF, 10, 10], "no line of text", "the name of a global")
        refusal([0x80, 2, 0x58, 1, 0, 0, 0, 0xFF, 0x2E], "text that is no UTF-8", "UTF-8")
        refusal([0x80, 2, 0x47, 0, 0], "the end after 5 bytes", "8 more at byte 3")
    }

    /// Depth costs nothing, as values refer to containers by number.
    @Test func nestingIsHarmless() throws {
        let depth = 200_000
        let nested = [UInt8](repeating: PickleOpcode.tuple1.rawValue, count: depth)
        let (_, machine) = try run(Pickle().op(.none).raw(nested))
        #expect(machine.containers.count == depth)
        let marks = [UInt8](repeating: PickleOpcode.mark.rawValue, count: depth)
        refusal(Pickle().raw(marks), "an empty stack", "a value on it")
    }

    /// Pickles with random damage, which in an archive the checksum would catch before the machine sees them.
    @Test(arguments: ["checkpoint.pth", "types.pt", "module.pt"]) func damageIsHarmless(fixture: String) throws {
        let file = try RandomAccessFile(Fixture.url("tensor-files/" + fixture))
        let member = try #require(ZipArchive(file).members.first { $0.name.hasSuffix("/data.pkl") })
        let original = try file.contents(of: member, 0..<member.size)
        var generator = SeededGenerator(seed: 13)
        var survivors = 0
        for _ in 0..<2000 {
            var pickle = original
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let position = Int.random(in: 0..<pickle.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: pickle[position] = UInt8.random(in: 0...255, using: &generator)
                case 1: pickle[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                case 2: pickle.remove(at: position)
                default: pickle.insert(pickle[Int.random(in: 0..<pickle.count, using: &generator)], at: position)
                }
            }
            do {
                var machine = PickleMachine(file: "f.pt", pickle: pickle)
                let root = try machine.run()
                let dictionary = try StateDictionary(root, in: machine, length: pickle.count, file: "f.pt")
                survivors += dictionary.tensors.isEmpty ? 0 : 1
            } catch {
                #expect(error.description.hasPrefix("f.pt: found ") && !error.description.contains("\n"))
            }
        }
        // Some damage hits names and numbers only, which still make a state dictionary; a module never is one.
        #expect(fixture == "module.pt" ? survivors == 0 : survivors > 10)
    }
}

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

    /// Whatever a global would do, here it stands for an object that remembers its name.
    @Test(arguments: [
        ("os", "system"), ("posix", "system"), ("builtins", "eval"), ("torch", "load"), ("torch.nn", "Linear"),
        ("", ""),
    ])
    func everyOtherGlobalIsAnInertObject(module: String, name: String) throws {
        let argument = Pickle().text("touch executed").op(.tuple1)
        for pickle in [
            Pickle().global(module, name).raw(argument.bytes.suffix(from: 2).map(\.self)).op(.reduce),
            Pickle().text(module).text(name).op(.stackGlobal).raw(argument.bytes.suffix(from: 2).map(\.self)).op(
                .newObj),
        ] {
            let (value, machine) = try run(pickle.op(.none, .build))
            guard case .object(let number) = value else {
                Issue.record("no object")
                continue
            }
            let global = try machine.globals[Int(#require(machine.objects[number].global))]
            #expect(global.module == module && global.name == name && global.meaning == .foreign)
            guard case .text("touch executed")? = machine.elements(ofTuple: machine.objects[number].arguments)?.first
            else {
                Issue.record("not its argument")
                continue
            }
        }
    }

    @Test(arguments: [0x00, 0xFF, 0x99, 0x01] as [UInt8])
    func otherInstructionsAreRefused(code: UInt8) {
        let name = "0x" + String(code, radix: 16)
        refusal([0x80, 2, code], "the instruction \(name) at byte 2", "one that pickles have")
    }

    /// Protocol 0 is lines of text.
    @Test func numbersAndTextOfProtocol0() throws {
        func lines(_ text: String) throws -> [PickleValue] {
            let (value, machine) = try run(Pickle().op(.mark).raw(Array(text.utf8)).op(.list))
            guard case .container(let number) = value else { return [] }
            return machine.containers[number].elements
        }
        let numbers = try lines("I12\nI01\nI00\nL-5L\nL123456789012345678901234567890L\nF1.5\n")
        #expect(
            numbers.map(\.kind) == [
                "an integer", "a truth value", "a truth value", "an integer", "a number", "a number",
            ])
        guard case .integer(12) = numbers[0], case .bool(true) = numbers[1], case .integer(-5) = numbers[3] else {
            Issue.record("other numbers")
            return
        }
        let texts = try lines("S'a\\x41\\n\\''\nVb\\u00e9\\n\n").map {
            if case .text(let text) = $0 { text } else { "" }
        }
        #expect(texts == ["aA\n'", "bé\\n"])
        let memo = Pickle().raw(Array("I7\np3\n0g3\n".utf8)).op(.tuple1)
        #expect(try integers(memo) == [7])
        refusal(Pickle().raw(Array("Sabc\n".utf8)), "text without its quotation marks", "both")
        refusal(Pickle().op(.none).raw(Array("px\n".utf8)), "the memo \"x\"", "a number")
    }

    @Test func otherContainersAndBytes() throws {
        #expect(try integers(Pickle().op(.emptySet, .mark).int(1).int(2).op(.addItems)) == [1, 2])
        #expect(try integers(Pickle().op(.mark).int(1).int(2).op(.frozenSet)) == [1, 2])
        #expect(try integers(Pickle().op(.mark).text("a").int(2).op(.dict)) == [2])
        #expect(try integers(Pickle().int(3).op(.dup, .tuple2)) == [3, 3])
        refusal(Pickle().op(.mark, .none, .dict), "1 keys and values", "as many of both")
        let bytes = try run(Pickle().op(.byteArray8).raw([2, 0, 0, 0, 0, 0, 0, 0, 7, 8]))
        guard case .bytes(let range) = bytes.value else {
            Issue.record("no bytes")
            return
        }
        #expect(bytes.machine.bytes[range.range].elementsEqual([7, 8]))
        #expect(try run(Pickle().op(.nextBuffer, .readOnlyBuffer)).value.kind == "a number")
        let ancient = try run(Pickle().op(.shortBinString).raw([1, 0xFF]))
        #expect(ancient.value.kind == "bytes")
        #expect(try run(Pickle().op(.ext1).raw([7])).machine.globals[0].description == "extension 7")
    }

    @Test func stacksThatDoNotWorkOut() {
        refusal(Pickle(), "an empty stack", "a value on it")
        refusal(Pickle().op(.none, .none), "1 values left over", "one value")
        refusal(Pickle().op(.mark, .none), "0 values left over", "one value")
        refusal(Pickle().op(.pop), "an empty stack", "a value on it")
        refusal(Pickle().op(.none, .mark, .pop, .none), "1 values left over", "one value")
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

    @Test func callsThatCannotBe() {
        let ordered = Pickle().global("collections", "OrderedDict")
        refusal(ordered.op(.emptyList, .reduce), "a call of a function or class with a container", "and a tuple")
        refusal(Pickle().text("os.system").op(.emptyTuple, .reduce), "a call of text", "a function or class")
        refusal(Pickle().op(.mark, .obj), "no class after a mark", "one")
        refusal(Pickle().global("a", "B").op(.none, .none, .newObjEx), "an instance made of None", "a tuple")
        refusal(Pickle().op(.none, .none, .build), "a state for None", "an object")
        refusal(Pickle().op(.none, .none, .stackGlobal), "a global named by None and None", "text")
        refusal(
            Pickle().global("a", "B").op(.emptyTuple, .reduce, .none, .append, .none, .none, .setItem),
            "elements for an object", "a dictionary to set them in")
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
        refusal([0x80, 2, 0x63] + Array("os\nsystem".utf8), "no line of text at byte 6", "one that ends")
        refusal([0x80, 2, 0x63, 0xFF, 10, 10], "text that is no UTF-8", "UTF-8")
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
                let found = try PickledTensors(root, in: machine, length: pickle.count, file: "f.pt")
                survivors += found.items.isEmpty ? 0 : 1
            } catch {
                #expect(error.description.hasPrefix("f.pt: found ") && !error.description.contains("\n"))
            }
        }
        // Some damage hits names and numbers only.
        #expect(survivors > 10)
    }
}

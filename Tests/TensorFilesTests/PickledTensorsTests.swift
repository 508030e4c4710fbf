import Testing

@testable import TensorFiles

@Suite struct PickledTensorsTests {
    private func found(_ pickle: Pickle) throws -> PickledTensors {
        let bytes = pickle.op(.stop).bytes
        var machine = PickleMachine(file: "f.pt", pickle: bytes)
        let root = try machine.run()
        return try PickledTensors(root, in: machine, length: bytes.count, file: "f.pt")
    }

    private func names(_ pickle: Pickle) throws -> [String] { try found(pickle).items.map(\.name) }

    private func refusal(
        _ pickle: Pickle, _ found: String, _ wanted: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let error = #expect(throws: TensorFileError.self, sourceLocation: sourceLocation) { _ = try names(pickle) }
        #expect(error?.found.contains(found) == true, "\(error?.found ?? "")", sourceLocation: sourceLocation)
        #expect(error?.wanted.contains(wanted) == true, "\(error?.wanted ?? "")", sourceLocation: sourceLocation)
    }

    /// A tensor, which later ones take from memo 9.
    private let tensor = Pickle().tensor(count: 4, extents: [4], strides: [1]).put(9).op(.pop)

    @Test func pathsAreNames() throws {
        let inner = tensor.op(.emptyDict).text("state").op(.emptyDict).op(.mark).text("conv.weight").get(9).int(3).get(
            9
        ).op(.setItems)
        let outer = inner.op(.setItem).text("list").op(.emptyList).op(.mark, .none).get(9).op(.appends, .setItem)
            .text("epoch").int(3).op(.setItem).text("pair").get(9).get(9).op(.tuple2, .setItem)
        #expect(try names(outer) == ["state.conv.weight", "state.3", "list.1", "pair.0", "pair.1"])
        #expect(try names(tensor.get(9)) == [""])
        #expect(try names(Pickle().op(.none)) == [])
        #expect(try names(tensor.op(.emptyDict, .none, .none, .setItem)) == [])
    }

    @Test func whatIsInsideItselfIsNamedOnce() throws {
        let dictionary = Pickle().op(.emptyDict).put(1).text("a").get(1).op(.setItem)
        #expect(try names(dictionary) == [])
        let list = tensor.op(.emptyList).put(1).get(1).op(.tuple1).op(.append).get(9).op(.append)
        #expect(try names(list) == ["1"])
        let ordered = tensor.global("collections", "OrderedDict").op(.emptyTuple, .reduce).put(1).text("a").op(
            .emptyList
        )
        .get(1).op(.append, .setItem).text("b").get(9).op(.setItem)
        #expect(try names(ordered) == ["b"])
        let object = tensor.global("a", "B").op(.emptyTuple, .newObj).put(1).op(.emptyDict).text("me").get(1).op(
            .setItem
        )
        .text("w").get(9).op(.setItem, .build)
        #expect(try names(object) == ["w"])
    }

    @Test func depthIsBounded() throws {
        func nested(_ depth: Int) -> Pickle {
            tensor.get(9).raw([UInt8](repeating: PickleOpcode.tuple1.rawValue, count: depth))
        }
        #expect(try names(nested(64)) == [[String](repeating: "0", count: 64).joined(separator: ".")])
        for depth in [65, 100_000] {
            let deep = try found(nested(depth))
            #expect(deep.items.isEmpty && deep.remarks.count == 1)
            #expect(deep.remarks.first?.contains("nested deeper than 64") == true)
        }
    }

    /// Each tuple holds the one before it twice: 2¹⁶ tensors in 250 bytes, of which one is named.
    @Test func whatIsSharedOverAndOverIsNamedOnce() throws {
        for (leaf, count) in [(tensor.get(9), 2), (Pickle().op(.none), 0)] {
            let doubling = (0..<16).reduce(leaf) { pickle, _ in pickle.put(1).get(1).op(.tuple2) }
            let shared = try found(doubling)
            #expect(shared.items.count == count)
            #expect(shared.remarks == ["it holds containers that many others share; what is in them is named once"])
        }
    }

    @Test func oneTensorOverAndOverIsRefused() throws {
        func list(_ count: Int) -> Pickle {
            (0..<count).reduce(tensor.op(.emptyList, .mark)) { pickle, _ in pickle.get(9) }.op(.appends)
        }
        #expect(try names(list(16)).count == 16)
        refusal(list(1000), "tensors that are named over and over", "one counts as 10, its axes and its keys")
    }

    /// The one key is in the names of all tensors below it.
    @Test func namesTogetherAreBounded() {
        let key = String(repeating: "x", count: 900)
        let inner = (0..<200).reduce(tensor.op(.emptyDict).text(key).op(.emptyDict, .mark)) { $0.int($1).get(9) }
        refusal(
            inner.op(.setItems, .setItem), "names of tensors that together take more than 4 times the pickle's",
            "shorter ones")
    }

    @Test func namesAreBoundedAndUnique() throws {
        let long = String(repeating: "x", count: 1024)
        #expect(try names(tensor.op(.emptyDict).text(long).get(9).op(.setItem)) == [long])
        refusal(
            tensor.op(.emptyDict).text(long + "x").get(9).op(.setItem), "the tensor name \"xxx", "at most 1024 bytes")
        let twice = tensor.op(.emptyDict).text("a").get(9).op(.setItem).text("a").get(9).op(.setItem)
        let joined = tensor.op(.emptyDict).text("a.b").get(9).op(.setItem).text("a").op(.emptyDict).text("b").get(9)
            .op(.setItem, .setItem)
        for (pickle, name) in [(twice, "a"), (joined, "a.b")] {
            let found = try found(pickle)
            #expect(found.items.map(\.name) == [name])
            #expect(found.skipped.map(\.name) == [name] && found.skipped[0].reason == "it is the second of this name")
        }
    }

    @Test func everyKeyHasAName() throws {
        func name(_ key: (Pickle) -> Pickle) throws -> [String] {
            try names(key(tensor.op(.emptyDict)).get(9).op(.setItem))
        }
        #expect(try name { $0.op(.none) } == ["None"])
        #expect(try name { $0.op(.newTrue) } == ["True"])
        #expect(try name { $0.text("a").int(1).op(.tuple2) } == ["(a, 1)"])
        #expect(try name { $0.global("m", "Colour").int(2).op(.tuple1, .reduce) } == ["Colour(2)"])
        #expect(try name { $0.op(.shortBinBytes).raw([1, 0x62]) } == ["b"])
        #expect(try name { $0.op(.binFloat).raw([0, 0, 0, 0, 0, 0, 0, 0]) } == ["number"])
    }

    /// Parts of PyTorch's own old pickles: ordered dictionaries as pairs, parameters as calls of their class, states in two parts.
    @Test func otherFormsOfTheSame() throws {
        let pairs = tensor.global("collections", "OrderedDict").op(.mark, .emptyList).text("a").get(9).op(
            .tuple2, .append
        )
        .op(.emptyList).text("b").op(.append).get(9).op(.append, .append, .tuple, .reduce)
        #expect(try names(pairs) == ["a", "b"])
        let parameter = tensor.op(.emptyDict).text("p").global("torch.nn.parameter", "Parameter").get(9)
            .op(.tuple1, .newObj).op(.newTrue, .newFalse, .emptyDict, .tuple3, .build, .setItem)
        #expect(try names(parameter) == ["p"])
        let slots = tensor.global("a", "B").op(.emptyTuple, .newObj).op(.none, .emptyDict).text("s").get(9)
            .op(.setItem, .tuple2, .build)
        #expect(try names(slots) == ["s"])
        let instance = tensor.op(.mark).get(9).op(.inst).raw(Array("a\nB\n".utf8))
        #expect(try names(instance) == ["0"])
        let made = tensor.op(.mark).global("a", "B").get(9).op(.obj)
        #expect(try names(made) == ["0"])
        let subclass = tensor.global("torch._tensor", "_rebuild_from_type_v2").op(.mark)
            .global("torch._utils", "_rebuild_parameter").global("a", "Parameter").get(9).op(.tuple1, .emptyDict)
            .op(.tuple, .reduce)
        #expect(try names(subclass) == [""])
    }

    @Test func arraysThatShareTheirContentsAreBounded() throws {
        let bytes = Pickle().op(.binBytes).raw([0, 8, 0, 0] + [UInt8](repeating: 0, count: 2048)).put(1).op(.pop)
            .global("numpy", "dtype").text("u1").op(.tuple1, .reduce).put(2).op(.pop)
        func list(_ count: Int) -> Pickle {
            (0..<count).reduce(bytes.op(.emptyList, .mark)) { pickle, _ in
                pickle.global("numpy.core.numeric", "_frombuffer").op(.mark).get(1).get(2).int(2048).op(.tuple1).text(
                    "C"
                )
                .op(.tuple, .reduce)
            }.op(.appends)
        }
        #expect(try names(list(1)) == ["0"])
        refusal(list(10), "arrays that share their contents over and over", "at most the pickle's")
    }
}

import Testing

@testable import TensorFiles

@Suite struct StateDictionaryTests {
    private func names(_ pickle: Pickle) throws -> [String] {
        let bytes = pickle.op(.stop).bytes
        var machine = PickleMachine(file: "f.pt", pickle: bytes)
        let root = try machine.run()
        return try StateDictionary(root, in: machine, length: bytes.count, file: "f.pt").tensors.map(\.name)
    }

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

    @Test func cyclesAreRefused() {
        let dictionary = Pickle().op(.emptyDict).put(1).text("a").get(1).op(.setItem)
        refusal(dictionary, "a container that contains itself", "none such")
        let list = Pickle().op(.emptyList).put(1).get(1).op(.tuple1).op(.append)
        refusal(list, "a container that contains itself", "none such")
        let ordered = Pickle().global("collections", "OrderedDict").op(.emptyTuple, .reduce).put(1).text("a").op(
            .emptyList
        ).get(1)
            .op(.append, .setItem)
        refusal(ordered, "a container that contains itself", "none such")
    }

    @Test func depthIsBounded() throws {
        func nested(_ depth: Int) -> Pickle {
            tensor.get(9).raw([UInt8](repeating: PickleOpcode.tuple1.rawValue, count: depth))
        }
        #expect(try names(nested(64)) == [[String](repeating: "0", count: 64).joined(separator: ".")])
        refusal(nested(65), "containers nested deeper than 64", "at most that depth")
        refusal(nested(100_000), "containers nested deeper than 64", "at most that depth")
    }

    /// Each tuple holds the one before it twice: 2¹⁶ tensors in 250 bytes.
    @Test func sharingOverAndOverIsRefused() {
        for leaf in [tensor.get(9), Pickle().op(.none)] {
            let doubling = (0..<16).reduce(leaf) { pickle, _ in pickle.put(1).get(1).op(.tuple2) }
            refusal(
                doubling, "containers that share their contents over and over",
                "at most as many values as the pickle has bytes")
        }
    }

    /// Two bytes each, for what takes a hundred times that.
    @Test func oneTensorOverAndOverIsRefused() throws {
        func list(_ count: Int) -> Pickle {
            (0..<count).reduce(tensor.op(.emptyList, .mark)) { pickle, _ in pickle.get(9) }.op(.appends)
        }
        #expect(try names(list(16)).count == 16)
        refusal(list(1000), "containers that share their contents", "a tensor counts as 8 and its axes")
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
        refusal(
            tensor.op(.emptyDict).text("a").get(9).op(.setItem).text("a").get(9).op(.setItem),
            "two tensors named \"a\"", "each name once")
        refusal(
            tensor.op(.emptyDict).text("a.b").get(9).op(.setItem).text("a").op(.emptyDict).text("b").get(9).op(
                .setItem, .setItem),
            "two tensors named \"a.b\"", "each name once")
        refusal(tensor.op(.emptyDict).op(.none).get(9).op(.setItem), "neither text nor an integer", "one of these")
    }
}

/// Memory that tensors of a PyTorch file lie in, as a persistent identifier describes it.
struct TorchStorage: Hashable {
    /// The type of the elements; nil where the storage holds bytes, and its tensors say.
    var elements: TorchElements?
    /// The name under which the file keeps it.
    var key: String
    /// The number of elements, as the pickle states it.
    var count: Int
    /// Where it begins in the storage of its key, and how long it is, in elements: old files have views of storages.
    var view: Range<Int>?
}

/// A tensor as a pickle describes it, before any check but that no number is negative.
enum TorchTensor {
    /// Elements of a storage.
    case strided(TorchStorage, elements: TorchElements, offset: Int, extents: [Int], strides: [Int])
    /// A NumPy array.
    case array(NumPyArray)
    /// A tensor that is left out, and why.
    case skipped(String)

    /// The number of axes.
    var rank: Int {
        switch self {
        case .strided(_, _, _, let extents, _): extents.count
        case .array(let array): array.extents.count
        case .skipped: 0
        }
    }
}

extension PickleMachine {
    /// The tuple's elements, or nil where `value` is no tuple.
    func elements(ofTuple value: PickleValue) -> [PickleValue]? {
        guard case .container(let number) = value, containers[number].kind == .tuple else { return nil }
        return containers[number].elements
    }

    /// What the function or class is taken for that made the object of this `number`.
    func meaning(ofObject number: Int) -> TorchGlobal {
        objects[number].global.map { globals[Int($0)].meaning } ?? .foreign
    }

    /// What `value` is taken for, where it is a function or class.
    func meaning(of value: PickleValue) -> TorchGlobal? {
        if case .global(let number) = value { globals[number].meaning } else { nil }
    }

    /// The integers in a tuple, list or `torch.Size`, none of which is negative; nil where `value` is something else.
    func unsignedElements(of value: PickleValue) -> [Int]? {
        var value = value
        if case .object(let number) = value, meaning(ofObject: number) == .sequence,
            let first = elements(ofTuple: objects[number].arguments)?.first
        {
            value = first
        }
        guard case .container(let number) = value, !containers[number].isKeyed,
            containers[number].elements.count <= max(TorchFile.maximumRank, NpyHeader.maximumRank) + 1
        else { return nil }
        let elements = containers[number].elements
        let integers = elements.compactMap { if case .integer(let integer) = $0, integer >= 0 { integer } else { nil } }
        return integers.count == elements.count ? integers : nil
    }

    /// The storage that `value`, a persistent identifier, stands for: ("storage", class, key, device, number of elements), and in old
    /// files what it is a view of, or nothing.
    func storage(_ value: PickleValue) -> TorchStorage? {
        guard case .object(let number) = value, objects[number].isPersistent,
            let parts = elements(ofTuple: objects[number].arguments), (5...6).contains(parts.count),
            case .text("storage") = parts[0], let meaning = meaning(of: parts[1]), let key = text(parts[2]),
            case .integer(let count) = parts[4], count >= 0
        else { return nil }
        var storage = TorchStorage(elements: nil, key: key, count: count)
        switch meaning {
        case .storage(let elements): storage.elements = elements
        case .untypedStorage: break
        default: return nil
        }
        if parts.count == 6, let view = elements(ofTuple: parts[5]) {
            guard view.count == 3, case .integer(let offset) = view[1], case .integer(let length) = view[2],
                offset >= 0, length >= 0, offset <= Int.max - length
            else { return nil }
            storage.view = offset..<offset + length
        }
        return storage
    }

    private func text(_ value: PickleValue) -> String? {
        switch value {
        case .text(let text): text
        case .integer(let integer): String(integer)
        default: nil
        }
    }

    /// The tensor that a call of `function` with `arguments` would have made.
    /// - Throws: `TensorFileError` where the arguments are not those of such a call; `error` makes it.
    func tensor(
        of function: TorchGlobal, _ arguments: [PickleValue], _ error: (String, String) -> TensorFileError
    ) throws(TensorFileError) -> TorchTensor {
        // (storage, offset, extents, strides, requires_grad, hooks), with a type the type, and perhaps metadata.
        let isTyped = function == .typedTensor
        guard (isTyped ? 7...8 : 4...7).contains(arguments.count), let storage = storage(arguments[0]),
            case .integer(let offset) = arguments[1], offset >= 0, let extents = unsignedElements(of: arguments[2]),
            let strides = unsignedElements(of: arguments[3]), extents.count == strides.count
        else {
            throw error("a tensor of another description", "storage, offset, extents and strides that are not negative")
        }
        guard extents.count <= TorchFile.maximumRank else {
            throw error("a tensor of \(extents.count) axes", "at most the \(TorchFile.maximumRank) that PyTorch has")
        }
        var elements = storage.elements
        if isTyped {
            guard case .elements(let stated)? = meaning(of: arguments[6]) else {
                return .skipped("its numbers are of a type that is not known")
            }
            elements = stated
        }
        guard let elements else { return .skipped("its storage has no type") }
        if let reason = elements.reasonToSkip { return .skipped(reason) }
        if arguments.count == (isTyped ? 8 : 7), let reason = reasonToSkip(metadata: arguments[isTyped ? 7 : 6]) {
            return .skipped(reason)
        }
        return .strided(storage, elements: elements, offset: offset, extents: extents, strides: strides)
    }

    /// Why a tensor with this metadata is no plain one; nil where it is.
    private func reasonToSkip(metadata: PickleValue) -> String? {
        var items: [PickleValue] = []
        switch metadata {
        case .container(let number): items = containers[number].elements
        case .object(let number): items = objects[number].items
        default: break
        }
        for (key, value) in zip(items, items.dropFirst()) {
            guard case .text(let key) = key, case .bool(true) = value else { continue }
            if key == "conj" { return "its numbers are complex (a conjugate)" }
            if key == "neg" { return "its elements are stored with the other sign" }
        }
        return nil
    }
}

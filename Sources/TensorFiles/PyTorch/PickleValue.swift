/// What a pickle can hold here: references to its containers by number, so that cycles are harmless and nothing recurses.
enum PickleValue {
    case none
    case integer(Int)
    case text(String)
    /// A number, truth value or string of bytes that nothing needs to know.
    case other
    /// The container of this number.
    case container(Int)
    case global(TorchGlobal)
    /// The storage of this number.
    case storage(Int)
    /// The tensor of this number.
    case tensor(Int)

    /// What this is, for messages.
    var kind: String {
        switch self {
        case .none: "None"
        case .integer: "an integer"
        case .text: "text"
        case .other: "a number or bytes"
        case .container: "a container"
        case .global(let global): "the global \(global.name)"
        case .storage: "a storage"
        case .tensor: "a tensor"
        }
    }
}

/// A container in a pickle.
struct PickleContainer {
    enum Kind {
        case list, tuple, dictionary, orderedDictionary
    }

    let kind: Kind
    /// The elements; keys and values in turn where they have keys.
    var elements: [PickleValue] = []

    /// Whether elements are keys and values in turn.
    var isKeyed: Bool { kind == .dictionary || kind == .orderedDictionary }
}

/// The functions and classes that a pickled state dictionary may name. They stand for what this reader does; none is ever called.
enum TorchGlobal: Hashable {
    case orderedDictionary
    case rebuildTensor
    case rebuildParameter
    case storage(ScalarType)

    /// The global `name` of the Python module `module`, or nil where it is not one of the few allowed.
    init?(module: String, name: String) {
        switch (module, name) {
        case ("collections", "OrderedDict"): self = .orderedDictionary
        case ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor
        case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
        case ("torch", _):
            guard let type = ScalarType(torchStorageName: name) else { return nil }
            self = .storage(type)
        default: return nil
        }
    }

    /// The name for messages.
    var name: String {
        switch self {
        case .orderedDictionary: "collections.OrderedDict"
        case .rebuildTensor: "torch._utils._rebuild_tensor_v2"
        case .rebuildParameter: "torch._utils._rebuild_parameter"
        case .storage(let type): "torch storage of \(type)"
        }
    }
}

/// Memory that tensors of a PyTorch file lie in.
struct TorchStorage: Hashable {
    var scalarType: ScalarType
    /// The name of the archive's member in `data/`.
    var key: String
    /// The number of elements, as the pickle states it.
    var count: Int
}

/// A tensor as the pickle describes it, before any check but that no number is negative.
struct TorchTensor {
    var storage: TorchStorage
    /// The position in the storage of the first element.
    var offset: Int
    var extents: [Int]
    /// As many as there are extents, counted in elements.
    var strides: [Int]
}

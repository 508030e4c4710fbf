/// What a pickle can hold here: references to its containers and objects by number, so that cycles are harmless and nothing recurses.
enum PickleValue {
    case none
    case bool(Bool)
    case integer(Int)
    case text(String)
    case bytes(PickleBytes)
    /// A number that nothing needs to know, or a buffer outside the pickle.
    case other
    /// The container of this number.
    case container(Int)
    /// The object of this number.
    case object(Int)
    /// The function or class of this number.
    case global(Int)

    /// What this is, for messages.
    var kind: String {
        switch self {
        case .none: "None"
        case .bool: "a truth value"
        case .integer: "an integer"
        case .text: "text"
        case .bytes: "bytes"
        case .other: "a number"
        case .container: "a container"
        case .object: "an object"
        case .global: "a function or class"
        }
    }
}

/// A run of bytes in the pickle itself.
struct PickleBytes: Hashable {
    private let start: UInt32
    private let length: UInt32

    /// - Precondition: The pickle is no longer than `TorchFile.maximumPickleLength`.
    init(_ range: Range<Int>) {
        start = UInt32(range.lowerBound)
        length = UInt32(range.count)
    }

    /// The positions in the pickle.
    var range: Range<Int> { Int(start)..<Int(start) + Int(length) }
}

/// A container in a pickle.
struct PickleContainer {
    enum Kind {
        case list, tuple, dictionary, set
    }

    let kind: Kind
    /// The elements; keys and values in turn where they have keys.
    var elements: [PickleValue] = []

    /// Whether elements are keys and values in turn.
    var isKeyed: Bool { kind == .dictionary }
}

/// A function or class by its name. Whatever it does, here it does nothing.
struct PickleGlobal: Hashable {
    var module: String
    var name: String
    /// What this reader takes it for.
    let meaning: TorchGlobal

    init(module: String, name: String) {
        (self.module, self.name) = (module, name)
        meaning = TorchGlobal(module: module, name: name)
    }

    /// The full name.
    var description: String { module.isEmpty ? name : "\(module).\(name)" }
}

/// What a function or class would have made: never made, but remembered with all that it would have been made from.
struct PickleObject {
    /// The number of the function or class; nil of what an object would have returned, and of persistent identifiers.
    var global: Int32?
    /// Whether this stands for a persistent identifier, which is the argument.
    var isPersistent = false
    /// Whether `items` are keys and values in turn.
    var isKeyed = false
    /// A tuple of arguments, or the persistent identifier.
    var arguments: PickleValue
    /// What it would have been told to be afterwards.
    var state = PickleValue.none
    /// What would have been appended to it, or set in it.
    var items: [PickleValue] = []
}

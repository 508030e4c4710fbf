/// The tensors that a pickled value holds, each under the path that leads to it.
///
/// Keys, positions and names of attributes are joined by dots: {"state_dict": {"conv1.weight": tensor}, "epoch": 3} gives
/// `state_dict.conv1.weight`, the tensors of a list are named 0, 1, …, and whatever is no tensor is left out. Modules of PyTorch give the
/// names of their `state_dict()`. A container inside itself is not entered again. Containers that are reached in so many ways that
/// looking at all would take more steps than the pickle has bytes are looked at once.
struct PickledTensors {
    /// A tensor and what leads to it.
    struct Item {
        let name: String
        let path: [String]
        let tensor: TorchTensor
        let use: TensorUse
    }

    /// The tensors in the order of the pickle. The name is empty where the value is itself a tensor.
    private(set) var items: [Item] = []
    /// Tensors that have no place among them.
    private(set) var skipped: [TensorArchive.Skipped] = []
    /// What a reader should know, a sentence each.
    private(set) var remarks: [String] = []

    private let file: String
    private let machine: PickleMachine
    private let length: Int
    /// The containers and objects on the way to the one looked at.
    private var way: [Place] = []
    /// The keys on that way.
    private var keys: [String] = []
    private var names: Set<String> = []
    private var isTooDeep = false
    /// Those that were looked at; nil while they may be looked at again and again.
    private var seen: Set<Place>?
    /// How many more values may be looked at.
    private var patience: Int
    /// How many more bytes of UTF-8 names may take.
    private var roomForNames: Int
    /// How many more bytes arrays may take.
    private var roomForArrays: Int

    private enum Place: Hashable {
        case container(Int), object(Int)
    }

    /// How deep containers may lie in containers.
    private static let maximumDepth = 64
    /// The length of the longest name, in bytes of UTF-8.
    private static let maximumNameLength = 1024
    /// How many times the pickle's length all names may take together: the keys on the way to a tensor are in each of its names.
    private static let maximumNameSharing = 4
    /// How many values a tensor counts as, its axes and keys aside: it takes the memory of as many, however short the reference to it.
    private static let tensorWeight = 10

    /// Collects the tensors of `root`, a value of `machine`, from a pickle of `length` bytes.
    init(_ root: PickleValue, in machine: PickleMachine, length: Int, file: String) throws(TensorFileError) {
        self.machine = machine
        self.file = file
        self.length = length
        // A value takes a byte at least, so only containers reached over and over hold more of them.
        (patience, roomForNames, roomForArrays) = (length, Self.maximumNameSharing * length, length)
        do {
            try visit(root)
        } catch  where patience < 0 && seen == nil {
            (patience, roomForNames, roomForArrays) = (length, Self.maximumNameSharing * length, length)
            (items, skipped, way, keys, names, seen) = ([], [], [], [], [], [])
            try visit(root)
            remarks.append("it holds containers that many others share; what is in them is named once")
        }
        if isTooDeep {
            remarks.append(
                "it holds containers nested deeper than \(Self.maximumDepth), in which no tensors are looked for")
        }
        remarks += foreignNames.map { [$0] } ?? []
    }

    /// A sentence that counts the functions and classes of which nothing is known, and names a few.
    private var foreignNames: String? {
        let foreign = machine.globals.filter { global in
            global.meaning == .foreign && !ModuleClass.isKnown(global)
        }
        guard !foreign.isEmpty else { return nil }
        let named = foreign.prefix(4).map { "'\($0.description.printable(limit: 80))'" }
        let more = foreign.count - named.count
        let list = more > 0 ? named.joined(separator: ", ") + " and \(more) more" : named.joined(separator: ", ")
        return "it names \(foreign.count) \(foreign.count == 1 ? "class or function" : "classes and functions")"
            + " whose objects are looked through for tensors and are nothing else here: \(list)"
    }
}

// MARK: The walk

extension PickledTensors {
    private mutating func visit(_ value: PickleValue, use: TensorUse = .unstated) throws(TensorFileError) {
        try spend(1)
        switch value {
        case .container(let number):
            try enter(.container(number)) { (tensors) throws(TensorFileError) in
                let container = tensors.machine.containers[number]
                try tensors.visit(container.elements, keyed: container.isKeyed, use: use)
            }
        case .object(let number): try visitObject(number, use: use)
        default: break
        }
    }

    private mutating func spend(_ values: Int) throws(TensorFileError) {
        patience -= values
        guard patience >= 0 else {
            throw error(
                "tensors that are named over and over",
                "at most as many as the pickle has bytes, where one counts as \(Self.tensorWeight), its axes and its keys"
            )
        }
    }

    private mutating func enter(
        _ place: Place, _ body: (inout PickledTensors) throws(TensorFileError) -> Void
    ) throws(TensorFileError) {
        guard !way.contains(place) else { return }
        guard way.count < Self.maximumDepth else {
            isTooDeep = true
            return
        }
        if seen != nil, seen?.insert(place).inserted == false { return }
        way.append(place)
        defer { way.removeLast() }
        try body(&self)
    }

    /// Looks at elements under their keys, or positions from `start` on.
    private mutating func visit(
        _ elements: [PickleValue], keyed: Bool, from start: Int = 0, use: TensorUse = .unstated
    ) throws(TensorFileError) {
        if keyed {
            for index in stride(from: 0, to: elements.count - 1, by: 2) {
                switch elements[index + 1] {
                case .container, .object: try visit(elements[index + 1], under: key(elements[index]), use: use)
                default: try spend(1)
                }
            }
        } else {
            for (index, element) in elements.enumerated() {
                let name = String(start + index)
                try visit(element, under: name, use: use)
            }
        }
    }

    private mutating func visit(
        _ value: PickleValue, under key: String, use: TensorUse = .unstated
    ) throws(TensorFileError) {
        switch value {
        case .container, .object:
            keys.append(key)
            defer { keys.removeLast() }
            try visit(value, use: use)
        default: try spend(1)
        }
    }

    private mutating func visitObject(_ number: Int, use: TensorUse) throws(TensorFileError) {
        let object = machine.objects[number]
        guard !object.isPersistent else { return }
        let meaning = machine.meaning(ofObject: number)
        let arguments = machine.elements(ofTuple: object.arguments) ?? []
        switch meaning {
        case .tensor, .typedTensor: try add(machine.tensor(of: meaning, arguments, error), use)
        case .unreadable(let reason): try add(.skipped(reason), use)
        case .array, .arrayOfBuffer: try add(machine.array(ofObject: number), use)
        case .plain, .storage, .untypedStorage, .elements, .encoded, .arrayType, .newObject: break
        case .itsFirstArgument:
            guard let first = arguments.first else { return }
            try enter(.object(number)) { (tensors) throws(TensorFileError) in try tensors.visit(first, use: use) }
        case .tensorOfClass:
            guard arguments.count >= 3, let function = machine.meaning(of: arguments[0]),
                let inner = machine.elements(ofTuple: arguments[2])
            else { return try add(.skipped("it is described in a way that is not known"), use) }
            switch function {
            case .tensor, .typedTensor: try add(machine.tensor(of: function, inner, error), use)
            case .itsFirstArgument:
                guard let first = inner.first else { return }
                try enter(.object(number)) { (tensors) throws(TensorFileError) in try tensors.visit(first, use: use) }
            case .unreadable(let reason):
                try add(.skipped(reason), use)
                guard arguments.count > 3 else { return }
                try enter(.object(number)) { (tensors) throws(TensorFileError) in try tensors.visit(arguments[3]) }
            default: try add(.skipped("it is made by a function that is not known"), use)
            }
        case .dictionary:
            try enter(.object(number)) { (tensors) throws(TensorFileError) in
                for argument in arguments { try tensors.visitPairs(argument, use: use) }
                try tensors.visit(object.items, keyed: object.isKeyed, use: use)
            }
        case .sequence:
            try enter(.object(number)) { (tensors) throws(TensorFileError) in
                var count = 0
                if case .container(let number)? = arguments.first, !tensors.machine.containers[number].isKeyed {
                    let elements = tensors.machine.containers[number].elements
                    count = elements.count
                    try tensors.spend(1)
                    try tensors.visit(elements, keyed: false, use: use)
                }
                try tensors.visit(object.items, keyed: object.isKeyed, from: count, use: use)
            }
        case .foreign:
            try enter(.object(number)) { (tensors) throws(TensorFileError) in
                try tensors.visitForeign(object, arguments)
            }
        }
    }

    /// Looks at what a dictionary is made from: another one, or pairs of key and value, as Python 2 wrote ordered ones.
    private mutating func visitPairs(_ argument: PickleValue, use: TensorUse) throws(TensorFileError) {
        guard case .container(let number) = argument else { return }
        let container = machine.containers[number]
        if container.isKeyed { return try visit(container.elements, keyed: true, use: use) }
        for pair in container.elements {
            try spend(1)
            guard case .container(let number) = pair, machine.containers[number].elements.count == 2 else { continue }
            try visit(machine.containers[number].elements, keyed: true, use: use)
        }
    }

    private mutating func visitForeign(_ object: PickleObject, _ arguments: [PickleValue]) throws(TensorFileError) {
        let global = object.global.map { machine.globals[Int($0)] }
        let attributes = machine.attributes(of: object.state)
        try spend(attributes?.count ?? 0)
        if let attributes, let module = ModuleClass(global, attributes, machine) {
            // As `state_dict()` does: parameters, buffers, then the modules inside.
            for (name, value) in module.parameters {
                try visit(value, under: name, use: module.use(of: name))
            }
            for (name, value) in module.buffers { try visit(value, under: name, use: module.use(of: name)) }
            for (name, value) in module.modules { try visit(value, under: name) }
            return
        }
        try visit(arguments, keyed: false)
        try visit(object.items, keyed: object.isKeyed)
        guard let attributes else { return try visit(object.state) }
        let script = global.flatMap { ModuleClass(script: $0) }
        for (name, value) in attributes { try visit(value, under: name, use: script?.use(of: name) ?? .unstated) }
    }

    private mutating func add(_ tensor: TorchTensor, _ use: TensorUse) throws(TensorFileError) {
        try spend(Self.tensorWeight - 1 + tensor.rank + keys.count)
        var name = ""
        for (index, key) in keys.enumerated() {
            name += index == 0 ? key : "." + key
            guard name.utf8.count <= Self.maximumNameLength else {
                throw error("the tensor name \(name.quoted)", "a name of at most \(Self.maximumNameLength) bytes")
            }
        }
        roomForNames -= name.utf8.count
        guard roomForNames >= 0 else {
            throw error(
                "names of tensors that together take more than \(Self.maximumNameSharing) times the pickle's \(length) bytes",
                "shorter ones")
        }
        if case .array(let array) = tensor {
            roomForArrays -= array.storedCount
            guard roomForArrays >= 0 else {
                throw error("arrays that share their contents over and over", "at most the pickle's \(length) bytes")
            }
        }
        guard names.insert(name).inserted else {
            skipped.append(TensorArchive.Skipped(name: name, reason: "it is the second of this name"))
            return
        }
        items.append(Item(name: name, path: keys, tensor: tensor, use: use))
    }

    private func error(_ found: String, _ wanted: String) -> TensorFileError {
        TensorFileError(file: file, found: found, wanted: wanted)
    }
}

// MARK: Keys

extension PickledTensors {
    /// A key as a part of a name. Text and integers are themselves; others look as in Python, as far as they are plain.
    private func key(_ value: PickleValue) -> String { machine.key(value, depth: 0) }
}

extension PickleMachine {
    fileprivate func key(_ value: PickleValue, depth: Int) -> String {
        switch value {
        case .text(let text): return text
        case .integer(let integer): return String(integer)
        case .none: return "None"
        case .bool(let bool): return bool ? "True" : "False"
        case .bytes(let key): return String(decoding: bytes[key.range].prefix(64), as: UTF8.self)
        case .other: return "number"
        case .global(let number): return globals[number].name
        case .container(let number):
            guard depth < 2 else { return "…" }
            let elements = containers[number].elements.prefix(8).map { key($0, depth: depth + 1) }
            return "(" + elements.joined(separator: ", ") + ")"
        case .object(let number):
            let name = objects[number].global.map { globals[Int($0)].name } ?? "object"
            guard depth < 2 else { return name }
            let arguments = elements(ofTuple: objects[number].arguments) ?? []
            return name + "(" + arguments.prefix(8).map { key($0, depth: depth + 1) }.joined(separator: ", ") + ")"
        }
    }

    /// The attributes that a state sets: a dictionary of them, or that and one of slots; nil where it is another state.
    func attributes(of state: PickleValue) -> [(name: String, value: PickleValue)]? {
        if let items = keyedItems(of: state) { return items }
        guard let pair = elements(ofTuple: state), pair.count == 2, let slots = keyedItems(of: pair[1]) else {
            return nil
        }
        if case .none = pair[0] { return slots }
        return keyedItems(of: pair[0]).map { $0 + slots }
    }

    /// The items of a dictionary of any kind, without those whose keys are no text; nil where `value` is none.
    func keyedItems(of value: PickleValue) -> [(name: String, value: PickleValue)]? {
        var items: [PickleValue]
        switch value {
        case .container(let number) where containers[number].isKeyed: items = containers[number].elements
        case .object(let number) where meaning(ofObject: number) == .dictionary:
            items = objects[number].items
            // Python 2 wrote ordered dictionaries as lists of pairs.
            if case .container(let pairs)? = elements(ofTuple: objects[number].arguments)?.first {
                for case .container(let pair) in containers[pairs].elements
                where containers[pair].elements.count == 2 {
                    items += containers[pair].elements
                }
            }
        default: return nil
        }
        return stride(from: 0, to: items.count - 1, by: 2).compactMap { index in
            guard case .text(let name) = items[index] else { return nil }
            return (name, items[index + 1])
        }
    }
}

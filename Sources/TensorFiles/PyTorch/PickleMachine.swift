/// Reads a pickled state dictionary without executing anything.
///
/// A pickle is a program for a machine with a stack and a memo. This machine has only the instructions that build containers,
/// numbers and text; the few functions that a state dictionary calls are known by name and stand for values described here. Every
/// other function, class or instruction is an error that names it. Each instruction makes at most one value, so memory is
/// proportional to the pickle's length; values refer to containers by number, so that no cycle and no depth does any harm.
/// Source: Python's `pickletools`, and `torch.serialization`.
struct PickleMachine {
    private let file: String
    private var cursor: ByteCursor
    private var stack: [PickleValue] = []
    private var marks: [Int] = []
    private var memo: [Int: PickleValue] = [:]

    /// The containers made so far, by number.
    private(set) var containers: [PickleContainer] = []
    /// The storages named so far, by number.
    private var storages: [TorchStorage] = []
    /// The tensors made so far, by number.
    private(set) var tensors: [TorchTensor] = []
    /// The number of extents and strides of all tensors together.
    private var axisCount = 0

    /// A machine that will read `pickle`, from the member of a file that `file` names.
    init(file: String, pickle: [UInt8]) {
        self.file = file
        cursor = ByteCursor(pickle)
    }

    /// Reads the whole pickle and returns the value that it holds.
    mutating func run() throws(TensorFileError) -> PickleValue {
        while true {
            let position = cursor.position
            let code = UInt8(truncatingIfNeeded: try number(1))
            guard let opcode = PickleOpcode(rawValue: code) else {
                throw error(
                    "the instruction \(PickleOpcode.nameOfRefused(code)) at byte \(position)",
                    "only instructions that state dictionaries need")
            }
            if opcode == .stop { break }
            try execute(opcode)
        }
        let result = try pop()
        guard stack.isEmpty, marks.isEmpty else { throw error("\(stack.count) values left over", "one value") }
        guard cursor.remaining == 0 else {
            throw error("\(cursor.remaining) bytes after its end", "a single pickle")
        }
        return result
    }

    private mutating func execute(_ opcode: PickleOpcode) throws(TensorFileError) {
        switch opcode {
        case .none, .newTrue, .newFalse, .binInt, .binInt1, .binInt2, .long1, .long4, .binFloat: try pushNumber(opcode)
        case .binUnicode: try pushText(length: number(4))
        case .shortBinUnicode: try pushText(length: number(1))
        case .binUnicode8: try pushText(length: number(8))
        case .binBytes: try pushBytes(length: number(4))
        case .shortBinBytes: try pushBytes(length: number(1))
        case .binBytes8: try pushBytes(length: number(8))
        case .mark: marks.append(stack.count)
        case .pop: _ = try pop()
        case .popMark: _ = try popToMark()
        case .emptyTuple, .tuple, .tuple1, .tuple2, .tuple3, .emptyList, .emptyDict: try pushContainer(opcode)
        case .append: try extend([pop()], keyed: false)
        case .appends: try extend(popToMark(), keyed: false)
        case .setItem: try extend(pop(2), keyed: true)
        case .setItems: try extend(popToMark(), keyed: true)
        case .binGet: try recall(number(1))
        case .longBinGet: try recall(number(4))
        case .binPut: memo[try number(1)] = try top()
        case .longBinPut: memo[try number(4)] = try top()
        case .memoize: memo[memo.count] = try top()
        case .global: try pushGlobal(module: line(), name: line())
        case .stackGlobal: try pushStackGlobal()
        case .binPersID: try pushStorage(pop())
        case .reduce: try call()
        case .build: try setState()
        case .proto:
            let version = try number(1)
            guard version <= 5 else { throw error("pickle protocol \(version)", "at most 5") }
        case .frame:
            let length = try number(8)
            guard length <= cursor.remaining else {
                throw error("a frame of \(length) bytes", "at most the \(cursor.remaining) left")
            }
        case .stop: break
        }
    }
}

// MARK: Values

extension PickleMachine {
    private mutating func pushNumber(_ opcode: PickleOpcode) throws(TensorFileError) {
        switch opcode {
        case .none: stack.append(.none)
        case .binInt: try stack.append(.integer(Int(Int32(truncatingIfNeeded: number(4)))))
        case .binInt1: try stack.append(.integer(number(1)))
        case .binInt2: try stack.append(.integer(number(2)))
        case .long1: try pushLong(length: number(1))
        case .long4: try pushLong(length: number(4))
        case .binFloat:
            _ = try bytes(8)
            stack.append(.other)
        default: stack.append(.other)
        }
    }

    /// Pushes an integer of `length` bytes in two's complement, lowest first.
    private mutating func pushLong(length: Int) throws(TensorFileError) {
        let bytes = try bytes(length)
        guard length <= 8 else { return stack.append(.other) }
        let isNegative = (bytes.last ?? 0) >= 0x80
        let value = bytes.reversed().reduce(isNegative ? -1 : 0) { $0 << 8 | Int($1) }
        stack.append(.integer(value))
    }

    private mutating func pushText(length: Int) throws(TensorFileError) {
        guard let text = String(strictUTF8: try bytes(length)) else { throw error("text that is no UTF-8", "UTF-8") }
        stack.append(.text(text))
    }

    private mutating func pushBytes(length: Int) throws(TensorFileError) {
        _ = try bytes(length)
        stack.append(.other)
    }

    private mutating func pushContainer(_ opcode: PickleOpcode) throws(TensorFileError) {
        let container: PickleContainer =
            switch opcode {
            case .tuple: PickleContainer(kind: .tuple, elements: try popToMark())
            case .tuple1: PickleContainer(kind: .tuple, elements: try pop(1))
            case .tuple2: PickleContainer(kind: .tuple, elements: try pop(2))
            case .tuple3: PickleContainer(kind: .tuple, elements: try pop(3))
            case .emptyList: PickleContainer(kind: .list)
            case .emptyDict: PickleContainer(kind: .dictionary)
            default: PickleContainer(kind: .tuple)
            }
        push(container)
    }

    private mutating func push(_ container: PickleContainer) {
        stack.append(.container(containers.count))
        containers.append(container)
    }

    /// Appends `elements` to the container on top of the stack, which must have keys or not as they do.
    private mutating func extend(_ elements: [PickleValue], keyed: Bool) throws(TensorFileError) {
        let target = try top()
        guard case .container(let number) = target, containers[number].kind != .tuple,
            containers[number].isKeyed == keyed, !keyed || elements.count % 2 == 0
        else {
            throw error(
                "elements for \(target.kind)", keyed ? "a dictionary to set them in" : "a list to append them to")
        }
        containers[number].elements += elements
    }

    private mutating func recall(_ number: Int) throws(TensorFileError) {
        guard let value = memo[number] else { throw error("no memo \(number)", "one made before it is used") }
        stack.append(value)
    }
}

// MARK: Functions and classes

extension PickleMachine {
    private mutating func pushGlobal(module: String, name: String) throws(TensorFileError) {
        guard let global = TorchGlobal(module: module, name: name) else {
            throw error(
                "the global \("\(module).\(name)".printable(limit: 200))",
                "only tensors, their storages and OrderedDict (nothing in a pickle is executed)")
        }
        stack.append(.global(global))
    }

    private mutating func pushStackGlobal() throws(TensorFileError) {
        let names = try pop(2)
        guard case .text(let module) = names[0], case .text(let name) = names[1] else {
            throw error("a global named by \(names[0].kind) and \(names[1].kind)", "text")
        }
        try pushGlobal(module: module, name: name)
    }

    /// Pushes the storage that a persistent identifier names: ("storage", class, key, device, number of elements).
    private mutating func pushStorage(_ identifier: PickleValue) throws(TensorFileError) {
        guard let parts = tuple(identifier), parts.count == 5, case .text("storage") = parts[0],
            case .global(.storage(let scalarType)) = parts[1], case .text(let key) = parts[2], case .text = parts[3],
            case .integer(let count) = parts[4], count >= 0
        else {
            throw error("an unknown persistent identifier", "(\"storage\", class, key, device, number of elements)")
        }
        stack.append(.storage(storages.count))
        storages.append(TorchStorage(scalarType: scalarType, key: key, count: count))
    }

    /// Does what calling a known function with the arguments on top of the stack would have done.
    private mutating func call() throws(TensorFileError) {
        let values = try pop(2)
        guard case .global(let function) = values[0], let arguments = tuple(values[1]) else {
            throw error("a call of \(values[0].kind) with \(values[1].kind)", "a known function and a tuple")
        }
        switch function {
        case .orderedDictionary where arguments.isEmpty: push(PickleContainer(kind: .orderedDictionary))
        case .rebuildTensor:
            let tensor = try tensor(from: arguments)
            // Calls may share their arguments, of which each tensor takes a copy.
            axisCount += 2 * tensor.extents.count
            guard axisCount <= cursor.bytes.count else {
                throw error(
                    "tensors that share their extents and strides over and over",
                    "at most as many of these as the pickle has bytes")
            }
            stack.append(.tensor(tensors.count))
            tensors.append(tensor)
        case .rebuildParameter:
            guard arguments.count == 3, case .tensor = arguments[0] else {
                throw error(
                    "a parameter that is not made of a tensor", "a tensor, whether it is trained, and its hooks")
            }
            stack.append(arguments[0])
        default: throw error("a call of \(function.name) with \(arguments.count) arguments", "another use of it")
        }
    }

    /// A tensor from (storage, offset, extents, strides, requires_grad, hooks) and perhaps metadata, of which there may be none.
    private func tensor(from arguments: [PickleValue]) throws(TensorFileError) -> TorchTensor {
        guard (6...7).contains(arguments.count), case .storage(let storage) = arguments[0],
            case .integer(let offset) = arguments[1], offset >= 0, let extents = unsignedTuple(arguments[2]),
            let strides = unsignedTuple(arguments[3]), extents.count == strides.count
        else {
            throw error("a tensor of another description", "storage, offset, extents and strides that are not negative")
        }
        guard extents.count <= TorchFile.maximumRank else {
            throw error("a tensor of \(extents.count) axes", "at most the \(TorchFile.maximumRank) that PyTorch has")
        }
        if arguments.count == 7 {
            guard isEmpty(arguments[6]) else { throw error("a tensor with metadata", "a plain one") }
        }
        return TorchTensor(storage: storages[storage], offset: offset, extents: extents, strides: strides)
    }

    /// Takes the state of an ordered dictionary, which holds version numbers that nothing needs.
    private mutating func setState() throws(TensorFileError) {
        _ = try pop()
        let target = try top()
        guard case .container(let number) = target, containers[number].kind == .orderedDictionary else {
            throw error("a state for \(target.kind)", "one for an OrderedDict only")
        }
    }

    private func tuple(_ value: PickleValue) -> [PickleValue]? {
        guard case .container(let number) = value, containers[number].kind == .tuple else { return nil }
        return containers[number].elements
    }

    private func unsignedTuple(_ value: PickleValue) -> [Int]? {
        guard let elements = tuple(value) else { return nil }
        let integers = elements.compactMap { if case .integer(let integer) = $0, integer >= 0 { integer } else { nil } }
        return integers.count == elements.count ? integers : nil
    }

    private func isEmpty(_ value: PickleValue) -> Bool {
        switch value {
        case .none: true
        case .container(let number): containers[number].elements.isEmpty
        default: false
        }
    }
}

// MARK: Stack and bytes

extension PickleMachine {
    private func top() throws(TensorFileError) -> PickleValue {
        guard let value = stack.last, stack.count > marks.last ?? 0 else {
            throw error("an empty stack", "a value on it")
        }
        return value
    }

    private mutating func pop() throws(TensorFileError) -> PickleValue {
        let value = try top()
        stack.removeLast()
        return value
    }

    /// Takes the `count` topmost values, in the order in which they were pushed.
    private mutating func pop(_ count: Int) throws(TensorFileError) -> [PickleValue] {
        guard stack.count - (marks.last ?? 0) >= count else { throw error("too few values on the stack", "\(count)") }
        defer { stack.removeLast(count) }
        return Array(stack.suffix(count))
    }

    /// Takes the values above the last mark, in the order in which they were pushed.
    private mutating func popToMark() throws(TensorFileError) -> [PickleValue] {
        guard let mark = marks.popLast() else { throw error("no mark on the stack", "one") }
        defer { stack.removeLast(stack.count - mark) }
        return Array(stack[mark...])
    }

    private mutating func bytes(_ count: Int) throws(TensorFileError) -> ArraySlice<UInt8> {
        guard let bytes = cursor.take(count) else {
            throw error("the end after \(cursor.bytes.count) bytes", "\(count) more at byte \(cursor.position)")
        }
        return bytes
    }

    private mutating func number(_ size: Int) throws(TensorFileError) -> Int {
        guard let number = cursor.unsigned(size) else {
            throw error("the end after \(cursor.bytes.count) bytes", "\(size) more at byte \(cursor.position)")
        }
        return number
    }

    /// Takes a line of text without its end.
    private mutating func line() throws(TensorFileError) -> String {
        let rest = cursor.bytes[cursor.position...]
        guard let end = rest.firstIndex(of: UInt8(ascii: "\n")),
            let text = String(strictUTF8: try bytes(end - cursor.position))
        else { throw error("no line of text at byte \(cursor.position)", "the name of a global") }
        _ = try bytes(1)
        return text
    }

    private func error(_ found: String, _ wanted: String) -> TensorFileError {
        TensorFileError(file: file, found: found, wanted: wanted)
    }
}

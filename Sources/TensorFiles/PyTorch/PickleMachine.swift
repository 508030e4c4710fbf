/// Reads a pickle, of any of the protocols 0 to 5, without executing anything.
///
/// A pickle is a program for a machine with a stack and a memo. This machine builds its containers, numbers and text. A function or class
/// is a name to it, and what one would have made is an inert object that remembers that name, the arguments, the state and the items. Each
/// instruction makes at most one value, so memory is proportional to the pickle's length; values refer to containers and objects by
/// number, so that no cycle and no depth does any harm.
/// Source: Python's `pickletools`.
struct PickleMachine {
    private let file: String
    private var cursor: ByteCursor
    private var stack: [PickleValue] = []
    private var marks: [Int] = []
    private var memo: [Int: PickleValue] = [:]

    /// The containers made so far, by number.
    private(set) var containers: [PickleContainer] = []
    /// The objects made so far, by number.
    private(set) var objects: [PickleObject] = []
    /// The functions and classes named so far, by number, each once.
    private(set) var globals: [PickleGlobal] = []
    private var globalNumbers: [PickleGlobal: Int] = [:]
    /// Whether the bytes ended within the pickle.
    private(set) var ranOut = false

    /// A machine that will read `pickle` from the byte at `position`, of the part of a file that `file` names.
    init(file: String, pickle: [UInt8], at position: Int = 0) {
        self.file = file
        cursor = ByteCursor(pickle, at: position)
    }

    /// All bytes given, of which the pickle may be a part.
    var bytes: [UInt8] { cursor.bytes }

    /// Where the next instruction lies.
    var position: Int { cursor.position }

    /// Reads the whole pickle and returns the value that it holds; other bytes may follow only where `goesOn`.
    mutating func run(goesOn: Bool = false) throws(TensorFileError) -> PickleValue {
        while true {
            let position = cursor.position
            let code = UInt8(truncatingIfNeeded: try number(1))
            guard let opcode = PickleOpcode(rawValue: code) else {
                throw error("the instruction 0x\(String(code, radix: 16)) at byte \(position)", "one that pickles have")
            }
            if opcode == .stop { break }
            try execute(opcode)
        }
        let result = try pop()
        guard stack.isEmpty, marks.isEmpty else { throw error("\(stack.count) values left over", "one value") }
        guard goesOn || cursor.remaining == 0 else {
            throw error("\(cursor.remaining) bytes after its end", "a single pickle")
        }
        return result
    }

    private mutating func execute(_ opcode: PickleOpcode) throws(TensorFileError) {
        switch opcode {
        case .none, .newTrue, .newFalse, .binInt, .binInt1, .binInt2, .int, .long, .long1, .long4, .float, .binFloat:
            try pushNumber(opcode)
        case .binUnicode, .shortBinUnicode, .binUnicode8, .unicode, .string, .binString, .shortBinString:
            try pushText(opcode)
        case .binBytes: try pushBytes(length: number(4))
        case .shortBinBytes: try pushBytes(length: number(1))
        case .binBytes8, .byteArray8: try pushBytes(length: number(8))
        case .nextBuffer: stack.append(.other)
        case .readOnlyBuffer: _ = try top()
        case .mark: marks.append(stack.count)
        case .pop:
            if let mark = marks.last, mark == stack.count { marks.removeLast() } else { _ = try pop() }
        case .popMark: _ = try popToMark()
        case .dup: try stack.append(top())
        case .emptyTuple, .tuple, .tuple1, .tuple2, .tuple3, .emptyList, .list, .emptyDict, .dict, .emptySet,
            .frozenSet:
            try pushContainer(opcode)
        case .append: try extend([pop()], keyed: false)
        case .appends, .addItems: try extend(popToMark(), keyed: false)
        case .setItem: try extend(pop(2), keyed: true)
        case .setItems: try extend(popToMark(), keyed: true)
        case .get: try recall(decimal())
        case .binGet: try recall(number(1))
        case .longBinGet: try recall(number(4))
        case .put: memo[try decimal()] = try top()
        case .binPut: memo[try number(1)] = try top()
        case .longBinPut: memo[try number(4)] = try top()
        case .memoize: memo[memo.count] = try top()
        case .global, .stackGlobal, .ext1, .ext2, .ext4: try pushGlobal(opcode)
        case .persID: try pushPersistent(.text(line()))
        case .binPersID: try pushPersistent(pop())
        case .reduce, .newObj, .newObjEx, .inst, .obj: try call(opcode)
        case .build: try setState()
        case .proto:
            let version = try number(1)
            guard version <= 5 else { throw error("pickle protocol \(version)", "at most 5") }
        case .frame:
            let length = try number(8)
            guard length <= cursor.remaining else {
                ranOut = true
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
        case .newTrue: stack.append(.bool(true))
        case .newFalse: stack.append(.bool(false))
        case .binInt: try stack.append(.integer(Int(Int32(truncatingIfNeeded: number(4)))))
        case .binInt1: try stack.append(.integer(number(1)))
        case .binInt2: try stack.append(.integer(number(2)))
        case .long1: try pushLong(length: number(1))
        case .long4: try pushLong(length: number(4))
        case .int, .long:
            var digits = try line()
            if opcode == .int, digits == "00" || digits == "01" { return stack.append(.bool(digits == "01")) }
            if digits.hasSuffix("L") { digits.removeLast() }
            // What does not fit is a number that nothing needs to know.
            stack.append(Int(digits).map { .integer($0) } ?? .other)
        case .float:
            _ = try line()
            stack.append(.other)
        default:
            _ = try take(8)
            stack.append(.other)
        }
    }

    /// Pushes an integer of `length` bytes in two's complement, lowest first.
    private mutating func pushLong(length: Int) throws(TensorFileError) {
        let bytes = try take(length)
        guard length <= 8 else { return stack.append(.other) }
        let isNegative = (bytes.last ?? 0) >= 0x80
        let value = bytes.reversed().reduce(isNegative ? -1 : 0) { $0 << 8 | Int($1) }
        stack.append(.integer(value))
    }

    private mutating func pushText(_ opcode: PickleOpcode) throws(TensorFileError) {
        switch opcode {
        case .string:
            let line = try line()
            guard let text = PickleText.unquoted(line) else { throw error("text without its quotation marks", "both") }
            stack.append(.text(text))
        case .unicode:
            let text = try PickleText.rawUnescaped(line())
            stack.append(.text(text))
        case .binString, .shortBinString:
            // Python 2's own strings: text where they are, else bytes.
            let length = try number(opcode == .binString ? 4 : 1)
            let start = cursor.position
            let bytes = try take(length)
            stack.append(String(strictUTF8: bytes).map { .text($0) } ?? .bytes(PickleBytes(start..<start + length)))
        default:
            let length = try number(opcode == .binUnicode ? 4 : opcode == .shortBinUnicode ? 1 : 8)
            guard let text = String(strictUTF8: try take(length)) else { throw error("text that is no UTF-8", "UTF-8") }
            stack.append(.text(text))
        }
    }

    private mutating func pushBytes(length: Int) throws(TensorFileError) {
        let start = cursor.position
        _ = try take(length)
        stack.append(.bytes(PickleBytes(start..<start + length)))
    }

    private mutating func pushContainer(_ opcode: PickleOpcode) throws(TensorFileError) {
        let container: PickleContainer
        switch opcode {
        case .tuple: container = PickleContainer(kind: .tuple, elements: try popToMark())
        case .tuple1: container = PickleContainer(kind: .tuple, elements: try pop(1))
        case .tuple2: container = PickleContainer(kind: .tuple, elements: try pop(2))
        case .tuple3: container = PickleContainer(kind: .tuple, elements: try pop(3))
        case .emptyList: container = PickleContainer(kind: .list)
        case .list: container = PickleContainer(kind: .list, elements: try popToMark())
        case .emptyDict: container = PickleContainer(kind: .dictionary)
        case .dict:
            container = PickleContainer(kind: .dictionary, elements: try popToMark())
            guard container.elements.count % 2 == 0 else {
                throw error("\(container.elements.count) keys and values", "as many of both")
            }
        case .emptySet: container = PickleContainer(kind: .set)
        case .frozenSet: container = PickleContainer(kind: .set, elements: try popToMark())
        default: container = PickleContainer(kind: .tuple)
        }
        push(container)
    }

    private mutating func push(_ container: PickleContainer) {
        stack.append(.container(containers.count))
        containers.append(container)
    }

    /// Appends `elements` to the container or object on top of the stack, which must have keys or not as they do.
    private mutating func extend(_ elements: [PickleValue], keyed: Bool) throws(TensorFileError) {
        let target = try top()
        switch target {
        case .container(let number)
        where containers[number].kind != .tuple && containers[number].isKeyed == keyed
            && (!keyed || elements.count % 2 == 0):
            containers[number].elements += elements
        case .object(let number)
        where (objects[number].items.isEmpty || objects[number].isKeyed == keyed)
            && (!keyed || elements.count % 2 == 0):
            objects[number].isKeyed = keyed
            objects[number].items += elements
        default:
            throw error(
                "elements for \(target.kind)", keyed ? "a dictionary to set them in" : "a list to append them to")
        }
    }

    private mutating func recall(_ number: Int) throws(TensorFileError) {
        guard let value = memo[number] else { throw error("no memo \(number)", "one made before it is used") }
        stack.append(value)
    }
}

// MARK: Functions, classes and what they would make

extension PickleMachine {
    private mutating func pushGlobal(_ opcode: PickleOpcode) throws(TensorFileError) {
        let global: PickleGlobal
        switch opcode {
        case .global: global = PickleGlobal(module: try line(), name: try line())
        case .stackGlobal:
            let names = try pop(2)
            guard case .text(let module) = names[0], case .text(let name) = names[1] else {
                throw error("a global named by \(names[0].kind) and \(names[1].kind)", "text")
            }
            global = PickleGlobal(module: module, name: name)
        default:
            let code = try number(opcode == .ext1 ? 1 : opcode == .ext2 ? 2 : 4)
            global = PickleGlobal(module: "", name: "extension \(code)")
        }
        stack.append(.global(number(of: global)))
    }

    private mutating func number(of global: PickleGlobal) -> Int {
        if let known = globalNumbers[global] { return known }
        globalNumbers[global] = globals.count
        globals.append(global)
        return globals.count - 1
    }

    /// Pushes what a persistent identifier stands for: a class with its source, in PyTorch's old files, or a storage.
    private mutating func pushPersistent(_ identifier: PickleValue) throws(TensorFileError) {
        if let parts = tuple(identifier), parts.count >= 2, case .text("module") = parts[0], case .global = parts[1] {
            return stack.append(parts[1])
        }
        push(PickleObject(global: nil, isPersistent: true, arguments: identifier))
    }

    private mutating func push(_ object: PickleObject) {
        stack.append(.object(objects.count))
        objects.append(object)
    }

    /// Pushes an object in the place of what a call, or making an instance, would have returned.
    private mutating func call(_ opcode: PickleOpcode) throws(TensorFileError) {
        switch opcode {
        case .inst:
            let global = PickleGlobal(module: try line(), name: try line())
            let arguments = try popToMark()
            push(arguments, to: .global(number(of: global)))
        case .obj:
            let values = try popToMark()
            guard let called = values.first else { throw error("no class after a mark", "one") }
            try checkCallable(called)
            push(Array(values.dropFirst()), to: called)
        case .newObjEx:
            let values = try pop(3)
            guard let arguments = tuple(values[1]) else {
                throw error("an instance made of \(values[1].kind)", "a tuple")
            }
            try checkCallable(values[0])
            push(arguments + [values[2]], to: values[0])
        default:
            let values = try pop(2)
            guard var arguments = tuple(values[1]) else {
                throw error("a call of \(values[0].kind) with \(values[1].kind)", "a function or class and a tuple")
            }
            var called = values[0]
            try checkCallable(called)
            if case .global(let global) = called, globals[global].meaning == .newObject, !arguments.isEmpty {
                called = arguments.removeFirst()
                try checkCallable(called)
                // Protocols before 2 give what a subclass of a list or dictionary holds: (class, base, contents).
                guard globals[global].name == "_reconstructor", case .container(let held)? = arguments.last else {
                    return push(arguments, to: called)
                }
                push([], to: called)
                objects[objects.count - 1].isKeyed = containers[held].isKeyed
                objects[objects.count - 1].items = containers[held].elements
                return
            }
            push(PickleObject(global: number(called), arguments: values[1]))
        }
    }

    private func checkCallable(_ value: PickleValue) throws(TensorFileError) {
        switch value {
        case .global, .object: break
        default: throw error("a call of \(value.kind)", "a function or class")
        }
    }

    private func number(_ called: PickleValue) -> Int32? {
        if case .global(let number) = called { Int32(number) } else { nil }
    }

    private mutating func push(_ arguments: [PickleValue], to called: PickleValue) {
        containers.append(PickleContainer(kind: .tuple, elements: arguments))
        push(PickleObject(global: number(called), arguments: .container(containers.count - 1)))
    }

    /// Takes the state of an object; containers have nothing to keep one in that is a tensor's.
    private mutating func setState() throws(TensorFileError) {
        let state = try pop()
        let target = try top()
        switch target {
        case .object(let number): objects[number].state = state
        case .container: break
        default: throw error("a state for \(target.kind)", "an object")
        }
    }

    private func tuple(_ value: PickleValue) -> [PickleValue]? {
        guard case .container(let number) = value, containers[number].kind == .tuple else { return nil }
        return containers[number].elements
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

    private mutating func take(_ count: Int) throws(TensorFileError) -> ArraySlice<UInt8> {
        guard let bytes = cursor.take(count) else {
            ranOut = true
            throw error("the end after \(cursor.bytes.count) bytes", "\(count) more at byte \(cursor.position)")
        }
        return bytes
    }

    private mutating func number(_ size: Int) throws(TensorFileError) -> Int {
        guard let number = cursor.unsigned(size) else {
            ranOut = true
            throw error("the end after \(cursor.bytes.count) bytes", "\(size) more at byte \(cursor.position)")
        }
        return number
    }

    /// Takes a line of text without its end.
    private mutating func line() throws(TensorFileError) -> String {
        let rest = cursor.bytes[cursor.position...]
        guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else {
            ranOut = true
            throw error("no line of text at byte \(cursor.position)", "one that ends")
        }
        guard let text = String(strictUTF8: try take(end - cursor.position)) else {
            throw error("text that is no UTF-8", "UTF-8")
        }
        _ = try take(1)
        return text
    }

    private mutating func decimal() throws(TensorFileError) -> Int {
        let text = try line()
        guard let number = Int(text), number >= 0 else { throw error("the memo \(text.quoted)", "a number") }
        return number
    }

    private func error(_ found: String, _ wanted: String) -> TensorFileError {
        TensorFileError(file: file, found: found, wanted: wanted)
    }
}

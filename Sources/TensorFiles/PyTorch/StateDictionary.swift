/// The tensors that a pickled value holds, each under the path that leads to it.
///
/// Keys and positions are joined by dots: {"state_dict": {"conv1.weight": tensor}, "epoch": 3} gives `state_dict.conv1.weight`, the
/// tensors of a list are named 0, 1, …, and whatever is no tensor is left out.
struct StateDictionary {
    /// The tensors and their names, in the order of the pickle. The name is empty where the value is itself a tensor.
    private(set) var tensors: [(name: String, tensor: TorchTensor)] = []

    private let file: String
    private let machine: PickleMachine
    /// The containers on the way to the one looked at.
    private var path: [Int] = []
    /// The keys on that way; nil for one that is neither text nor an integer.
    private var keys: [String?] = []
    private var names: Set<String> = []
    private let length: Int
    /// How many more values may be looked at.
    private var patience: Int
    /// How many more bytes of UTF-8 names may take.
    private var roomForNames: Int

    /// How deep containers may lie in containers.
    private static let maximumDepth = 64
    /// The length of the longest name, in bytes of UTF-8.
    private static let maximumNameLength = 1024
    /// How many times the pickle's length all names may take together: the keys on the way to a tensor are in each of its names.
    private static let maximumNameSharing = 4
    /// How many values a tensor counts as, its axes aside: it takes the memory of as many, however short the reference to it.
    private static let tensorWeight = 8

    /// Collects the tensors of `root`, a value of `machine`, from a pickle of `length` bytes.
    init(_ root: PickleValue, in machine: PickleMachine, length: Int, file: String) throws(TensorFileError) {
        self.machine = machine
        self.file = file
        self.length = length
        roomForNames = Self.maximumNameSharing * length
        // A value takes a byte at least, so only containers reached over and over hold more of them.
        patience = length
        try visit(root)
    }

    private mutating func visit(_ value: PickleValue) throws(TensorFileError) {
        guard patience > 0 else {
            throw error(
                "containers that share their contents over and over",
                "at most as many values as the pickle has bytes, where a tensor counts as \(Self.tensorWeight) and its axes"
            )
        }
        patience -= 1
        switch value {
        case .tensor(let number):
            let tensor = machine.tensors[number]
            patience -= Self.tensorWeight - 1 + tensor.extents.count
            try add(tensor)
        case .container(let number): try visitContainer(number)
        default: break
        }
    }

    private mutating func visitContainer(_ number: Int) throws(TensorFileError) {
        guard !path.contains(number) else { throw error("a container that contains itself", "none such") }
        guard path.count < Self.maximumDepth else {
            throw error("containers nested deeper than \(Self.maximumDepth)", "at most that depth")
        }
        path.append(number)
        defer { path.removeLast() }
        let container = machine.containers[number]
        let step = container.isKeyed ? 2 : 1
        for index in stride(from: 0, to: container.elements.count, by: step) {
            keys.append(container.isKeyed ? Self.key(container.elements[index]) : String(index))
            defer { keys.removeLast() }
            try visit(container.elements[index + step - 1])
        }
    }

    private mutating func add(_ tensor: TorchTensor) throws(TensorFileError) {
        var name = ""
        for (index, key) in keys.enumerated() {
            guard let key else {
                throw error("a tensor under a key that is neither text nor an integer", "one of these")
            }
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
        guard names.insert(name).inserted else { throw error("two tensors named \(name.quoted)", "each name once") }
        tensors.append((name, tensor))
    }

    private static func key(_ value: PickleValue) -> String? {
        switch value {
        case .text(let text): text
        case .integer(let integer): String(integer)
        default: nil
        }
    }

    private func error(_ found: String, _ wanted: String) -> TensorFileError {
        TensorFileError(file: file, found: found, wanted: wanted)
    }
}

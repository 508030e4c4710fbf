/// A module of PyTorch in a pickle: what of it `state_dict()` would hold, and what its class says of that.
struct ModuleClass {
    /// The parameters, buffers that are kept, and modules inside, in their order.
    let parameters: [(name: String, value: PickleValue)]
    let buffers: [(name: String, value: PickleValue)]
    let modules: [(name: String, value: PickleValue)]
    /// The name of the class, where PyTorch has it.
    private let name: String?
    /// How its weight is read, where it is a convolution.
    private let kernel: KernelUse?
    private let isConvolution: Bool

    /// The module that an object of the class `global` with these attributes is, or nil where it is none.
    init?(_ global: PickleGlobal?, _ attributes: [(name: String, value: PickleValue)], _ machine: PickleMachine) {
        guard attributes.contains(where: { $0.name == "_modules" }) else { return nil }
        let values = Dictionary(attributes.map { ($0.name, $0.value) }) { _, last in last }
        guard let parameters = values["_parameters"].flatMap(machine.keyedItems),
            let modules = values["_modules"].flatMap(machine.keyedItems)
        else { return nil }
        let fleeting = values["_non_persistent_buffers_set"].map(machine.texts) ?? []
        self.parameters = parameters
        self.modules = modules
        buffers = (values["_buffers"].flatMap(machine.keyedItems) ?? []).filter { !fleeting.contains($0.name) }
        name = global.flatMap(Self.name)
        kernel = Self.kernel(values, machine)
        isConvolution = kernel != nil || name?.contains("Conv") == true
    }

    /// The module of TorchScript of the class `global`, whose parameters are attributes; nil where it is none that PyTorch has.
    init?(script global: PickleGlobal) {
        guard let name = Self.name(global), global.module.hasPrefix("__torch__") else { return nil }
        (parameters, buffers, modules) = ([], [], [])
        self.name = name
        isConvolution = name.contains("Conv")
        // Groups, strides and dilations are in the code, which is not read; the order of the axes is the class's.
        switch name {
        case "ConvTranspose1d": kernel = KernelUse(axes: .iow, dilation: [1], stride: [1], isTransposed: true)
        case "ConvTranspose2d": kernel = KernelUse(axes: .iohw, isTransposed: true)
        default: kernel = nil
        }
    }

    /// Whether the class is one of PyTorch's modules, or TorchScript's description of any.
    static func isKnown(_ global: PickleGlobal) -> Bool {
        name(global) != nil || global.module.hasPrefix("__torch__")
    }

    /// The name of one of PyTorch's own modules: `torch.nn.modules.conv.Conv2d` is `Conv2d`, and so it is with TorchScript's prefix
    /// `__torch__` and the numbers that it puts between.
    private static func name(_ global: PickleGlobal) -> String? {
        var parts = global.description.split(separator: ".").filter { !$0.hasPrefix("___torch_mangle_") }
        if parts.first == "__torch__" { parts.removeFirst() }
        guard parts.starts(with: ["torch", "nn", "modules"]), let last = parts.last else { return nil }
        return String(last)
    }

    /// What the tensor called `tensor` in this module is for.
    func use(of tensor: String) -> TensorUse {
        if isConvolution, tensor.hasPrefix("weight") {
            // Weights in parts, by the habits of weight_norm, spectral_norm and pruning, are kernels once they are put together.
            let isKernel = ["weight", "weight_v", "weight_orig"].contains(tensor)
            return isKernel ? kernel.map { .kernel($0) } ?? .unstated : .unstated
        }
        guard let name else { return .unstated }
        return .other("the \(tensor) of a \(name)")
    }

    /// How a convolution reads its weight, by the attributes that all of PyTorch's have; nil where they are missing, and of those in three
    /// dimensions.
    private static func kernel(_ values: [String: PickleValue], _ machine: PickleMachine) -> KernelUse? {
        guard case .bool(let isTransposed)? = values["transposed"], values["output_padding"] != nil,
            case .integer(let groups)? = values["groups"], groups > 0,
            let taps = values["kernel_size"].flatMap(machine.unsignedElements),
            let dilation = values["dilation"].flatMap(machine.unsignedElements), dilation.count == taps.count,
            let stride = values["stride"].flatMap(machine.unsignedElements), stride.count == taps.count
        else { return nil }
        let axes: KernelAxes
        switch taps.count {
        case 1: axes = isTransposed ? .iow : .oiw
        case 2: axes = isTransposed ? .iohw : .oihw
        default: return nil
        }
        return KernelUse(axes: axes, groups: groups, dilation: dilation, stride: stride, isTransposed: isTransposed)
    }
}

extension PickleMachine {
    /// The texts in a set or list.
    fileprivate func texts(in value: PickleValue) -> Set<String> {
        var elements: [PickleValue] = []
        switch value {
        case .container(let number): elements = containers[number].elements
        case .object(let number):
            elements = objects[number].items
            if case .container(let list)? = self.elements(ofTuple: objects[number].arguments)?.first {
                elements += containers[list].elements
            }
        default: break
        }
        return Set(elements.compactMap { if case .text(let text) = $0 { text } else { nil } })
    }
}

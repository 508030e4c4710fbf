/// What this reader takes a function or class in a pickle for. Whatever is not listed here is foreign: its objects are looked through
/// for tensors, and nothing is supposed about them.
enum TorchGlobal: Hashable {
    /// A dictionary whose items are set in it afterwards, or given as pairs.
    case dictionary
    /// A list, tuple or set whose items are appended to it afterwards, or given in a list.
    case sequence
    /// A tensor of (storage, offset, extents, strides, …).
    case tensor
    /// The same with its type of elements after the hooks, in a storage of bytes.
    case typedTensor
    /// Something that is its first argument: a parameter, a tensor on a device, a typed list of TorchScript.
    case itsFirstArgument
    /// A tensor of a class of its own: (function, class, arguments, state).
    case tensorOfClass
    /// A tensor that cannot be read as numbers, with the reason.
    case unreadable(String)
    /// A storage's class.
    case storage(TorchElements)
    /// A storage's class whose elements are bytes.
    case untypedStorage
    /// A type of elements.
    case elements(TorchElements)
    /// Something that makes an instance of the class that is its first argument.
    case newObject
    /// Text as bytes.
    case encoded
    /// A NumPy array whose state says what is in it, one of (bytes, type, shape, order), and a type of elements.
    case array, arrayOfBuffer, arrayType
    /// Something known that holds no tensors.
    case plain
    /// Anything else.
    case foreign

    /// What the global `name` of the Python module `module` is taken for.
    init(module: String, name: String) {
        switch module {
        case "torch.serialization": self = name == "_get_layout" ? .plain : .foreign
        case "torch._utils", "torch._tensor": self = Self.rebuilding[name] ?? .foreign
        case "torch", "torch.cuda", "torch.storage": self = Self.ofTorch(name)
        case "collections":
            self =
                ["OrderedDict", "defaultdict", "Counter"].contains(name)
                ? .dictionary : name == "deque" ? .sequence : .foreign
        case "builtins", "__builtin__":
            switch name {
            case "dict": self = .dictionary
            case "list", "tuple", "set", "frozenset": self = .sequence
            case "bytes", "bytearray": self = .encoded
            case "complex", "int", "long", "float", "str", "bool", "object", "slice", "range", "type": self = .plain
            default: self = .foreign
            }
        case "copyreg", "copy_reg":
            self = ["__newobj__", "__newobj_ex__", "_reconstructor"].contains(name) ? .newObject : .foreign
        case "_codecs": self = name == "encode" ? .encoded : .foreign
        case "torch.nn.parameter", "torch.nn":
            self = ["Parameter", "Buffer"].contains(name) ? .itsFirstArgument : Self.uninitialized(name)
        case "torch.autograd.variable", "torch.autograd": self = name == "Variable" ? .itsFirstArgument : .foreign
        case "torch.jit._pickle":
            self = name.hasPrefix("build_") || name == "restore_type_tag" ? .itsFirstArgument : .foreign
        case "numpy": self = name == "dtype" ? .arrayType : name == "ndarray" ? .plain : .foreign
        case "numpy.core.multiarray", "numpy._core.multiarray":
            self = name == "_reconstruct" ? .array : name == "scalar" ? .plain : .foreign
        case "numpy.core.numeric", "numpy._core.numeric": self = name == "_frombuffer" ? .arrayOfBuffer : .foreign
        default: self = .foreign
        }
    }

    private static func uninitialized(_ name: String) -> TorchGlobal {
        name.hasPrefix("Uninitialized") ? .unreadable("it was never initialised and has no elements") : .foreign
    }

    private static func ofTorch(_ name: String) -> TorchGlobal {
        if name == "UntypedStorage" { return .untypedStorage }
        if name == "Size" { return .sequence }
        if plainNames.contains(name) { return .plain }
        if name.hasSuffix("Storage"), let elements = TorchElements(storageName: name) { return .storage(elements) }
        return TorchElements(dtype: name).map { .elements($0) } ?? .foreign
    }

    private static let plainNames: Set<String> = [
        "device", "Tensor", "per_tensor_affine", "per_channel_affine", "per_tensor_symmetric", "per_channel_symmetric",
        "per_channel_affine_float_qparams", "preserve_format", "contiguous_format", "channels_last", "channels_last_3d",
    ]

    private static let sparse = TorchGlobal.unreadable("it is sparse")

    private static let rebuilding: [String: TorchGlobal] = [
        "_rebuild_tensor": .tensor, "_rebuild_tensor_v2": .tensor, "_rebuild_tensor_v3": .typedTensor,
        "_rebuild_parameter": .itsFirstArgument, "_rebuild_parameter_with_state": .itsFirstArgument,
        "_rebuild_device_tensor_from_cpu_tensor": .itsFirstArgument,
        "_rebuild_device_tensor_from_numpy": .itsFirstArgument, "_rebuild_xla_tensor": .itsFirstArgument,
        "_rebuild_from_type": .tensorOfClass, "_rebuild_from_type_v2": .tensorOfClass,
        "_rebuild_qtensor": .unreadable("it is quantised"),
        "_rebuild_sparse_tensor": sparse, "_rebuild_sparse_csr_tensor": sparse,
        "_rebuild_nested_tensor": .unreadable("it is nested, of rows of different lengths"),
        "_rebuild_meta_tensor_no_storage": .unreadable("it has no elements, only a shape (device meta)"),
        "_rebuild_wrapper_subclass": .unreadable("its elements lie elsewhere, in tensors of its class"),
    ]
}

/// The type of a PyTorch tensor's elements, read here or not.
enum TorchElements: Hashable {
    case numbers(ScalarType)
    /// Elements of `size` bytes that are no numbers here, called `name`.
    case other(name: String, size: Int)

    /// The size of an element in bytes.
    var size: Int {
        switch self {
        case .numbers(let type): type.size
        case .other(_, let size): size
        }
    }

    /// Those of the storages whose class PyTorch calls `storageName`, or nil where there is none.
    init?(storageName name: String) {
        if let type = ScalarType(torchStorageName: name) {
            self = .numbers(type)
            return
        }
        switch name {
        case "ComplexFloatStorage": self = .other(name: "complex64", size: 8)
        case "ComplexDoubleStorage": self = .other(name: "complex128", size: 16)
        case "QInt8Storage": self = .other(name: "qint8", size: 1)
        case "QUInt8Storage": self = .other(name: "quint8", size: 1)
        case "QInt32Storage": self = .other(name: "qint32", size: 4)
        case "QUInt4x2Storage": self = .other(name: "quint4x2", size: 1)
        case "QUInt2x4Storage": self = .other(name: "quint2x4", size: 1)
        default: return nil
        }
    }

    /// Those that PyTorch calls `torch.` and `dtype`, or nil where there are none.
    init?(dtype: String) {
        switch dtype {
        case "float64", "double": self = .numbers(.float64)
        case "float32", "float": self = .numbers(.float32)
        case "float16", "half": self = .numbers(.float16)
        case "bfloat16": self = .numbers(.bfloat16)
        case "float8_e4m3fn": self = .numbers(.float8e4m3)
        case "float8_e4m3fnuz": self = .numbers(.float8e4m3fnuz)
        case "float8_e5m2": self = .numbers(.float8e5m2)
        case "float8_e5m2fnuz": self = .numbers(.float8e5m2fnuz)
        case "float8_e8m0fnu": self = .numbers(.float8e8m0)
        case "int64", "long": self = .numbers(.int64)
        case "int32", "int": self = .numbers(.int32)
        case "int16", "short": self = .numbers(.int16)
        case "int8": self = .numbers(.int8)
        case "uint64": self = .numbers(.uint64)
        case "uint32": self = .numbers(.uint32)
        case "uint16": self = .numbers(.uint16)
        case "uint8": self = .numbers(.uint8)
        case "bool": self = .numbers(.bool)
        case "complex32", "bcomplex32", "chalf": self = .other(name: dtype, size: 4)
        case "complex64", "cfloat": self = .other(name: dtype, size: 8)
        case "complex128", "cdouble": self = .other(name: dtype, size: 16)
        case "float4_e2m1fn_x2", "qint8", "quint8", "quint4x2", "quint2x4", "bits8", "bits1x8", "bits2x4", "bits4x2":
            self = .other(name: dtype, size: 1)
        case "bits16": self = .other(name: dtype, size: 2)
        case "qint32": self = .other(name: dtype, size: 4)
        default: return nil
        }
    }

    /// Those of the number that `torch.export` writes for a type, or nil where there is none.
    init?(exportNumber number: Int) {
        let names = [
            1: "uint8", 2: "int8", 3: "int16", 4: "int32", 5: "int64", 6: "float16", 7: "float32", 8: "float64",
            9: "complex32", 10: "complex64", 11: "complex128", 12: "bool", 13: "bfloat16", 28: "uint16",
            29: "float8_e4m3fn", 30: "float8_e5m2", 31: "float8_e4m3fnuz", 32: "float8_e5m2fnuz", 33: "float8_e8m0fnu",
            34: "uint32", 35: "uint64",
        ]
        guard let name = names[number] else { return nil }
        self.init(dtype: name)
    }

    /// Why elements of this type are left out; nil where they are not.
    var reasonToSkip: String? {
        guard case .other(let name, _) = self else { return nil }
        if name.hasPrefix("q") { return "it is quantised (\(name))" }
        if name.contains("complex") || name.hasPrefix("c") { return "its numbers are complex (\(name))" }
        return "its numbers are of the type \(name)"
    }
}

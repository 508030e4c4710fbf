/// The type of a stored tensor's elements.
public enum ScalarType: Sendable, Hashable, CaseIterable {
    /// IEEE 754 double precision.
    case float64
    /// IEEE 754 single precision.
    case float32
    /// IEEE 754 half precision: 5 bits of exponent, 10 of significand.
    case float16
    /// The upper half of a single-precision number: 8 bits of exponent, 7 of significand.
    case bfloat16
    /// Eight bits with 4 of exponent and 3 of significand, without infinities; and the variant without a negative zero.
    case float8e4m3, float8e4m3fnuz
    /// Eight bits with 5 of exponent and 2 of significand, as IEEE 754; and the variant without a negative zero and infinities.
    case float8e5m2, float8e5m2fnuz
    /// Eight bits of exponent alone: powers of two, for scales.
    case float8e8m0
    /// Signed integers of 64, 32, 16 and 8 bits.
    case int64, int32, int16, int8
    /// Unsigned integers of 64, 32, 16 and 8 bits.
    case uint64, uint32, uint16, uint8
    /// A byte that is 0 for false and anything else for true.
    case bool

    /// The size of one element in bytes.
    public var size: Int {
        switch self {
        case .float64, .int64, .uint64: 8
        case .float32, .int32, .uint32: 4
        case .float16, .bfloat16, .int16, .uint16: 2
        case .int8, .uint8, .bool, .float8e4m3, .float8e4m3fnuz, .float8e5m2, .float8e5m2fnuz, .float8e8m0: 1
        }
    }

    /// Whether elements are floating-point numbers.
    public var isFloatingPoint: Bool {
        switch self {
        case .float64, .float32, .float16, .bfloat16, .float8e4m3, .float8e4m3fnuz, .float8e5m2, .float8e5m2fnuz,
            .float8e8m0:
            true
        default: false
        }
    }

    /// The name in a safetensors header, such as `F32`.
    public var safetensorsName: String {
        switch self {
        case .float64: "F64"
        case .float32: "F32"
        case .float16: "F16"
        case .bfloat16: "BF16"
        case .float8e4m3: "F8_E4M3"
        case .float8e4m3fnuz: "F8_E4M3FNUZ"
        case .float8e5m2: "F8_E5M2"
        case .float8e5m2fnuz: "F8_E5M2FNUZ"
        case .float8e8m0: "F8_E8M0"
        case .int64: "I64"
        case .int32: "I32"
        case .int16: "I16"
        case .int8: "I8"
        case .uint64: "U64"
        case .uint32: "U32"
        case .uint16: "U16"
        case .uint8: "U8"
        case .bool: "BOOL"
        }
    }

    /// The scalar type that a safetensors header calls `name`, or nil where there is none.
    public init?(safetensorsName name: String) {
        guard let type = Self.allCases.first(where: { $0.safetensorsName == name }) else { return nil }
        self = type
    }

    /// NumPy's code for kind and size, such as `f4`; nil for `bfloat16` and the types of 8 bits, which NumPy does not have.
    public var numpyName: String? {
        switch self {
        case .float64: "f8"
        case .float32: "f4"
        case .float16: "f2"
        case .bfloat16, .float8e4m3, .float8e4m3fnuz, .float8e5m2, .float8e5m2fnuz, .float8e8m0: nil
        case .int64: "i8"
        case .int32: "i4"
        case .int16: "i2"
        case .int8: "i1"
        case .uint64: "u8"
        case .uint32: "u4"
        case .uint16: "u2"
        case .uint8: "u1"
        case .bool: "b1"
        }
    }

    /// The scalar type that NumPy calls `name`, or nil where there is none.
    public init?(numpyName name: String) {
        guard let type = Self.allCases.first(where: { $0.numpyName == name }) else { return nil }
        self = type
    }

    /// The name of PyTorch's storages of this type, such as `FloatStorage`; nil for unsigned integers of more than 8 bits
    /// and numbers of 8, which have none.
    var torchStorageName: String? {
        switch self {
        case .float64: "DoubleStorage"
        case .float32: "FloatStorage"
        case .float16: "HalfStorage"
        case .bfloat16: "BFloat16Storage"
        case .int64: "LongStorage"
        case .int32: "IntStorage"
        case .int16: "ShortStorage"
        case .int8: "CharStorage"
        case .uint8: "ByteStorage"
        case .bool: "BoolStorage"
        case .uint64, .uint32, .uint16, .float8e4m3, .float8e4m3fnuz, .float8e5m2, .float8e5m2fnuz, .float8e8m0: nil
        }
    }

    /// The scalar type of the storage that PyTorch calls `name`, such as `FloatStorage`, or nil where there is none.
    init?(torchStorageName name: String) {
        guard let type = Self.allCases.first(where: { $0.torchStorageName == name }) else { return nil }
        self = type
    }
}

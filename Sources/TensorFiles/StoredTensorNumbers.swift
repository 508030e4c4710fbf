import Tensors

extension StoredTensor {
    /// The elements in double precision, in row-major order.
    ///
    /// Exact for every scalar type but 64-bit integers beyond 2⁵³, which are rounded. Booleans become 0 and 1.
    /// - Complexity: O(count).
    public var doubles: [Double] {
        [Double](unsafeUninitializedCapacity: shape.count) { buffer, count in
            write(into: UnsafeMutableBufferPointer(rebasing: buffer[..<shape.count]))
            count = shape.count
        }
    }

    /// The elements in single precision. Double precision and integers beyond 2²⁴ are rounded to the nearest. Booleans become 0 and 1.
    /// - Complexity: O(count).
    public var tensor: Tensor {
        Tensor(shape) { write(into: $0) }
    }

    /// A tensor of `numbers` in row-major order, rounded to the nearest where `scalarType` is narrower.
    /// - Precondition: `scalarType` is a floating-point type of 16 bits or more, and there are as many numbers as `shape` holds.
    public init(name: String, shape: TensorShape, _ numbers: [Double], as scalarType: ScalarType = .float64) {
        self.init(
            name: name, shape: shape, scalarType: scalarType,
            bytes: numbers.withUnsafeBufferPointer { Self.bytes(of: $0, as: scalarType) })
    }

    /// A tensor of `numbers` in row-major order, rounded to the nearest where `scalarType` is narrower.
    /// - Precondition: `scalarType` is a floating-point type of 16 bits or more, and there are as many numbers as `shape` holds.
    public init(name: String, shape: TensorShape, _ numbers: [Float], as scalarType: ScalarType = .float32) {
        self.init(
            name: name, shape: shape, scalarType: scalarType,
            bytes: numbers.withUnsafeBufferPointer { Self.bytes(of: $0, as: scalarType) })
    }

    /// The elements of `tensor`, rounded to the nearest where `scalarType` is narrower.
    /// - Precondition: `scalarType` is a floating-point type of 16 bits or more.
    public init(name: String, _ tensor: Tensor, as scalarType: ScalarType = .float32) {
        self.init(
            name: name, shape: tensor.shape, scalarType: scalarType,
            bytes: tensor.withUnsafeBufferPointer { Self.bytes(of: $0, as: scalarType) })
    }

    /// Writes all elements as `Number`s to `target`, which has room for them.
    private func write<Number: BinaryFloatingPoint>(into target: UnsafeMutableBufferPointer<Number>) {
        switch scalarType {
        case .float64: write(into: target) { (bits: UInt64) in Number(Double(bitPattern: bits)) }
        case .float32: write(into: target) { (bits: UInt32) in Number(Float(bitPattern: bits)) }
        case .float16: write(into: target) { (bits: UInt16) in Number(HalfPrecision.float16.decoded(bits)) }
        case .bfloat16: write(into: target) { (bits: UInt16) in Number(HalfPrecision.bfloat16.decoded(bits)) }
        case .float8e4m3: write(into: target) { (bits: UInt8) in Number(Float8.e4m3.decoded(bits)) }
        case .float8e4m3fnuz: write(into: target) { (bits: UInt8) in Number(Float8.e4m3fnuz.decoded(bits)) }
        case .float8e5m2: write(into: target) { (bits: UInt8) in Number(Float8.e5m2.decoded(bits)) }
        case .float8e5m2fnuz: write(into: target) { (bits: UInt8) in Number(Float8.e5m2fnuz.decoded(bits)) }
        case .float8e8m0: write(into: target) { (bits: UInt8) in Number(Float8.decodedScale(bits)) }
        case .int64: write(into: target) { (integer: Int64) in Number(integer) }
        case .int32: write(into: target) { (integer: Int32) in Number(integer) }
        case .int16: write(into: target) { (integer: Int16) in Number(integer) }
        case .int8: write(into: target) { (integer: Int8) in Number(integer) }
        case .uint64: write(into: target) { (integer: UInt64) in Number(integer) }
        case .uint32: write(into: target) { (integer: UInt32) in Number(integer) }
        case .uint16: write(into: target) { (integer: UInt16) in Number(integer) }
        case .uint8: write(into: target) { (integer: UInt8) in Number(integer) }
        case .bool: write(into: target) { (byte: UInt8) in byte == 0 ? 0 : 1 }
        }
    }

    private func write<Raw: FixedWidthInteger & BitwiseCopyable, Number>(
        into target: UnsafeMutableBufferPointer<Number>, _ number: (Raw) -> Number
    ) {
        bytes.withUnsafeBytes { source in
            for i in 0..<target.count {
                let raw = source.loadUnaligned(fromByteOffset: i * MemoryLayout<Raw>.size, as: Raw.self)
                target.initializeElement(at: i, to: number(Raw(littleEndian: raw)))
            }
        }
    }

    private static func bytes<Number: BinaryFloatingPoint>(
        of numbers: UnsafeBufferPointer<Number>, as scalarType: ScalarType
    ) -> [UInt8] {
        switch scalarType {
        case .float64: bytes(of: numbers) { Double($0).bitPattern }
        case .float32: bytes(of: numbers) { Float($0).bitPattern }
        case .float16: bytes(of: numbers) { HalfPrecision.float16.encoded(Double($0)) }
        case .bfloat16: bytes(of: numbers) { HalfPrecision.bfloat16.encoded(Double($0)) }
        default: preconditionFailure("numbers can only be stored as a floating-point type, not \(scalarType)")
        }
    }

    private static func bytes<Raw: FixedWidthInteger & BitwiseCopyable, Number>(
        of numbers: UnsafeBufferPointer<Number>, _ raw: (Number) -> Raw
    ) -> [UInt8] {
        let byteCount = numbers.count * MemoryLayout<Raw>.size
        return [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
            let target = UnsafeMutableRawBufferPointer(buffer)
            for i in 0..<numbers.count {
                target.storeBytes(
                    of: raw(numbers[i]).littleEndian, toByteOffset: i * MemoryLayout<Raw>.size, as: Raw.self)
            }
            count = byteCount
        }
    }
}

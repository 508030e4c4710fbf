import Tensors

/// Elements that lie anywhere in a run of bytes: in another axis order, with gaps, or highest byte first.
struct StridedElements {
    /// The shape of the tensor they form.
    var shape: TensorShape
    /// How many elements apart two neighbours along each axis are; none is negative.
    var strides: [Int]
    /// The size of an element in bytes: 1, 2, 4 or 8.
    var scalarSize: Int
    /// Whether the highest byte comes first.
    var isBigEndian = false

    /// The number of elements that the bytes must have for every one of this tensor's to lie among them, or nil on overflow.
    var extent: Int? {
        guard shape.count > 0 else { return 0 }
        var last = 0
        for (extent, stride) in zip(shape.extents, strides) {
            let (distance, overflow) = (extent - 1).multipliedReportingOverflow(by: stride)
            let (sum, sumOverflow) = last.addingReportingOverflow(distance)
            guard !overflow, !sumOverflow, sum < TensorShape.maximumCount else { return nil }
            last = sum
        }
        return last + 1
    }

    /// The elements in row-major order, lowest byte first.
    /// - Precondition: `bytes` holds at least `extent` elements.
    /// - Complexity: O(shape.count).
    func rowMajorBytes(from bytes: [UInt8]) -> [UInt8] {
        guard let extent, extent * scalarSize <= bytes.count else { preconditionFailure("elements outside the bytes") }
        switch scalarSize {
        case 1: return gather(UInt8.self, from: bytes)
        case 2: return gather(UInt16.self, from: bytes)
        case 4: return gather(UInt32.self, from: bytes)
        default: return gather(UInt64.self, from: bytes)
        }
    }

    private func gather<Raw: FixedWidthInteger & BitwiseCopyable>(_: Raw.Type, from bytes: [UInt8]) -> [UInt8] {
        let size = MemoryLayout<Raw>.size
        let (rowLength, step) = (shape.extents.last ?? 1, strides.last ?? 1)
        return [UInt8](unsafeUninitializedCapacity: shape.count * size) { buffer, count in
            let target = UnsafeMutableRawBufferPointer(buffer)
            bytes.withUnsafeBytes { source in
                shape.forEachRow(strides: strides) { position, offset in
                    for i in 0..<rowLength {
                        let raw = source.loadUnaligned(fromByteOffset: (offset + i * step) * size, as: Raw.self)
                        target.storeBytes(
                            of: isBigEndian ? raw.byteSwapped : raw, toByteOffset: (position + i) * size, as: Raw.self)
                    }
                }
            }
            count = shape.count * size
        }
    }
}

import Tensors

/// A NumPy array in a pickle: what its header would say, and where its bytes are.
struct NumPyArray {
    let scalarType: ScalarType
    let isBigEndian: Bool
    let isFortranOrder: Bool
    let extents: [Int]
    let contents: Contents

    /// Bytes in the pickle itself, or text each of whose characters is a byte, as protocols before 3 write them.
    enum Contents {
        case bytes(PickleBytes)
        case text(String)
        case latinText(String)
    }

    /// The elements, where they fill an array of these extents, and why not where they do not; `pickle` holds them.
    func location(named entry: TensorArchive.Entry, in pickle: [UInt8]) -> TensorLocation {
        let source: ElementSource
        switch contents {
        case .bytes(let bytes):
            let range = bytes.range
            source = ElementSource { (wanted: Range<Int>) throws(TensorFileError) in
                Array(pickle[range.lowerBound + wanted.lowerBound..<range.lowerBound + wanted.upperBound])
            }
        case .text(let text):
            source = ElementSource { (wanted: Range<Int>) throws(TensorFileError) in Array(Array(text.utf8)[wanted]) }
        case .latinText(let text):
            source = ElementSource { (wanted: Range<Int>) throws(TensorFileError) in
                text.unicodeScalars.dropFirst(wanted.lowerBound).prefix(wanted.count)
                    .map { UInt8(truncatingIfNeeded: $0.value) }
            }
        }
        var location = TensorLocation(entry: entry, section: .source(source))
        if isFortranOrder || isBigEndian {
            let reversed = TensorShape(entry.shape.extents.reversed())
            location.layout = StridedElements(
                shape: entry.shape, strides: isFortranOrder ? reversed.strides.reversed() : entry.shape.strides,
                scalarSize: scalarType.size, isBigEndian: isBigEndian)
        }
        return location
    }

    /// The number of bytes, or nil where a character of the text is none.
    /// - Complexity: O(length) of text.
    var byteCount: Int? {
        switch contents {
        case .bytes(let bytes): return bytes.range.count
        case .text(let text): return text.utf8.count
        case .latinText(let text):
            var count = 0
            for scalar in text.unicodeScalars {
                guard scalar.value < 256 else { return nil }
                count += 1
            }
            return count
        }
    }

    /// How many bytes of the pickle hold the elements.
    var storedCount: Int {
        switch contents {
        case .bytes(let bytes): bytes.range.count
        case .text(let text), .latinText(let text): text.utf8.count
        }
    }
}

extension PickleMachine {
    /// The array that the object of this `number` would have been.
    func array(ofObject number: Int) -> TorchTensor {
        let object = objects[number]
        if meaning(ofObject: number) == .arrayOfBuffer {
            // (buffer, type, shape, order)
            guard let parts = elements(ofTuple: object.arguments), parts.count >= 4, case .text(let order) = parts[3]
            else { return .skipped("a NumPy array of another description") }
            return array(type: parts[1], shape: parts[2], isFortranOrder: order == "F", contents: parts[0])
        }
        // (version, shape, type, is_fortran, contents), without the version in the oldest.
        guard var parts = elements(ofTuple: object.state), (4...5).contains(parts.count) else {
            return .skipped("a NumPy array of another description")
        }
        if parts.count == 5 { parts.removeFirst() }
        let isFortranOrder =
            switch parts[2] {
            case .bool(let value): value
            case .integer(let value): value != 0
            default: false
            }
        return array(type: parts[1], shape: parts[0], isFortranOrder: isFortranOrder, contents: parts[3])
    }

    private func array(
        type: PickleValue, shape: PickleValue, isFortranOrder: Bool, contents: PickleValue
    ) -> TorchTensor {
        guard let (code, isBigEndian) = arrayType(type) else {
            return .skipped("a NumPy array of a type that is not known")
        }
        guard let scalarType = ScalarType(numpyName: code) else {
            let kind =
                switch code.first {
                case "O": "Python objects"
                case "c": "complex numbers"
                case "S", "U", "a": "text"
                case "M", "m": "times"
                default: "elements of the type \(code.quoted)"
                }
            return .skipped("a NumPy array of \(kind)")
        }
        guard let extents = unsignedElements(of: shape), extents.count <= NpyHeader.maximumRank,
            let contents = arrayContents(contents)
        else { return .skipped("a NumPy array whose numbers lie outside the pickle") }
        return .array(
            NumPyArray(
                scalarType: scalarType, isBigEndian: isBigEndian, isFortranOrder: isFortranOrder, extents: extents,
                contents: contents))
    }

    /// NumPy's code for a type, and whether its elements have the highest byte first.
    private func arrayType(_ value: PickleValue) -> (code: String, isBigEndian: Bool)? {
        guard case .object(let number) = value, meaning(ofObject: number) == .arrayType,
            let arguments = elements(ofTuple: objects[number].arguments), case .text(var code)? = arguments.first
        else { return nil }
        var order: String?
        if let first = code.first, "<>|=".contains(first) {
            order = String(first)
            code.removeFirst()
        }
        if let state = elements(ofTuple: objects[number].state), state.count > 1, case .text(let stated) = state[1] {
            order = stated
        }
        return (code, order == ">")
    }

    private func arrayContents(_ value: PickleValue) -> NumPyArray.Contents? {
        switch value {
        case .bytes(let bytes): return .bytes(bytes)
        case .text(let text): return .text(text)
        case .object(let number) where meaning(ofObject: number) == .encoded:
            guard let arguments = elements(ofTuple: objects[number].arguments) else { return nil }
            switch arguments.first {
            case .text(let text)?: return .latinText(text)
            case .bytes(let bytes)?: return .bytes(bytes)
            case nil: return .text("")
            default: return nil
            }
        default: return nil
        }
    }
}

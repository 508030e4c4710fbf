import Tensors

/// The header of a safetensors file: JSON that names every tensor with its scalar type, its shape, and where its bytes lie.
///
/// The grammar is read as the format's description gives it and no more is let through: each name once, each tensor with exactly
/// `dtype`, `shape` and `data_offsets`, and the tensors together covering the data without gaps and overlaps.
/// Source: the format's description and reference implementation, https://github.com/huggingface/safetensors.
struct SafetensorsHeader {
    /// The tensors, in the order in which the header names them; ranges count from the start of the data.
    private(set) var tensors: [(entry: TensorArchive.Entry, range: Range<Int>)] = []
    private(set) var metadata: [String: String] = [:]
    /// The tensors of a type that is not read.
    private(set) var skipped: [TensorArchive.Skipped] = []
    /// Where every tensor lies, skipped ones too.
    private var ranges: [(name: String, range: Range<Int>)] = []

    /// The length of the greatest header that the reference implementation accepts.
    static let maximumLength = 100_000_000

    /// The key that holds the metadata instead of a tensor.
    static let metadataKey = "__metadata__"

    /// Reads `json`, the header of a file with `dataSize` bytes of data after it.
    init(json: [UInt8], file: String, dataSize: Int) throws(TensorFileError) {
        var scanner = TextScanner(file: file, subject: "the header", bytes: json)
        guard json.first == UInt8(ascii: "{") else { throw scanner.unexpected("\"{\" as its first byte") }
        var names: Set<String> = []
        try scanner.jsonObject { (scanner, key) throws(TensorFileError) in
            guard names.insert(key).inserted else {
                throw scanner.error("the name \(key.quoted) twice", "each name once")
            }
            if key == Self.metadataKey {
                try readMetadata(&scanner)
            } else {
                try readTensor(key, &scanner)
            }
        }
        guard scanner.isAtEnd else { throw scanner.unexpected("nothing but white space after the closing brace") }
        try checkCoverage(of: dataSize, file: file)
    }

    private mutating func readMetadata(_ scanner: inout TextScanner) throws(TensorFileError) {
        try scanner.jsonObject { (scanner, key) throws(TensorFileError) in
            let value = try scanner.jsonString("a string for the metadata \(key.quoted)")
            guard metadata.updateValue(value, forKey: key) == nil else {
                throw scanner.error("the metadata \(key.quoted) twice", "each key once")
            }
        }
    }

    private mutating func readTensor(_ name: String, _ scanner: inout TextScanner) throws(TensorFileError) {
        var typeName: String?
        var extents: [Int]?
        var offsets: [Int]?
        try scanner.jsonObject { (scanner, key) throws(TensorFileError) in
            switch key {
            case "dtype" where typeName == nil: typeName = try scanner.jsonString("the name of a scalar type")
            case "shape" where extents == nil:
                extents = try scanner.jsonUnsignedArray("an extent of tensor \(name.quoted)")
            case "data_offsets" where offsets == nil:
                offsets = try scanner.jsonUnsignedArray("an offset of tensor \(name.quoted)")
            default:
                throw scanner.error(
                    "\(key.quoted) in tensor \(name.quoted)", "dtype, shape and data_offsets, each once")
            }
        }
        guard let typeName, let extents, let offsets else {
            let missing = typeName == nil ? "dtype" : extents == nil ? "shape" : "data_offsets"
            throw scanner.error("no \(missing) for tensor \(name.quoted)", "dtype, shape and data_offsets")
        }
        guard let shape = TensorShape(validating: extents) else {
            throw scanner.error(
                "the shape \(extents.listed) for tensor \(name.quoted)",
                "at most \(TensorShape.maximumCount) elements")
        }
        guard offsets.count == 2, offsets[0] <= offsets[1] else {
            throw scanner.error(
                "data_offsets \(offsets.listed) for tensor \(name.quoted)", "a begin and an end not before it")
        }
        ranges.append((name, offsets[0]..<offsets[1]))
        // The format grows: what is not known to this reader is no reason to refuse the rest.
        guard let scalarType = ScalarType(safetensorsName: typeName) else {
            skipped.append(
                TensorArchive.Skipped(
                    name: name, reason: "its numbers are of the type \(typeName.quoted), which is not read"))
            return
        }
        let byteCount = shape.count * scalarType.size
        guard offsets[1] - offsets[0] == byteCount else {
            throw scanner.error(
                "\(offsets[1] - offsets[0]) bytes for tensor \(name.quoted)",
                "the \(byteCount) that \(shape.count) elements of \(typeName) take")
        }
        let entry = TensorArchive.Entry(name: name, shape: shape, scalarType: scalarType)
        tensors.append((entry, offsets[0]..<offsets[1]))
    }

    /// Checks that the tensors, by rising offset, follow one upon the other from the first byte of the data to the last.
    private func checkCoverage(of dataSize: Int, file: String) throws(TensorFileError) {
        var covered = 0
        let byOffset = ranges.sorted {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }
        for (name, range) in byOffset {
            guard range.upperBound <= dataSize else {
                throw TensorFileError(
                    file: file,
                    found: "bytes \(range.lowerBound) to \(range.upperBound) for tensor \(name.quoted)",
                    wanted: "offsets within the \(dataSize) bytes of data")
            }
            guard range.lowerBound == covered else {
                let fault = range.lowerBound < covered ? "overlapping the tensor before it" : "after a gap"
                throw TensorFileError(
                    file: file, found: "tensor \(name.quoted) at byte \(range.lowerBound), \(fault)",
                    wanted: "it at byte \(covered), where that one ends")
            }
            covered = range.upperBound
        }
        guard covered == dataSize else {
            throw TensorFileError(
                file: file, found: "\(dataSize - covered) bytes of data that belong to no tensor",
                wanted: "the data to end at byte \(covered) with the last one")
        }
    }
}

extension TextScanner {
    /// Takes a JSON object, calling `body` after each key to take its value.
    mutating func jsonObject(
        _ body: (inout TextScanner, String) throws(TensorFileError) -> Void
    ) throws(TensorFileError) {
        try expect("{")
        if take("}") { return }
        repeat {
            let key = try jsonString("a name in quotation marks")
            try expect(":")
            try body(&self, key)
        } while take(",")
        guard take("}") else { throw unexpected("\",\" or \"}\"") }
    }

    /// Takes a JSON array of integers that are not negative.
    mutating func jsonUnsignedArray(_ element: String) throws(TensorFileError) -> [Int] {
        try expect("[")
        if take("]") { return [] }
        var elements: [Int] = []
        repeat { try elements.append(unsigned("\(element), an integer that is not negative")) } while take(",")
        guard take("]") else { throw unexpected("\",\" or \"]\"") }
        return elements
    }
}

import Tensors

/// The header of a `.npy` file: the magic string, a version, and a Python dictionary with scalar type, axis order and shape.
///
/// Source: NumPy enhancement proposal 1 and `numpy.lib.format`.
struct NpyHeader {
    let scalarType: ScalarType
    /// Whether the highest byte of each element comes first.
    let isBigEndian: Bool
    /// Whether the first axis is the one whose elements are neighbours.
    let isFortranOrder: Bool
    let shape: TensorShape
    /// The position of the first element in the file.
    let dataOffset: Int

    /// The first bytes of every `.npy` file.
    static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

    /// The length of the greatest header read, which is the greatest that version 1.0 can hold.
    static let maximumLength = 65_535

    /// The most axes that an array may have, which is NumPy's own limit.
    static let maximumRank = 64

    /// Reads the header of a file of `size` bytes, whose first bytes `prefix` returns.
    init(
        file: String, size: Int, prefix: (_ count: Int) throws(TensorFileError) -> [UInt8]
    ) throws(TensorFileError) {
        let (length, textOffset) = try Self.textLength(file: file, start: prefix(min(12, size)))
        guard length <= Self.maximumLength else {
            throw TensorFileError(
                file: file, found: "a header's length of \(length) bytes", wanted: "at most \(Self.maximumLength)")
        }
        guard length <= size - textOffset else {
            throw TensorFileError(
                file: file, found: "a header's length of \(length) bytes",
                wanted: "at most the \(size - textOffset) that follow it in the file")
        }
        dataOffset = textOffset + length
        let text = try prefix(dataOffset)[textOffset...]
        var scanner = TextScanner(file: file, subject: "the header", bytes: Array(text))
        let fields = try Self.fields(&scanner)
        (scalarType, isBigEndian) = try Self.scalarType(fields.description, scanner)
        isFortranOrder = fields.isFortranOrder
        guard let shape = TensorShape(validating: fields.extents) else {
            throw scanner.error("the shape \(fields.extents.listed)", "at most \(TensorShape.maximumCount) elements")
        }
        self.shape = shape
        let byteCount = shape.count * scalarType.size
        guard size - dataOffset == byteCount else {
            throw TensorFileError(
                file: file, found: "\(size - dataOffset) bytes after the header",
                wanted: "the \(byteCount) that the shape \(shape.extents.listed) of \(fields.description.quoted) takes")
        }
    }

    /// The length of the header's text, and where it begins, from the first 12 bytes of a file.
    private static func textLength(file: String, start: [UInt8]) throws(TensorFileError) -> (length: Int, offset: Int) {
        guard start.starts(with: magic) else {
            throw TensorFileError(file: file, found: "no NumPy magic string", wanted: "\\x93NUMPY as the first bytes")
        }
        var cursor = ByteCursor(start, at: magic.count)
        guard let major = cursor.unsigned(1), let minor = cursor.unsigned(1) else {
            throw TensorFileError(file: file, found: "the end after \(start.count) bytes", wanted: "a version")
        }
        guard (1...3).contains(major), minor == 0 else {
            throw TensorFileError(file: file, found: "version \(major).\(minor)", wanted: "1.0, 2.0 or 3.0")
        }
        guard let length = cursor.unsigned(major == 1 ? 2 : 4) else {
            throw TensorFileError(
                file: file, found: "the end after \(start.count) bytes", wanted: "the header's length")
        }
        return (length, cursor.position)
    }

    /// The three entries of the header's dictionary, each of which must be there once.
    private static func fields(
        _ scanner: inout TextScanner
    ) throws(TensorFileError) -> (description: String, isFortranOrder: Bool, extents: [Int]) {
        let wanted = "'descr', 'fortran_order' and 'shape', each once"
        var description: String?
        var isFortranOrder: Bool?
        var extents: [Int]?
        try scanner.expect("{")
        while !scanner.take("}") {
            let key = try scanner.pythonString(wanted)
            try scanner.expect(":")
            switch key {
            case "descr" where description == nil: description = try scanner.pythonDescription()
            case "fortran_order" where isFortranOrder == nil: isFortranOrder = try scanner.pythonBool()
            case "shape" where extents == nil: extents = try scanner.pythonTuple()
            default: throw scanner.error("\(key.quoted) in the header", wanted)
            }
            guard scanner.take(",") || scanner.peek() == UInt8(ascii: "}") else {
                throw scanner.unexpected("\",\" or \"}\"")
            }
        }
        guard let description, let isFortranOrder, let extents else {
            let missing = description == nil ? "descr" : isFortranOrder == nil ? "fortran_order" : "shape"
            throw scanner.error("no '\(missing)' in the header", wanted)
        }
        guard scanner.isAtEnd else { throw scanner.unexpected("nothing but white space after the closing brace") }
        return (description, isFortranOrder, extents)
    }

    private static func scalarType(
        _ description: String, _ scanner: TextScanner
    ) throws(TensorFileError) -> (ScalarType, isBigEndian: Bool) {
        let order = description.first.flatMap { "<>|".contains($0) ? $0 : nil }
        let name = String(order == nil ? description[...] : description.dropFirst())
        guard let type = ScalarType(numpyName: name) else {
            let known = ScalarType.allCases.compactMap(\.numpyName).joined(separator: ", ")
            let kind =
                switch name.first {
                case "O": " (Python objects)"
                case "c": " (complex numbers)"
                case "S", "U", "a": " (text)"
                case "V": " (opaque bytes)"
                case "M", "m": " (times)"
                default: ""
                }
            var error = scanner.error("the scalar type \(description.quoted)\(kind)", "one of \(known)")
            error.isOfUnreadType = true
            throw error
        }
        guard order == "<" || order == ">" || type.size == 1 else {
            throw scanner.error("the scalar type \(description.quoted) without a byte order", "< or > before it")
        }
        return (type, order == ">")
    }

    /// Where the elements lie, in a section of a file that starts with this header.
    func location(name: String, section: FileSection) -> TensorLocation {
        let entry = TensorArchive.Entry(name: name, shape: shape, scalarType: scalarType)
        var location = TensorLocation(entry: entry, section: section, offset: dataOffset)
        if isFortranOrder || isBigEndian {
            let reversed = TensorShape(shape.extents.reversed())
            location.layout = StridedElements(
                shape: shape, strides: isFortranOrder ? reversed.strides.reversed() : shape.strides,
                scalarSize: scalarType.size, isBigEndian: isBigEndian)
        }
        return location
    }
}

/// The few Python literals that a header is made of.
extension TextScanner {
    fileprivate mutating func pythonString(_ wanted: String) throws(TensorFileError) -> String {
        guard let quote = peek(), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
            throw unexpected(wanted)
        }
        _ = takeByte()
        var text: [UInt8] = []
        while let byte = takeByte() {
            if byte == quote { return String(decoding: text, as: UTF8.self) }
            guard byte != UInt8(ascii: "\\") else { break }
            text.append(byte)
        }
        throw error("a string that does not end before byte \(position) of \(subject)", "a closing quotation mark")
    }

    /// Takes the description of a scalar type, which is a string; a list of fields is refused for what it is.
    fileprivate mutating func pythonDescription() throws(TensorFileError) -> String {
        if peek() == UInt8(ascii: "[") || peek() == UInt8(ascii: "(") {
            var error = error("a structured scalar type", "a plain one, such as '<f4'")
            error.isOfUnreadType = true
            throw error
        }
        return try pythonString("a scalar type, such as '<f4'")
    }

    fileprivate mutating func pythonBool() throws(TensorFileError) -> Bool {
        if take(word: "True") { return true }
        if take(word: "False") { return false }
        throw unexpected("True or False")
    }

    /// Takes a tuple of integers that are not negative; Python 2 wrote an L after each.
    fileprivate mutating func pythonTuple() throws(TensorFileError) -> [Int] {
        try expect("(")
        var elements: [Int] = []
        while !take(")") {
            guard elements.count < NpyHeader.maximumRank else {
                throw error(
                    "a shape of more than \(NpyHeader.maximumRank) axes",
                    "at most the \(NpyHeader.maximumRank) that NumPy has")
            }
            try elements.append(unsigned("an extent, an integer that is not negative"))
            _ = take("L")
            guard take(",") || (elements.count > 1 && peek() == UInt8(ascii: ")")) else {
                throw unexpected("\",\" or \")\"")
            }
        }
        return elements
    }
}

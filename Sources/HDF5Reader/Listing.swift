import CHDF5Files

/// What a file holds: its data sets of numbers, and the texts beside them that say what they are.
struct Listing: Encodable {
    /// A data set.
    struct Dataset: Encodable {
        /// What it is called: the path, or an expression of MATLAB's.
        let name: String
        /// How it is found again.
        let path: String
        let shape: [Int]
        /// `f` float, `i` and `u` whole numbers, with the bytes to one; nil where `reason` says why they are not read.
        let type: String?
        let reason: String?
    }

    private(set) var datasets: [Dataset] = []
    /// Attributes that are texts, by the path of their object and their name: `model_config`, `layers/conv2d/vars@name`.
    private(set) var texts: [String: String] = [:]
    /// Values of MATLAB's of up to four numbers, by their names.
    private(set) var numbers: [String: [Double]] = [:]
    /// Whether the file is MATLAB's.
    private(set) var isMATLAB = false
    /// Whether there was more than is listed.
    private(set) var isCut = false

    private var seen: Set<UInt64> = []
    private var visited = 0

    private static let mostObjects = 200_000
    private static let deepest = 64
    private static let longestText = 16 << 20

    enum CodingKeys: CodingKey { case datasets, texts, numbers, isMATLAB, isCut }

    /// Lists the file.
    mutating func read(_ file: HDF5Object) {
        for name in ["backend", "keras_version", "model_config"] {
            if let text = file.text(name, limit: Self.longestText) { texts[name] = text }
        }
        isMATLAB = (0..<min(file.memberCount, 1000)).contains { index in
            guard let name = file.memberName(index), let member = file.member(name) else { return false }
            return member.hasAttribute("MATLAB_class")
        }
        group(file, name: "", path: "", depth: 0)
    }

    /// Counts an object; false where there are too many or they lie too deep.
    private mutating func enters(_ depth: Int) -> Bool {
        visited += 1
        guard visited <= Self.mostObjects, depth <= Self.deepest else {
            isCut = true
            return false
        }
        return true
    }

    private mutating func group(_ group: HDF5Object, name: String, path: String, depth: Int) {
        // Names that lead back to a group above, or to one listed before, would never end.
        guard seen.insert(group.address).inserted else { return }
        for attribute in ["name", "backend", "keras_version"] {
            if let text = group.text(attribute), !path.isEmpty { texts["\(path)@\(attribute)"] = text }
        }
        for index in 0..<group.memberCount {
            guard enters(depth) else { return }
            guard let member = group.memberName(index) else {
                isCut = true
                continue
            }
            if isMATLAB, depth == 0, member.hasPrefix("#") { continue }
            guard let object = group.member(member) else { continue }
            let separator = isMATLAB ? "." : "/"
            visit(
                object, name: name.isEmpty ? member : name + separator + member, path: "\(path)/\(member.escaped)",
                depth: depth + 1)
        }
    }

    private mutating func visit(_ object: HDF5Object, name: String, path: String, depth: Int) {
        if object.isGroup { return group(object, name: name, path: path, depth: depth) }
        guard object.isDataset, let description = object.description else { return }
        if description.elements == CCNN_HDF5_REFERENCE {
            references(object, description, name: name, path: path, depth: depth)
        } else if !(isMATLAB && object.hasAttribute("MATLAB_empty")) {
            dataset(object, description, name: name, path: path)
        }
    }

    /// The elements of a cell array, or of a field of an array of structures.
    private mutating func references(
        _ object: HDF5Object, _ description: ccnn_hdf5Dataset, name: String, path: String, depth: Int
    ) {
        guard isMATLAB, !object.hasAttribute("MATLAB_empty"), !description.isElsewhere else { return }
        let isCell = object.text("MATLAB_class") == "cell"
        let count = description.shape.reduce(1) { $0.multipliedReportingOverflow(by: $1).overflow ? .max : $0 * $1 }
        for index in 0..<count {
            guard enters(depth) else { return }
            guard let element = object.referenced(index) else { continue }
            visit(
                element, name: isCell ? "\(name){\(index + 1)}" : "\(name)(\(index + 1))", path: "\(path)/\(index)",
                depth: depth + 1)
        }
    }

    private mutating func dataset(_ object: HDF5Object, _ description: ccnn_hdf5Dataset, name: String, path: String) {
        let shape = description.shape
        let count = shape.reduce(1) { $0.multipliedReportingOverflow(by: $1).overflow ? .max : $0 * $1 }
        if isMATLAB, object.text("MATLAB_class") == "char" {
            if count <= 256, description.size == 2, let bytes = small(object, shape, 2 * count) {
                let units = stride(from: 0, to: bytes.count, by: 2).map {
                    UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8
                }
                texts[name] = String(decoding: units, as: UTF16.self)
            }
            return
        }
        if isMATLAB, count <= 4, description.elements == CCNN_HDF5_FLOAT, description.size == 8, description.isIEEE,
            let bytes = small(object, shape, 8 * count)
        {
            numbers[name] = (0..<count).map { number in
                Double(bitPattern: (0..<8).reduce(0) { $0 | UInt64(bytes[8 * number + $1]) << UInt64(8 * $1) })
            }
        }
        let (type, reason) = Self.type(description)
        datasets.append(Dataset(name: name, path: path, shape: shape, type: type, reason: reason))
    }

    private func small(_ object: HDF5Object, _ shape: [Int], _ byteCount: Int) -> [UInt8]? {
        guard byteCount > 0, object.description.map({ !$0.isElsewhere }) == true else { return nil }
        return try? Elements.read(object, 0, shape.first ?? 1, byteCount)
    }

    private static func type(_ description: ccnn_hdf5Dataset) -> (type: String?, reason: String?) {
        if description.isElsewhere { return (nil, "its numbers lie outside the file, and only the file is read") }
        switch description.elements {
        case CCNN_HDF5_FLOAT where description.isIEEE: return ("f\(description.size)", nil)
        case CCNN_HDF5_FLOAT: return (nil, "its numbers are floats of a form that is not IEEE's")
        case CCNN_HDF5_INTEGER where [1, 2, 4, 8].contains(description.size):
            return ("\(description.isSigned ? "i" : "u")\(description.size)", nil)
        case CCNN_HDF5_COMPOUND: return (nil, "its elements are compounds, such as complex numbers")
        case CCNN_HDF5_STRING: return (nil, "its elements are texts")
        default: return (nil, "its elements are no numbers")
        }
    }
}

import Foundation

/// The format of exported programs, which `torch.export.save` writes. Of the program itself nothing is read.
///
/// Since PyTorch 2.9 the archive holds raw storages `weight_0`, … and a description of the tensors in each, in JSON; in 2.7 and 2.8 it
/// holds what `torch.save` makes of the weights, and before that an archive with fewer folders does. Constants are kept like weights.
/// Source: `torch.export.pt2_archive`, PyTorch 2.1 to 2.15.
enum TorchExportFormat: TensorFileFormat {
    static let format = TensorArchive.Format(
        "pt2", extensions: ["pt2"], writers: "`torch.export.save`",
        reading:
            "Weights, buffers and constants under their names. The program is not read, nor what AOTInductor compiled.")

    static func recognizes(_ file: OpenedFile) throws(TensorFileError) -> Bool {
        guard let archive = try file.zipArchive() else { return false }
        return archive.member(named: "serialized_exported_program.json") != nil
            || archive.members.contains(where: isMark)
    }

    /// Whether a member says of which format the archive is.
    private static func isMark(_ member: ZipArchive.Member) -> Bool {
        let parts = member.name.split(separator: "/")
        return parts.last == "archive_format" && parts.count <= 2 && member.size <= 64
    }

    static func contents(of file: OpenedFile) throws(TensorFileError) -> FileContents {
        guard let archive = try file.zipArchive() else { throw UnknownFile.error(for: file) }
        var reader = ExportReader(file: file.file, archive: archive)
        if let mark = archive.members.first(where: isMark) {
            let format = try String(decoding: file.file.contents(of: mark, 0..<mark.size), as: UTF8.self)
            guard format == "pt2" else {
                throw TensorFileError(
                    file.file.url, found: "\(format.quoted) in \(mark.name.quoted)", wanted: "\"pt2\"")
            }
            try reader.readArchive(in: String(mark.name.dropLast("archive_format".count)))
        } else {
            for part in ["state_dict", "constants"] {
                for suffix in ["pt", "json"] {
                    guard let member = archive.member(named: "serialized_\(part).\(suffix)") else { continue }
                    try reader.addSaved(member)
                    break
                }
            }
        }
        try TorchFile.checkSharing(reader.contents.tensors, file.file, inflatedSize: file.file.size)
        return reader.contents
    }
}

/// Collects the tensors of an exported program.
private struct ExportReader {
    let file: RandomAccessFile
    let archive: ZipArchive
    private(set) var contents = FileContents(tensors: [])
    private var names: Set<String> = []
    /// How many more bytes descriptions may take, all together.
    private var room = TorchFile.maximumPickleLength

    init(file: RandomAccessFile, archive: ZipArchive) {
        (self.file, self.archive) = (file, archive)
    }

    /// Reads the models of the archive whose members' names begin with `root`.
    mutating func readArchive(in root: String) throws(TensorFileError) {
        let models = archive.members.map(\.name).compactMap { name -> String? in
            let prefix = root + "models/"
            guard name.hasPrefix(prefix), name.hasSuffix(".json") else { return nil }
            return String(name.dropFirst(prefix.count).dropLast(".json".count))
        }
        for model in models {
            let prefix = models.count > 1 ? model + "." : ""
            for (folder, kind) in [("weights", "weights"), ("constants", "constants")] {
                let place = "\(root)data/\(folder)/"
                if let member = archive.member(named: "\(place)\(model).pt") {
                    try addSaved(member, prefix: prefix)
                } else if let member = archive.member(named: "\(place)\(model)_\(kind)_config.json") {
                    try addRaw(member, in: place, prefix: prefix)
                }
            }
        }
        if archive.members.contains(where: { $0.name.hasPrefix(root + "data/aotinductor/") }) {
            contents.remarks.append("it holds a program compiled by AOTInductor, whose weights are not read")
        }
    }

    /// Adds the tensors of a member that is itself a file by `torch.save`; their names follow `prefix`, or are `name`.
    mutating func addSaved(
        _ member: ZipArchive.Member, prefix: String = "", name: String? = nil
    ) throws(TensorFileError) {
        if member.size == 0 { return }
        guard !member.isDeflated else {
            throw TensorFileError(
                file.url, found: "the member \(member.name.quoted) deflated", wanted: "one stored as torch.export does")
        }
        let part = file.part(member.range)
        let inner = try ZipArchive(part)
        guard let pickle = try TorchFile.pickle(in: inner, file.url) else {
            throw TensorFileError(
                file.url, found: "no data.pkl in the member \(member.name.quoted)", wanted: "one by torch.save")
        }
        let saved = try TorchFile.contents(of: part, inner, pickle)
        for var location in saved.tensors {
            if case .member(var section) = location.section {
                section.range =
                    section.range.lowerBound + member.range.lowerBound..<section.range.upperBound
                    + member.range.lowerBound
                location.section = .member(section)
            }
            location.entry.name = name ?? prefix + location.entry.name
            location.entry.keys = nil
            add(location)
        }
        contents.skipped += saved.skipped.map {
            TensorArchive.Skipped(name: name ?? prefix + $0.name, reason: $0.reason)
        }
        contents.remarks += saved.remarks.filter { !contents.remarks.contains($0) }
    }

    /// Adds the tensors that `description` says lie in members of the folder `place`.
    private mutating func addRaw(
        _ description: ZipArchive.Member, in place: String, prefix: String
    ) throws(TensorFileError) {
        room -= description.size
        guard room >= 0 else {
            throw TensorFileError(
                file.url, found: "descriptions of more than \(TorchFile.maximumPickleLength) bytes",
                wanted: "at most that much")
        }
        var scanner = try TextScanner(
            file: "\(file.url.relativePath), member \(description.name.quoted)", subject: "the description",
            bytes: file.contents(of: description, 0..<description.size))
        for payload in try ExportPayload.all(&scanner) {
            let name = prefix + payload.name
            guard let path = payload.path, let member = archive.member(named: place + path) else {
                throw scanner.error(
                    "no member \((place + (payload.path ?? "")).quoted) for tensor \(name.quoted)",
                    "the one that is described")
            }
            guard !payload.isPickled else {
                if path.hasPrefix("custom_obj_") || path.hasPrefix("opaque_obj_") {
                    contents.skipped.append(TensorArchive.Skipped(name: name, reason: "it is an object, not a tensor"))
                } else {
                    try addSaved(member, name: name)
                }
                continue
            }
            try addRaw(payload, name, in: member, scanner)
        }
    }

    private mutating func addRaw(
        _ payload: ExportPayload, _ name: String, in member: ZipArchive.Member, _ scanner: TextScanner
    ) throws(TensorFileError) {
        func skip(_ reason: String) { contents.skipped.append(TensorArchive.Skipped(name: name, reason: reason)) }
        guard let number = payload.elements, let elements = TorchElements(exportNumber: number) else {
            return skip("its numbers are of a type that is not known")
        }
        if let reason = elements.reasonToSkip { return skip(reason) }
        // Strided is the seventh of the layouts.
        guard payload.layout == nil || payload.layout == 7 else { return skip("it is sparse") }
        guard let extents = payload.extents, let strides = payload.strides, let offset = payload.offset,
            extents.count == strides.count, extents.count <= TorchFile.maximumRank, case .numbers(let type) = elements
        else {
            return skip("its extents are no plain numbers")
        }
        if member.size == 0, extents.allSatisfy({ $0 > 0 }) { return skip("it has no elements, only a shape") }
        let storage = TorchStorage(elements: nil, key: member.name, count: member.size)
        let view = TorchView(scalarType: type, isUntyped: true, offset: offset, extents: extents, strides: strides)
        let place = TorchStoragePlace(section: .member(member), name: member.name, range: 0..<member.size)
        try add(view.location(name, in: storage, at: place, file.url))
    }

    private mutating func add(_ location: TensorLocation) {
        guard names.insert(location.entry.name).inserted else {
            contents.skipped.append(
                TensorArchive.Skipped(name: location.entry.name, reason: "it is the second of this name"))
            return
        }
        contents.tensors.append(location)
    }
}

/// What the description in JSON says of one tensor.
private struct ExportPayload {
    let name: String
    var path: String?
    var isPickled = false
    var elements: Int?
    var layout: Int?
    var extents: [Int]?
    var strides: [Int]?
    var offset: Int?

    /// All that a description holds: {"config": {name: {"path_name": …, "use_pickle": …, "tensor_meta": {…}}}}.
    static func all(_ scanner: inout TextScanner) throws(TensorFileError) -> [ExportPayload] {
        var payloads: [ExportPayload] = []
        try scanner.jsonObject { (scanner, key) throws(TensorFileError) in
            guard key == "config" else { return try scanner.skipJSON() }
            try scanner.jsonObject { (scanner, name) throws(TensorFileError) in
                payloads.append(try ExportPayload.next(name, &scanner))
            }
        }
        guard scanner.isAtEnd else { throw scanner.unexpected("nothing after the description") }
        return payloads
    }

    private static func next(_ name: String, _ scanner: inout TextScanner) throws(TensorFileError) -> ExportPayload {
        var payload = ExportPayload(name: name)
        try scanner.jsonObject { (scanner, key) throws(TensorFileError) in
            switch key {
            case "path_name": payload.path = try scanner.jsonString("the name of a member")
            case "use_pickle": payload.isPickled = try scanner.jsonBool()
            case "tensor_meta" where !scanner.take(word: "null"):
                try scanner.jsonObject { (scanner, key) throws(TensorFileError) in
                    switch key {
                    case "dtype": payload.elements = try scanner.unsigned("the number of a type")
                    case "layout": payload.layout = try scanner.unsigned("the number of a layout")
                    case "sizes": payload.extents = try scanner.jsonExtents()
                    case "strides": payload.strides = try scanner.jsonExtents()
                    case "storage_offset": payload.offset = try scanner.jsonExtent()
                    default: try scanner.skipJSON()
                    }
                }
            case "tensor_meta": break
            default: try scanner.skipJSON()
            }
        }
        return payload
    }
}

extension TextScanner {
    /// Takes `true` or `false`.
    fileprivate mutating func jsonBool() throws(TensorFileError) -> Bool {
        if take(word: "true") { return true }
        if take(word: "false") { return false }
        throw unexpected("true or false")
    }

    /// Takes {"as_int": 3}; nil, taking it, where it is another expression.
    fileprivate mutating func jsonExtent() throws(TensorFileError) -> Int? {
        var extent: Int?
        try jsonObject { (scanner, key) throws(TensorFileError) in
            if key == "as_int" { extent = try scanner.unsigned("an extent") } else { try scanner.skipJSON() }
        }
        return extent
    }

    /// Takes an array of extents; nil, taking it, where one is another expression.
    fileprivate mutating func jsonExtents() throws(TensorFileError) -> [Int]? {
        try expect("[")
        if take("]") { return [] }
        var extents: [Int] = []
        var count = 0
        repeat {
            count += 1
            if let extent = try jsonExtent(), count <= TorchFile.maximumRank { extents.append(extent) }
        } while take(",")
        guard take("]") else { throw unexpected("\",\" or \"]\"") }
        return extents.count == count ? extents : nil
    }

    /// Takes a value of any kind. Brackets are counted, not matched: nothing is made of it.
    fileprivate mutating func skipJSON() throws(TensorFileError) {
        var depth = 0
        repeat {
            guard let next = peek() else { throw unexpected("a value") }
            switch next {
            case UInt8(ascii: "\""): _ = try jsonString("text")
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                _ = takeByte()
                depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                guard depth > 0 else { throw unexpected("a value") }
                _ = takeByte()
                depth -= 1
            case UInt8(ascii: ","), UInt8(ascii: ":"):
                guard depth > 0 else { throw unexpected("a value") }
                _ = takeByte()
            default:
                let start = position
                while position < bytes.count, !",:]}[{\" \t\r\n".utf8.contains(bytes[position]) { _ = takeByte() }
                guard position > start else { throw unexpected("a value") }
            }
        } while depth > 0
    }
}

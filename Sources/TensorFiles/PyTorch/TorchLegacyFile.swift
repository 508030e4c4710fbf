import Foundation

/// What `torch.save` wrote before PyTorch 1.6, and writes with `_use_new_zipfile_serialization=False`: five pickles in a row (a number by
/// which to know the format, its version, the machine, the object, the names of storages), then each storage: the number of its elements,
/// 64 bits in two's complement, and the elements, lowest byte first. Source: `torch.serialization`, PyTorch 0.1.9 to 2.15.
enum TorchLegacyFile {
    /// The number in the first pickle.
    private static let magic = Array(TorchFile.legacyMagic.dropFirst(2))

    /// Whether a file that begins with `start` is of this format, in whichever protocol it is pickled.
    static func recognizes(_ start: [UInt8]) -> Bool {
        guard start.first == PickleOpcode.proto.rawValue else { return false }
        return (2...11).contains { start.dropFirst($0).starts(with: magic) }
    }

    /// What `file` holds.
    ///
    /// How long the pickles are is not stated, so that more and more of the file is read until they end.
    static func contents(of file: RandomAccessFile) throws(TensorFileError) -> FileContents {
        var length = 1 << 16
        while true {
            var pickles = try Pickles(file.read(0..<min(length, file.size)), file: file.url.relativePath)
            do {
                try pickles.read()
                return try contents(of: file, pickles)
            } catch  where pickles.ranOut && length < min(file.size, TorchFile.maximumPickleLength) {
                length *= 2
            } catch  where pickles.ranOut && length < file.size {
                throw TensorFileError(
                    file.url, found: "pickles of more than \(TorchFile.maximumPickleLength) bytes",
                    wanted: "at most that much before the elements")
            }
        }
    }

    /// The pickles at the start of a file.
    private struct Pickles {
        let bytes: [UInt8]
        let file: String
        /// Whether the bytes ended before the last pickle did.
        private(set) var ranOut = false
        /// The object, with the machine that read it.
        private(set) var object = PickleValue.none
        private(set) var machine: PickleMachine
        private(set) var objectLength = 0
        /// The names of the storages in their order.
        private(set) var keys: [String] = []
        /// Where the storages begin.
        private(set) var end = 0

        init(_ bytes: [UInt8], file: String) {
            (self.bytes, self.file) = (bytes, file)
            machine = PickleMachine(file: file, pickle: bytes)
        }

        mutating func read() throws(TensorFileError) {
            _ = try next("the format's number")
            let (version, _) = try next("the version")
            guard case .integer(1001) = version else {
                throw TensorFileError(file: file, found: "another version of PyTorch's format", wanted: "1001")
            }
            _ = try next("the machine")
            let start = end
            (object, machine) = try next("the object")
            objectLength = end - start
            let (list, machine) = try next("the names of storages")
            guard case .container(let number) = list, !machine.containers[number].isKeyed else {
                throw TensorFileError(file: file, found: "\(list.kind)", wanted: "a list of the names of storages")
            }
            keys = try machine.containers[number].elements.map { (value) throws(TensorFileError) in
                switch value {
                case .text(let text): return text
                case .integer(let integer): return String(integer)
                default: throw TensorFileError(file: file, found: "\(value.kind)", wanted: "the name of a storage")
                }
            }
        }

        private mutating func next(_ what: String) throws(TensorFileError) -> (PickleValue, PickleMachine) {
            var machine = PickleMachine(file: "\(file), the pickle of \(what)", pickle: bytes, at: end)
            do {
                let value = try machine.run(goesOn: true)
                end = machine.position
                return (value, machine)
            } catch {
                ranOut = machine.ranOut
                throw error
            }
        }
    }

    private static func contents(
        of file: RandomAccessFile, _ pickles: Pickles
    ) throws(TensorFileError) -> FileContents {
        let storages = try storages(of: file, pickles)
        let place = "\(file.url.relativePath), the pickle of the object"
        let tensors = try PickledTensors(
            pickles.object, in: pickles.machine, length: pickles.objectLength, file: place)
        var contents = try tensors.contents(of: file, pickle: pickles.bytes) {
            (storage, name) throws(TensorFileError) in
            guard let range = storages.ranges[storage.key] else {
                throw TensorFileError(
                    file.url, found: "no storage \(storage.key.quoted) for tensor \(name.quoted)",
                    wanted: "one of those that the file names")
            }
            return TorchStoragePlace(section: .bytes(range), name: "storage \(storage.key)", range: 0..<range.count)
        }
        try TorchFile.checkSharing(contents.tensors, file, inflatedSize: file.size)
        if storages.end < file.size {
            contents.remarks.append(
                "it goes on for \(file.size - storages.end) bytes after its tensors, which are not read")
        }
        return contents
    }

    /// Where the elements of each storage lie, and where the last ends. The pickle says how long an element is.
    private static func storages(
        of file: RandomAccessFile, _ pickles: Pickles
    ) throws(TensorFileError) -> (ranges: [String: Range<Int>], end: Int) {
        var sizes: [String: Int] = [:]
        for number in pickles.machine.objects.indices where pickles.machine.objects[number].isPersistent {
            guard let storage = pickles.machine.storage(.object(number)) else { continue }
            let size = storage.elements?.size ?? 1
            guard sizes.updateValue(size, forKey: storage.key) ?? size == size else {
                throw TensorFileError(
                    file.url, found: "storage \(storage.key.quoted) with elements of two sizes", wanted: "one")
            }
        }
        var ranges: [String: Range<Int>] = [:]
        var position = pickles.end
        for key in pickles.keys {
            guard let size = sizes[key] else {
                throw TensorFileError(
                    file.url, found: "storage \(key.quoted) without a tensor", wanted: "one that says its type")
            }
            guard position <= file.size - 8 else {
                throw TensorFileError(
                    file.url, found: "the end after \(file.size) bytes",
                    wanted: "storage \(key.quoted) at byte \(position)")
            }
            let count = try file.read(position..<position + 8).reversed().reduce(0) { $0 << 8 | Int($1) }
            position += 8
            guard count >= 0, count <= (file.size - position) / size else {
                throw TensorFileError(
                    file.url, found: "\(count) elements of \(size) bytes in storage \(key.quoted)",
                    wanted: "at most the \(file.size - position) bytes that follow")
            }
            guard ranges.updateValue(position..<position + count * size, forKey: key) == nil else {
                throw TensorFileError(file.url, found: "storage \(key.quoted) twice", wanted: "each once")
            }
            position += count * size
        }
        return (ranges, position)
    }
}

/// The format before that, of the first weeks of 2017: a tar archive.
enum TorchTarFile {
    private static let members: Set<String> = ["sys_info", "pickle", "tensors", "storages"]

    /// Whether `file` is a tar archive with one of the four members.
    static func recognizes(_ file: OpenedFile) throws(TensorFileError) -> Bool {
        guard file.start.count == 512, file.start[257...].starts(with: Array("ustar".utf8)) else { return false }
        var position = 0
        // Each member may have a header of its own before it.
        for _ in 0..<8 {
            guard position <= file.file.size - 512 else { return false }
            let header = try file.file.read(position..<position + 512)
            let name = String(decoding: header.prefix(100).prefix { $0 != 0 }, as: UTF8.self)
            if members.contains(name) { return true }
            let digits = String(decoding: header[124..<136].prefix { $0 != 0 && $0 != 32 }, as: UTF8.self)
            guard let size = Int(digits, radix: 8), size >= 0, size <= file.file.size else { return false }
            position += 512 + (size + 511) / 512 * 512
        }
        return false
    }
}

enum TorchLegacyFormat: TensorFileFormat {
    static let format = TensorArchive.Format(
        "pytorch-legacy", extensions: ["pth", "pt", "tar"], writers: "`torch.save` before PyTorch 1.6",
        reading:
            "As of `pytorch`. The tar archives of 2017 with members `pickle` and `storages` are named and not read.")

    static func recognizes(_ file: OpenedFile) throws(TensorFileError) -> Bool {
        if TorchLegacyFile.recognizes(file.start) { return true }
        return try TorchTarFile.recognizes(file)
    }

    static func contents(of file: OpenedFile) throws(TensorFileError) -> FileContents {
        guard TorchLegacyFile.recognizes(file.start) else {
            guard try TorchTarFile.recognizes(file) else { throw UnknownFile.error(for: file) }
            throw TensorFileError(
                file.file.url, found: "PyTorch's tar archive of 2017",
                wanted: "the file made anew by torch.save(torch.load(file, weights_only=False), file)")
        }
        return try TorchLegacyFile.contents(of: file.file)
    }
}

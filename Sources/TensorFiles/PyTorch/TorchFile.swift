import Foundation
import Tensors

/// PyTorch's format of a zip archive with a pickle that describes tensors, and their memory beside it.
///
/// The pickle is read by a machine that cannot execute anything; see `PickleMachine`. Source: `torch.serialization`, PyTorch 1.6
/// to 2.15.
public enum TorchFile {
    /// The start of every file that `torch.save` wrote before version 1.6: a pickled number.
    static let legacyMagic: [UInt8] = [0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]

    /// The length of the longest pickle that is read.
    static let maximumPickleLength = 16 << 20

    /// The most axes that a tensor may have, which is PyTorch's own limit.
    static let maximumRank = 64

    /// How many times the file's length its tensors may take together: they may share memory, but hardly more often than twice.
    static let maximumSharing = 16

    /// The member of `archive` that describes its tensors, or nil where PyTorch did not write it.
    static func pickle(in archive: ZipArchive, _ url: URL) throws(TensorFileError) -> ZipArchive.Member? {
        let pickles = archive.members.filter { member in
            let parts = member.name.split(separator: "/", omittingEmptySubsequences: false)
            return parts.count <= 2 && parts.last == "data.pkl"
        }
        guard pickles.count <= 1 else {
            throw TensorFileError(
                url, found: "\(pickles[0].name.quoted) and \(pickles[1].name.quoted)", wanted: "a single data.pkl")
        }
        return pickles.first
    }

    /// What `pickle`, a member of `archive`, describes. The storages are members in the folder `storages` beside it.
    static func contents(
        of file: RandomAccessFile, _ archive: ZipArchive, _ pickle: ZipArchive.Member, storages: String = "data/"
    ) throws(TensorFileError) -> FileContents {
        let members = members(of: archive)
        let place = "\(file.url.relativePath), member \(pickle.name.quoted)"
        guard pickle.size <= maximumPickleLength else {
            throw TensorFileError(file: place, found: "\(pickle.size) bytes", wanted: "at most \(maximumPickleLength)")
        }
        let bytes = try file.contents(of: members[pickle.name] ?? pickle, 0..<pickle.size)
        var machine = PickleMachine(file: place, pickle: bytes)
        let root = try machine.run()
        let tensors = try PickledTensors(root, in: machine, length: pickle.size, file: place)

        let folder = pickle.name.dropLast(pickle.name.split(separator: "/").last?.count ?? 0)
        let isBigEndian = try isBigEndian(members[folder + "byteorder"], in: file)
        let contents = try tensors.contents(of: file, pickle: bytes) { (storage, name) throws(TensorFileError) in
            let path = "\(folder)\(storages)\(storage.key)"
            guard let member = members[path] else {
                throw TensorFileError(
                    file.url, found: "no member \(path.quoted) for tensor \(name.quoted)",
                    wanted: "the storage that the pickle names")
            }
            return TorchStoragePlace(
                section: .member(member), name: path, range: 0..<member.size, isBigEndian: isBigEndian)
        }
        let inflated = archive.members.reduce(0) { $0 + max($1.size, $1.range.count) }
        try checkSharing(contents.tensors, file, inflatedSize: max(inflated, file.size))
        return contents
    }

    /// The members by name.
    private static func members(of archive: ZipArchive) -> [String: ZipArchive.Member] {
        var members: [String: ZipArchive.Member] = [:]
        for var member in archive.members {
            // PyTorch can be told not to compute checksums; it states 0 then.
            if member.crc32 == 0 { member.crc32 = nil }
            members[member.name] = member
        }
        return members
    }

    private static func isBigEndian(
        _ member: ZipArchive.Member?, in file: RandomAccessFile
    ) throws(TensorFileError) -> Bool {
        guard let member else { return false }
        let order = try String(decoding: file.contents(of: member, 0..<min(member.size, 16)), as: UTF8.self)
        guard order == "little" || order == "big" else {
            throw TensorFileError(file.url, found: "\(order.quoted) in \(member.name.quoted)", wanted: "little or big")
        }
        return order == "big"
    }

    /// Checks that reading each tensor once takes bounded time and memory. One in a deflated member counts as the whole of that, which
    /// is inflated for it.
    static func checkSharing(
        _ locations: [TensorLocation], _ file: RandomAccessFile, inflatedSize: Int
    ) throws(TensorFileError) {
        var total = 0
        for location in locations {
            // No tensor is longer than what holds it, so that the sum cannot overflow before it is too great.
            if case .member(let member) = location.section, member.isDeflated {
                total += member.size
            } else {
                total += location.entry.shape.count * location.entry.scalarType.size
            }
            guard total / maximumSharing <= inflatedSize else {
                throw TensorFileError(
                    file.url, found: "tensors that together take more than \(maximumSharing) times the file's length",
                    wanted: "fewer that share their memory")
            }
        }
    }
}

/// Where a storage lies.
struct TorchStoragePlace {
    let section: FileSection
    /// What it is called in messages.
    let name: String
    /// Its bytes in the section.
    let range: Range<Int>
    var isBigEndian = false
}

extension PickledTensors {
    /// Where the tensors lie whose storages `place` finds; the names of tensors are for its messages. `pickle` is what they were found in.
    func contents(
        of file: RandomAccessFile, pickle: [UInt8],
        place: (TorchStorage, String) throws(TensorFileError) -> TorchStoragePlace
    ) throws(TensorFileError) -> FileContents {
        var contents = FileContents(tensors: [], skipped: skipped, remarks: remarks)
        for item in items {
            let name = item.name.isEmpty ? file.url.deletingPathExtension().lastPathComponent : item.name
            let keys = item.path.count > 1 ? item.path : nil
            switch item.tensor {
            case .skipped(let reason): contents.skipped.append(TensorArchive.Skipped(name: name, reason: reason))
            case .array(let array):
                guard let shape = TensorShape(validating: array.extents),
                    shape.count * array.scalarType.size == array.byteCount
                else {
                    throw TensorFileError(
                        file.url, found: "\(array.storedCount) bytes for the array \(name.quoted)",
                        wanted: "those that the shape \(array.extents.listed) takes")
                }
                let entry = TensorArchive.Entry(
                    name: name, shape: shape, scalarType: array.scalarType, use: item.use, keys: keys)
                contents.tensors.append(array.location(named: entry, in: pickle))
            case .strided(let storage, let elements, let offset, let extents, let strides):
                guard case .numbers(let type) = elements else { continue }
                let view = TorchView(
                    scalarType: type, isUntyped: storage.elements == nil, offset: offset, extents: extents,
                    strides: strides)
                var location = try view.location(name, in: storage, at: place(storage, name), file.url)
                location.entry.use = item.use
                location.entry.keys = keys
                contents.tensors.append(location)
            }
        }
        return contents
    }
}

/// Elements of a storage that make a tensor.
struct TorchView {
    let scalarType: ScalarType
    /// Whether the storage counts bytes, not elements.
    var isUntyped = false
    /// The position of the first element.
    let offset: Int
    let extents: [Int]
    /// As many as there are extents, counted in elements.
    let strides: [Int]

    /// Where the tensor lies, after the check that all its elements lie in its storage.
    func location(
        _ name: String, in storage: TorchStorage, at place: TorchStoragePlace, _ url: URL
    ) throws(TensorFileError) -> TensorLocation {
        let size = scalarType.size
        func error(_ found: String, _ wanted: String) -> TensorFileError {
            TensorFileError(url, found: "\(found) for tensor \(name.quoted)", wanted: wanted)
        }
        let unit = isUntyped ? 1 : size
        guard storage.count == place.range.count / unit, place.range.count % unit == 0 else {
            throw error(
                "\(place.range.count) bytes in \(place.name.quoted)",
                "\(storage.count) elements of \(unit) bytes, as the pickle states")
        }
        var available = place.range
        if let view = storage.view {
            guard view.upperBound <= storage.count else {
                throw error("a view of the elements \(view)", "elements among the \(storage.count) of its storage")
            }
            available =
                place.range.lowerBound + view.lowerBound * unit..<place.range.lowerBound + view.upperBound * unit
        }
        let count = available.count / size
        guard let shape = TensorShape(validating: extents), shape.count <= count else {
            throw error("the shape \(extents.listed)", "at most the \(count) elements of its storage")
        }
        // Along an axis of one element no step is ever taken, so its stride means nothing and may be anything.
        let strides = zip(extents, strides).map { $0 > 1 ? $1 : 0 }
        let layout = StridedElements(shape: shape, strides: strides, scalarSize: size, isBigEndian: place.isBigEndian)
        guard let extent = layout.extent, extent <= count, offset <= count - extent else {
            throw error(
                "offset \(offset), extents \(extents.listed) and strides \(self.strides.listed)",
                "all elements among the \(count) of its storage")
        }
        let entry = TensorArchive.Entry(name: name, shape: shape, scalarType: scalarType)
        var location = TensorLocation(
            entry: entry, section: place.section, offset: available.lowerBound + offset * size)
        let contiguous = zip(extents, shape.strides).map { $0 > 1 ? $1 : 0 }
        if strides != contiguous || place.isBigEndian { location.layout = layout }
        return location
    }
}

enum TorchFormat: TensorFileFormat {
    static let format = TensorArchive.Format(
        "pytorch", extensions: ["pt", "pth", "ckpt", "bin"], writers: "`torch.save` since PyTorch 1.6",
        reading: """
            Tensors wherever they lie: in dictionaries, lists and attributes of objects; of whole modules, what their `state_dict()` \
            holds; NumPy's arrays. Complex, quantised, sparse ones and those without elements are named and left out. Nothing is \
            executed.
            """)

    static func recognizes(_ file: OpenedFile) throws(TensorFileError) -> Bool {
        guard let archive = try file.zipArchive() else { return false }
        return try TorchFile.pickle(in: archive, file.file.url) != nil
    }

    static func contents(of file: OpenedFile) throws(TensorFileError) -> FileContents {
        guard let archive = try file.zipArchive(), let pickle = try TorchFile.pickle(in: archive, file.file.url) else {
            throw UnknownFile.error(for: file)
        }
        return try TorchFile.contents(of: file.file, archive, pickle)
    }
}

import Foundation
import Tensors

/// PyTorch's format for state dictionaries: a zip archive with a pickle that describes tensors, and their memory beside it.
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
        let pickles = archive.members.filter { ("/" + $0.name).hasSuffix("/data.pkl") }
        guard pickles.count <= 1 else {
            throw TensorFileError(
                url, found: "\(pickles[0].name.quoted) and \(pickles[1].name.quoted)", wanted: "a single data.pkl")
        }
        return pickles.first
    }

    /// Where the tensors lie that `pickle`, a member of `archive`, describes.
    static func contents(
        of file: RandomAccessFile, _ archive: ZipArchive, _ pickle: ZipArchive.Member
    ) throws(TensorFileError) -> [TensorLocation] {
        let members = try members(of: archive, file.url)
        let place = "\(file.url.relativePath), member \(pickle.name.quoted)"
        guard pickle.size <= maximumPickleLength else {
            throw TensorFileError(file: place, found: "\(pickle.size) bytes", wanted: "at most \(maximumPickleLength)")
        }
        let bytes = try file.contents(of: members[pickle.name] ?? pickle, 0..<pickle.size)
        var machine = PickleMachine(file: place, pickle: bytes)
        let root = try machine.run()
        let dictionary = try StateDictionary(root, in: machine, length: pickle.size, file: place)

        let folder = String(pickle.name.dropLast("data.pkl".count))
        let isBigEndian = try isBigEndian(members[folder + "byteorder"], in: file)
        var locations: [TensorLocation] = []
        for (path, tensor) in dictionary.tensors {
            let name = path.isEmpty ? file.url.deletingPathExtension().lastPathComponent : path
            let storage = "\(folder)data/\(tensor.storage.key)"
            guard let member = members[storage] else {
                throw TensorFileError(
                    file.url, found: "no member \(storage.quoted) for tensor \(name.quoted)",
                    wanted: "the storage that the pickle names")
            }
            try locations.append(location(of: tensor, name, in: member, isBigEndian, file.url))
        }
        try checkSharing(locations, file)
        return locations
    }

    /// The members by name, none of which may be deflated: a view of a few elements must not cost the inflating of a large storage.
    private static func members(
        of archive: ZipArchive, _ url: URL
    ) throws(TensorFileError) -> [String: ZipArchive.Member] {
        var members: [String: ZipArchive.Member] = [:]
        for var member in archive.members {
            guard !member.isDeflated else {
                throw TensorFileError(
                    url, found: "the member \(member.name.quoted) deflated", wanted: "members stored as torch.save does"
                )
            }
            // PyTorch can be told not to compute checksums; it states 0 then.
            if member.crc32 == 0 { member.crc32 = nil }
            members[member.name] = member
        }
        return members
    }

    /// Where a tensor lies, after the check that all its elements lie in its storage.
    private static func location(
        of tensor: TorchTensor, _ name: String, in member: ZipArchive.Member, _ isBigEndian: Bool, _ url: URL
    ) throws(TensorFileError) -> TensorLocation {
        let (storage, size) = (tensor.storage, tensor.storage.scalarType.size)
        func error(_ found: String, _ wanted: String) -> TensorFileError {
            TensorFileError(url, found: "\(found) for tensor \(name.quoted)", wanted: wanted)
        }
        guard storage.count == member.size / size, member.size % size == 0 else {
            throw error(
                "\(member.size) bytes in \(member.name.quoted)",
                "\(storage.count) elements of \(size) bytes, as the pickle states")
        }
        guard let shape = TensorShape(validating: tensor.extents), shape.count <= storage.count else {
            throw error("the shape \(tensor.extents.listed)", "at most the \(storage.count) elements of its storage")
        }
        // Along an axis of one element no step is ever taken, so its stride means nothing and may be anything.
        let strides = zip(tensor.extents, tensor.strides).map { $0 > 1 ? $1 : 0 }
        let layout = StridedElements(shape: shape, strides: strides, scalarSize: size, isBigEndian: isBigEndian)
        guard let extent = layout.extent, extent <= storage.count, tensor.offset <= storage.count - extent else {
            throw error(
                "offset \(tensor.offset), extents \(tensor.extents.listed) and strides \(tensor.strides.listed)",
                "all elements among the \(storage.count) of its storage")
        }
        let entry = TensorArchive.Entry(name: name, shape: shape, scalarType: storage.scalarType)
        var location = TensorLocation(entry: entry, section: .member(member), offset: tensor.offset * size)
        let contiguous = zip(tensor.extents, shape.strides).map { $0 > 1 ? $1 : 0 }
        if strides != contiguous || isBigEndian { location.layout = layout }
        return location
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

    private static func checkSharing(_ locations: [TensorLocation], _ file: RandomAccessFile) throws(TensorFileError) {
        var total = 0
        for location in locations {
            // No tensor is longer than the file, so that the sum cannot overflow before it is too great.
            total += location.entry.shape.count * location.entry.scalarType.size
            guard total / maximumSharing <= file.size else {
                throw TensorFileError(
                    file.url, found: "tensors that together take more than \(maximumSharing) times the file's length",
                    wanted: "fewer that share their memory")
            }
        }
    }
}

enum TorchFormat: TensorFileFormat {
    static let format = TensorArchive.Format(
        "pytorch", extensions: ["pt", "pth", "ckpt", "bin"], writers: "`torch.save` since PyTorch 1.6",
        reading: "Tensors wherever they lie in dictionaries and lists. Nothing is executed.")

    static func recognizes(_ file: OpenedFile) throws(TensorFileError) -> Bool {
        guard let archive = try file.zipArchive() else { return false }
        return try TorchFile.pickle(in: archive, file.file.url) != nil
    }

    static func contents(of file: OpenedFile) throws(TensorFileError) -> FileContents {
        guard let archive = try file.zipArchive(), let pickle = try TorchFile.pickle(in: archive, file.file.url) else {
            throw UnknownFile.error(for: file)
        }
        return try FileContents(tensors: TorchFile.contents(of: file.file, archive, pickle))
    }
}

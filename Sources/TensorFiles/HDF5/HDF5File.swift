import Foundation
import Tensors

/// Keras's files since its first version, and any other HDF5 file of arrays.
enum HDF5Format: TensorFileFormat {
    static let format = TensorArchive.Format(
        "hdf5", extensions: ["h5", "hdf5"],
        writers: "Keras 1 and 2 (`save`, `save_weights`), Keras 3 (`save_weights`), h5py",
        reading:
            "Every data set of real numbers, by the system's library in a process of its own. Links out of the file are not followed."
    )

    static func recognizes(_ file: OpenedFile) -> Bool { file.start.starts(with: HDF5File.signature) }

    static func contents(of file: OpenedFile) throws(TensorFileError) -> FileContents {
        try HDF5File(file.file).contents { listing in KerasNames(listing, configuration: nil) }
    }
}

/// MATLAB's files of version 7.3, which are HDF5.
enum MATLABFormat: TensorFileFormat {
    static let format = TensorArchive.Format(
        "matlab", extensions: ["mat"], writers: "MATLAB's `save` with `-v7.3`: MatConvNet's networks",
        reading:
            "Arrays of real numbers in variables, structures and cells, by the system's HDF5 library in a process of its own."
    )

    static func recognizes(_ file: OpenedFile) throws(TensorFileError) -> Bool {
        guard file.start.starts(with: "MATLAB 7.3".utf8), file.file.size >= 520 else { return false }
        return try file.file.read(512..<512 + HDF5File.signature.count) == HDF5File.signature
    }

    static func contents(of file: OpenedFile) throws(TensorFileError) -> FileContents {
        try HDF5File(file.file).contents { listing in MATLABNames(listing) }
    }
}

/// Keras 3's files: a zip archive of the network's description and its weights in HDF5.
enum KerasFormat: TensorFileFormat {
    static let format = TensorArchive.Format(
        "keras", extensions: ["keras"], writers: "Keras 3 (`save`)",
        reading: "The weights, called as their layers are, with each layer's dilation, stride and groups.")

    private static let weights = "model.weights.h5"
    private static let configuration = "config.json"
    private static let longestConfiguration = 64 << 20

    static func recognizes(_ file: OpenedFile) throws(TensorFileError) -> Bool {
        guard let archive = try file.zipArchive() else { return false }
        return archive.member(named: weights) != nil && archive.member(named: configuration) != nil
    }

    static func contents(of file: OpenedFile) throws(TensorFileError) -> FileContents {
        guard let archive = try file.zipArchive(), let weights = archive.member(named: weights),
            let configuration = archive.member(named: configuration)
        else {
            throw TensorFileError(
                file.file.url, found: "an archive without \(weights) or \(configuration)", wanted: "a .keras file")
        }
        guard configuration.size <= longestConfiguration else {
            throw TensorFileError(
                file.file.url, found: "a description of \(configuration.size) bytes", wanted: "one of at most 64 MiB")
        }
        let description = try file.file.contents(of: configuration, 0..<configuration.size)
        return try HDF5File(extracting: weights, from: file.file).contents { listing in
            KerasNames(listing, configuration: description)
        }
    }
}

/// How the data sets of a listing are named, and what they are for.
protocol HDF5Names {
    /// The name of a data set in the archive, what it is used for, and its shape where that is to be another one with as many elements.
    func meaning(of dataset: HDF5Listing.Dataset) -> (name: String, use: TensorUse, shape: [Int])
    /// What a reader of figures should know.
    var remarks: [String] { get }
}

/// What the program that reads HDF5 lists.
struct HDF5Listing: Decodable {
    struct Dataset: Decodable {
        let name: String
        let path: String
        let shape: [Int]
        let type: String?
        let reason: String?
    }

    let datasets: [Dataset]
    let texts: [String: String]
    let numbers: [String: [Double]]
    let isCut: Bool
}

/// An HDF5 file that is open, for as long as one of its tensors may be asked for.
final class HDF5File: Sendable {
    static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]

    /// The longest listing.
    private static let longestListing = 128 << 20

    private let url: URL
    private let descriptor: Int32
    /// Where in it the HDF5 file lies.
    private let range: Range<Int>

    init(_ file: RandomAccessFile) throws(TensorFileError) {
        url = file.url
        descriptor = try file.duplicatedDescriptor()
        range = 0..<file.size
    }

    /// The file that is a member of an archive; a deflated one is copied into a file without a name.
    init(extracting member: ZipArchive.Member, from archive: RandomAccessFile) throws(TensorFileError) {
        url = archive.url
        descriptor = try member.isDeflated ? archive.extracted(member) : archive.duplicatedDescriptor()
        range = member.isDeflated ? 0..<member.size : member.range
    }

    deinit { close(descriptor) }

    private var place: [String] { [String(range.lowerBound), String(range.count)] }

    /// What the file holds, named by what `names` makes of the listing.
    func contents(_ names: (HDF5Listing) -> some HDF5Names) throws(TensorFileError) -> FileContents {
        let answer = try HDF5Process.answer(
            to: ["contents"] + place, about: descriptor, of: url, limit: Self.longestListing)
        guard let listing = try? JSONDecoder().decode(HDF5Listing.self, from: Data(answer)) else {
            throw TensorFileError(url, found: "a listing that cannot be read", wanted: "an undamaged HDF5 file")
        }
        return Self.contents(listing, names(listing), source: source)
    }

    /// The tensors of a listing, which is not trusted: whatever became of the process that wrote it.
    static func contents(
        _ listing: HDF5Listing, _ naming: some HDF5Names, source: (String, TensorArchive.Entry) -> ElementSource
    ) -> FileContents {
        var contents = FileContents(tensors: [])
        var taken: Set<String> = []
        for dataset in listing.datasets {
            var (name, use, extents) = naming.meaning(of: dataset)
            if !taken.insert(name).inserted {
                name = dataset.name
                guard taken.insert(name).inserted else { continue }
            }
            if let reason = dataset.reason {
                contents.skipped.append(TensorArchive.Skipped(name: name, reason: reason.printable(limit: 300)))
                continue
            }
            guard let type = dataset.type.flatMap(ScalarType.init(hdf5:)), let shape = TensorShape(validating: extents),
                shape.count <= Int.max / 8
            else {
                contents.skipped.append(TensorArchive.Skipped(name: name, reason: "its shape or type cannot be"))
                continue
            }
            let entry = TensorArchive.Entry(name: name, shape: shape, scalarType: type, use: use)
            contents.tensors.append(TensorLocation(entry: entry, section: .source(source(dataset.path, entry))))
        }
        contents.remarks = naming.remarks
        if listing.isCut { contents.remarks.append("it holds more than is listed: too many members, or too deep") }
        return contents
    }

    private func source(_ path: String, _ entry: TensorArchive.Entry) -> ElementSource {
        let count = entry.shape.count * entry.scalarType.size
        return ElementSource { [self] range throws(TensorFileError) in
            let bytes = try HDF5Process.answer(
                to: ["elements"] + place + [path], about: descriptor, of: url, limit: count)
            guard bytes.count == count, range.upperBound <= count else {
                throw TensorFileError(
                    url, found: "\(bytes.count) bytes for the tensor \(entry.name.quoted)", wanted: "\(count)")
            }
            return range.count == count ? bytes : Array(bytes[range])
        }
    }
}

extension ScalarType {
    /// The type that a listing calls by a letter and the bytes to an element.
    fileprivate init?(hdf5 word: String) {
        let types: [String: ScalarType] = [
            "f8": .float64, "f4": .float32, "f2": .float16, "i8": .int64, "i4": .int32, "i2": .int16, "i1": .int8,
            "u8": .uint64, "u4": .uint32, "u2": .uint16, "u1": .uint8,
        ]
        guard let type = types[word] else { return nil }
        self = type
    }
}

extension RandomAccessFile {
    /// The members' contents in a new file that has no name, open for reading and writing.
    fileprivate func extracted(_ member: ZipArchive.Member) throws(TensorFileError) -> Int32 {
        var template = Array(
            FileManager.default.temporaryDirectory.appendingPathComponent("ccnn-XXXXXX").path.utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw .system(url, "making a temporary file", wanted: "room for a copy") }
        unlink(template)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        do {
            try copy(member) { (piece) throws(TensorFileError) in
                var rest = piece
                while !rest.isEmpty {
                    let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
                    if count < 0, errno == EINTR { continue }
                    guard count > 0 else { throw .system(url, "writing a temporary file", wanted: "room for a copy") }
                    rest = rest.dropFirst(count)
                }
            }
        } catch {
            close(descriptor)
            throw error
        }
        return descriptor
    }
}

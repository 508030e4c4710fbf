import Foundation
import Tensors

/// A file of tensors, opened for reading: safetensors, `.npy`, `.npz`, or a state dictionary of PyTorch.
///
/// Opening reads and checks the headers only; the elements of a tensor are read when it is asked for. Nothing in a file is trusted:
/// whatever does not hold is a `TensorFileError`, whose one sentence names the file, what was found, and what was wanted. Nothing in
/// a file is executed either, and no file is written.
///
/// Memory: opening takes at most 100 times the length of the headers (which has limits: 100 MB for safetensors, 16 MiB for PyTorch's
/// pickle). Reading a tensor takes its own bytes, and for other axis orders than row-major those it is gathered from. All tensors of
/// a file together are as long as the file, or at most 1032 times that for deflated and 16 times for PyTorch's, where tensors may
/// share memory.
public struct TensorArchive: Sendable {
    /// What a file says about one of its tensors.
    public struct Entry: Sendable, Hashable {
        /// The name, unique in the file.
        public var name: String
        /// The extents of the axes, outermost first.
        public var shape: TensorShape
        /// The type of the elements.
        public var scalarType: ScalarType
    }

    /// The formats that can be read.
    public enum Format: String, Sendable, Hashable, CaseIterable {
        /// A header in JSON and the tensors' bytes.
        case safetensors
        /// NumPy's format for one array.
        case npy
        /// NumPy's format for several arrays.
        case npz
        /// What `torch.save` writes since PyTorch 1.6.
        case pytorch
    }

    /// The file.
    public let url: URL
    /// The format that the contents have, whatever the file is called.
    public let format: Format
    /// What a safetensors file says beside its tensors; empty for the other formats.
    public let metadata: [String: String]

    private let file: RandomAccessFile
    private let locations: [TensorLocation]
    private let indices: [String: Int]

    /// Opens the file at `url` and reads what tensors it holds.
    ///
    /// The format is told from the first bytes. Those of safetensors and of a damaged file may be anything; there the extension
    /// decides. The tensor of a `.npy` file is named as the file is, without the extension.
    /// - Throws: `TensorFileError` where the file cannot be read, is of another format, or does not keep to its format.
    public init(contentsOf url: URL) throws(TensorFileError) {
        let file = try RandomAccessFile(url)
        var metadata: [String: String] = [:]
        switch try Container(of: file) {
        case .safetensors:
            format = .safetensors
            (locations, metadata) = try SafetensorsFile.contents(of: file)
        case .npy:
            format = .npy
            locations = [try NpyFile.contents(of: file)]
        case .zip:
            let archive = try ZipArchive(file)
            if let pickle = try TorchFile.pickle(in: archive, url) {
                format = .pytorch
                locations = try TorchFile.contents(of: file, archive, pickle)
            } else {
                format = .npz
                locations = try NpzFile.contents(of: file, archive)
            }
        }
        self.url = url
        self.file = file
        self.metadata = metadata
        indices = Dictionary(zip(locations.map(\.entry.name), locations.indices)) { first, _ in first }
    }

    /// The tensors that the file holds, in its own order.
    public var entries: [Entry] { locations.map(\.entry) }

    /// Reads the tensor called `name`.
    /// - Throws: `TensorFileError` where there is none of that name, or where it cannot be read.
    public func tensor(named name: String) throws(TensorFileError) -> StoredTensor {
        guard let index = indices[name] else {
            let known = locations.prefix(8).map(\.entry.name.quoted).joined(separator: ", ")
            let more = locations.count > 8 ? " or \(locations.count - 8) more" : ""
            throw TensorFileError(
                url, found: "no tensor \(name.quoted)",
                wanted: locations.isEmpty ? "any tensor at all" : "one of \(known)\(more)")
        }
        return try read(locations[index], checksIntegrity: true)
    }

    /// Reads the tensors for which `isIncluded` says true, all of them by default, in the file's own order.
    /// - Throws: `TensorFileError` where one cannot be read.
    public func tensors(where isIncluded: (Entry) -> Bool = { _ in true }) throws(TensorFileError) -> [StoredTensor] {
        // Tensors that share a storage would otherwise have its checksum computed once for each of them.
        var checked: Set<FileSection> = []
        var tensors: [StoredTensor] = []
        for location in locations where isIncluded(location.entry) {
            try tensors.append(read(location, checksIntegrity: checked.insert(location.section).inserted))
        }
        return tensors
    }

    private func read(_ location: TensorLocation, checksIntegrity: Bool) throws(TensorFileError) -> StoredTensor {
        let range = location.offset..<location.offset + location.byteCount
        var bytes =
            switch location.section {
            case .bytes(let section):
                try file.read(section.lowerBound + range.lowerBound..<section.lowerBound + range.upperBound)
            case .member(let member): try file.contents(of: member, range, checksIntegrity: checksIntegrity)
            }
        if let layout = location.layout { bytes = layout.rowMajorBytes(from: bytes) }
        let entry = location.entry
        return StoredTensor(name: entry.name, shape: entry.shape, scalarType: entry.scalarType, bytes: bytes)
    }
}

/// How a file packs its tensors, told from its first bytes.
private enum Container {
    case safetensors, npy, zip

    init(of file: RandomAccessFile) throws(TensorFileError) {
        let start = try file.read(0..<min(16, file.size))
        let pathExtension = file.url.pathExtension.lowercased()
        if start.starts(with: NpyHeader.magic) {
            self = .npy
        } else if ZipArchive.magics.contains(where: { start.starts(with: $0) }) {
            self = .zip
        } else if start.starts(with: TorchFile.legacyMagic) {
            throw TensorFileError(
                file.url, found: "PyTorch's format from before version 1.6, a bare pickle",
                wanted: "the file loaded and saved again with torch.save of a later version")
        } else if pathExtension == "safetensors" || start.dropFirst(8).first == UInt8(ascii: "{") {
            self = .safetensors
        } else if pathExtension == "npy" {
            self = .npy
        } else {
            let bytes = start.prefix(8).map { String($0, radix: 16) }.joined(separator: " ")
            throw TensorFileError(
                file.url, found: start.isEmpty ? "an empty file" : "the bytes \(bytes) at its start",
                wanted: "a safetensors, .npy or .npz file or a zip archive by torch.save")
        }
    }
}

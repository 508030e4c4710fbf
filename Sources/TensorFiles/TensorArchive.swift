import Foundation
import Tensors

/// A file of tensors, opened for reading, in any of the formats of `TensorArchive.Format.all`.
///
/// Opening reads and checks the headers only; the elements of a tensor are read when it is asked for. Nothing in a file is trusted:
/// whatever does not hold is a `TensorFileError`, whose one sentence names the file, what was found, and what was wanted. Nothing in
/// a file is executed either, and no file is written.
///
/// Memory: opening takes at most 100 times the length of the headers (which has limits: 100 MB for safetensors, 16 MiB for PyTorch's
/// pickle). Reading a tensor takes its own bytes, and for other axis orders than row-major those it is gathered from. All tensors of
/// a file together are as long as the file, or at most 1032 times that for deflated and 16 times (of what it inflates to) for PyTorch's,
/// where tensors may share memory.
public struct TensorArchive: Sendable {
    /// What a file says about one of its tensors.
    public struct Entry: Sendable, Hashable {
        /// The name, unique in the file.
        public var name: String
        /// The extents of the axes, outermost first.
        public var shape: TensorShape
        /// The type of the elements.
        public var scalarType: ScalarType
        /// What the format says the tensor is for.
        public var use = TensorUse.unstated
        /// The keys on the way to the tensor, where there are several.
        var keys: [String]?

        /// The keys, positions and attributes that lead to the tensor, outermost first: a name alone does not tell
        /// `{"optimizer": {"conv.weight": …}}` from `{"optimizer.conv": {"weight": …}}`. The name alone where the format has no
        /// containers in containers.
        public var path: [String] { keys ?? [name] }
    }

    /// A format of files, as users are told of it.
    public struct Format: Sendable, Hashable {
        /// The word for it in messages and in JSON, such as `safetensors`.
        public let name: String
        /// The extensions that its files usually have, without the dot and in lower case.
        public let extensions: [String]
        /// What writes it, for a table of formats.
        public let writers: String
        /// What is read of it and what is not, for a table of formats; a sentence or two.
        public let reading: String

        init(_ name: String, extensions: [String], writers: String, reading: String) {
            (self.name, self.extensions, self.writers, self.reading) = (name, extensions, writers, reading)
        }

        /// All formats that can be read.
        public static var all: [Format] { TensorFileFormats.all.map { $0.format } }
    }

    /// A tensor that the file holds and that cannot be read as numbers.
    public struct Skipped: Sendable, Hashable {
        /// The name of the tensor.
        public let name: String
        /// Why it is left out, to stand after its name and a colon.
        public let reason: String
    }

    /// The file.
    public let url: URL
    /// The format that the contents have, whatever the file is called.
    public let format: Format
    /// What a safetensors file says beside its tensors; empty for the other formats.
    public let metadata: [String: String]

    /// The tensors that cannot be read as numbers, in the file's own order. They never keep the others from being read.
    public let skipped: [Skipped]
    /// What a reader of the figures should know about the file, a sentence each.
    public let remarks: [String]

    private let file: RandomAccessFile
    private let locations: [TensorLocation]
    private let indices: [String: Int]

    /// Opens the file at `url` and reads what tensors it holds.
    ///
    /// The format is told from the bytes; where they are of none, as in a damaged file, the extension decides. The tensor of a `.npy` file is named as the file is, without the extension.
    /// - Throws: `TensorFileError` where the file cannot be read, is of another format, or does not keep to its format.
    public init(contentsOf url: URL) throws(TensorFileError) {
        let file = try RandomAccessFile(url)
        let opened = try OpenedFile(file)
        let reader = try TensorFileFormats.format(of: opened)
        let contents = try reader.contents(of: opened)
        self.url = url
        self.file = file
        format = reader.format
        locations = contents.tensors
        metadata = contents.metadata
        skipped = contents.skipped
        remarks = contents.remarks
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
            case .source(let source): try source.read(range)
            }
        if let layout = location.layout { bytes = layout.rowMajorBytes(from: bytes) }
        let entry = location.entry
        return StoredTensor(name: entry.name, shape: entry.shape, scalarType: entry.scalarType, bytes: bytes)
    }
}

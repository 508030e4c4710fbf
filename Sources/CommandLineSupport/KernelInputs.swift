import ContinuousCNN
import Foundation

/// What the paths of a command line stand for: files of weights, folders of them, and networks that come along.
struct KernelInputs {
    /// A file to look for kernels in.
    struct File {
        let url: URL
        /// As much of its path as tells it from the others.
        let label: String
        /// Whether a folder that was named holds it, rather than that it was named itself.
        let isFromFolder: Bool
    }

    /// The files, those of a folder in the order of their names.
    let files: [File]
    /// The networks.
    let networks: [TrainedNetwork]

    /// Looks what `paths` are. A name of a network that comes along stands for it where no file is called so.
    /// - Throws: `CommandFailure` where a folder holds no files of weights.
    init(_ paths: [String]) throws(CommandFailure) {
        var found: [(url: URL, isFromFolder: Bool)] = []
        var networks: [TrainedNetwork] = []
        for path in paths {
            var isFolder: ObjCBool = false
            let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            if !exists, let network = try Self.network(path) {
                networks.append(network)
            } else if exists, isFolder.boolValue {
                found += try Self.files(in: path).map { ($0, true) }
            } else {
                found.append((URL(fileURLWithPath: path), false))
            }
        }
        // A file that is named, and lies in a folder that is named too, is fitted once.
        var seen: Set<String> = []
        let unique = found.filter { seen.insert($0.url.resolvingSymlinksInPath().path).inserted }
        let labels = Self.labels(unique.map(\.url))
        files = zip(unique, labels).map { File(url: $0.url, label: $1, isFromFolder: $0.isFromFolder) }
        self.networks = networks
    }

    private static func network(_ name: String) throws(CommandFailure) -> TrainedNetwork? {
        guard !name.contains("/"), !name.contains("."), let all = try? TrainedNetwork.all() else { return nil }
        return all.first { $0.name == name }
    }

    /// The files of weights in a folder and the folders in it, by their extensions.
    private static func files(in folder: String) throws(CommandFailure) -> [URL] {
        let extensions = Set(TensorArchive.Format.all.flatMap(\.extensions))
        let root = URL(fileURLWithPath: folder, isDirectory: true)
        let walker = FileManager.default.enumerator(
            at: root, includingPropertiesForKeys: [.isRegularFileKey], options: [.skipsHiddenFiles])
        let files = (walker?.compactMap { $0 as? URL } ?? []).filter { url in
            extensions.contains(url.pathExtension.lowercased())
                && (try? url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile) == true
        }
        guard !files.isEmpty else {
            let known = extensions.sorted().map { "." + $0 }.joined(separator: ", ")
            throw CommandFailure("\(folder): the folder holds no file of weights, whose name ends in \(known)")
        }
        return files.sorted { $0.path < $1.path }
    }

    /// For each file the last parts of its path, as many as tell it from all others.
    static func labels(_ urls: [URL]) -> [String] {
        let parts = urls.map { $0.standardizedFileURL.pathComponents }
        func label(_ index: Int, _ count: Int) -> String {
            parts[index].suffix(count).joined(separator: "/").replacing("//", with: "/")
        }
        return urls.indices.map { index in
            var count = 1
            while count < parts[index].count,
                urls.indices.contains(where: { $0 != index && label($0, count) == label(index, count) })
            {
                count += 1
            }
            return label(index, count)
        }
    }
}

import Foundation

/// PyTorch's format of compiled modules, which `torch.jit.save` writes: a zip archive with code, which is not read, and two pickles,
/// of the module's attributes and of the constants of the code. Source: `torch/csrc/jit/serialization`, PyTorch 1.4 to 2.15.
enum TorchScriptFormat: TensorFileFormat {
    static let format = TensorArchive.Format(
        "torchscript", extensions: ["pt", "pth", "ts", "ptl"], writers: "`torch.jit.save` since PyTorch 1.4",
        reading: """
            Parameters and buffers under their names in `state_dict()`, and the constants of frozen modules as `CONSTANTS.c0`, … \
            The code is not read.
            """)

    static func recognizes(_ file: OpenedFile) throws(TensorFileError) -> Bool {
        guard let archive = try file.zipArchive() else { return false }
        if oldDescription(in: archive) != nil { return true }
        guard let pickle = try TorchFile.pickle(in: archive, file.file.url) else { return false }
        let folder = pickle.name.dropLast("data.pkl".count)
        return archive.member(named: folder + "constants.pkl") != nil
            || archive.members.contains { $0.name.hasPrefix(folder + "code/") }
    }

    static func contents(of file: OpenedFile) throws(TensorFileError) -> FileContents {
        guard let archive = try file.zipArchive() else { throw UnknownFile.error(for: file) }
        if let description = oldDescription(in: archive) {
            throw TensorFileError(
                file.file.url, found: "TorchScript from before PyTorch 1.4 (\(description.name.quoted))",
                wanted: "the file made anew by torch.jit.save(torch.jit.load(file), file) with PyTorch 1.4 or later")
        }
        guard let pickle = try TorchFile.pickle(in: archive, file.file.url) else { throw UnknownFile.error(for: file) }
        var contents = try TorchFile.contents(of: file.file, archive, pickle)
        guard let constants = archive.member(named: pickle.name.dropLast("data.pkl".count) + "constants.pkl") else {
            return contents
        }
        let more = try TorchFile.contents(of: file.file, archive, constants, storages: "constants/")
        let names = Set(contents.tensors.map(\.entry.name))
        for var location in more.tensors {
            location.entry.name = "CONSTANTS.c" + location.entry.name
            location.entry.keys = nil
            guard !names.contains(location.entry.name) else {
                contents.skipped.append(
                    TensorArchive.Skipped(name: location.entry.name, reason: "it is the second of this name"))
                continue
            }
            contents.tensors.append(location)
        }
        contents.skipped += more.skipped.map { TensorArchive.Skipped(name: "CONSTANTS.c" + $0.name, reason: $0.reason) }
        contents.remarks += more.remarks.filter { !contents.remarks.contains($0) }
        return contents
    }

    /// The description that stood in the place of pickles before PyTorch 1.4.
    private static func oldDescription(in archive: ZipArchive) -> ZipArchive.Member? {
        archive.members.first { member in
            let parts = member.name.split(separator: "/")
            return parts.count == 2 && parts[1] == "model.json"
                && archive.members.contains { $0.name.hasPrefix("\(parts[0])/tensors/") }
        }
    }
}

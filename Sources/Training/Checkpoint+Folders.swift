import Foundation

extension Checkpoint {
    /// The last states of all runs in a folder, in the order of their paths: `last.safetensors` in the folders in it and, where one run was
    /// repeated with several seeds, in the folders in those.
    public static func lastStates(in folder: URL) -> [URL] {
        lastStates(in: folder, depth: 2)
    }

    private static func lastStates(in folder: URL, depth: Int) -> [URL] {
        let manager = FileManager.default
        let names = ((try? manager.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
        return names.flatMap { name -> [URL] in
            let place = folder.appendingPathComponent(name)
            let file = place.appendingPathComponent("last.safetensors")
            if manager.fileExists(atPath: file.path) { return [file] }
            return depth > 1 ? lastStates(in: place, depth: depth - 1) : []
        }
    }
}

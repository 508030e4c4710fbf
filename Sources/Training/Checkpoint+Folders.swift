import Foundation

extension Checkpoint {
    /// The last states of all runs in a folder, in the order of their paths: `last.safetensors` in the folders in it, and in the folders `seed-N` in
    /// those, where `ccnn train --seeds` puts one run for each seed.
    public static func lastStates(in folder: URL) -> [URL] {
        names(in: folder).flatMap { name -> [URL] in
            let place = folder.appendingPathComponent(name)
            let seeds = names(in: place).filter { $0.hasPrefix("seed-") }.map { place.appendingPathComponent($0) }
            return ([place] + seeds).map { $0.appendingPathComponent("last.safetensors") }
                .filter { FileManager.default.fileExists(atPath: $0.path) }
        }
    }

    private static func names(in folder: URL) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
    }
}

import Foundation

/// The folder with the files of the trained networks, which the build puts beside programs and tests.
enum NetworkFolder {
    private final class Marker {}

    /// The folder.
    ///
    /// SwiftPM's own `Bundle.module` ends the program where the folder is missing; a program that was copied without it has to be able to say so.
    /// - Throws: `TrainedNetworkError.noFolder`.
    static func located() throws(TrainedNetworkError) -> URL {
        try located(in: [
            Bundle.main.bundleURL, Bundle.main.resourceURL,
            Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent(),
            Bundle(for: Marker.self).resourceURL,
        ])
    }

    static func located(in places: [URL?]) throws(TrainedNetworkError) -> URL {
        var looked: [String] = []
        for place in places.compactMap({ $0 }) {
            for ending in endings {
                let bundle = place.appendingPathComponent("continuous-cnn_TrainedNetworks.\(ending)")
                for folder in ["Networks", "Contents/Resources/Networks"] {
                    let candidate = bundle.appendingPathComponent(folder)
                    if FileManager.default.fileExists(atPath: candidate.path) { return candidate }
                }
                if !looked.contains(bundle.path) { looked.append(bundle.path) }
            }
        }
        throw .noFolder(looked: looked)
    }

    #if canImport(Darwin)
        private static let endings = ["bundle"]
    #else
        private static let endings = ["resources"]
    #endif
}

import Foundation

/// The folder of real kernels and pictures that some tests use, which is not part of the project.
public enum SharedData {
    /// The folder named by the environment variable `CCNN_SHARED_DATA`, else `../shared/data` beside the package; nil where missing.
    public static let folder: URL? = {
        let beside = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../../shared/data")
            .standardizedFileURL
        let named = ProcessInfo.processInfo.environment["CCNN_SHARED_DATA"].map { URL(fileURLWithPath: $0) }
        let folder = named ?? beside
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }()

    /// Whether the folder is there; tests that need it say `.enabled(if: SharedData.isAvailable, SharedData.whySkipped)`.
    public static var isAvailable: Bool { folder != nil }

    /// The message beside a skipped test.
    public static let whySkipped = "needs the folder named by CCNN_SHARED_DATA or ../shared/data beside the package"
}

import CommandLineSupport
import Foundation
import TestSupport
import Testing

@Suite struct DownloadRunTests {
    private func sentence(_ folder: TemporaryFolder) -> String {
        do { return try DownloadRun("cifar-10", dataFolder: folder.url.path).run() } catch { return "\(error)" }
    }

    /// Whatever it says without a connection, it does not say that all is well, and leaves the files alone.
    @Test func filesThatAreThereButDamagedAreNamed() throws {
        let folder = try TemporaryFolder()
        let set = folder.file("cifar-10-batches-bin")
        try FileManager.default.createDirectory(at: set, withIntermediateDirectories: true)
        let names = (1...5).map { "data_batch_\($0).bin" } + ["test_batch.bin", "batches.meta.txt"]
        for name in names { try Data("0\n".utf8).write(to: set.appendingPathComponent(name)) }
        let text = sentence(folder)
        #expect(text.contains("batches.meta.txt: found 1 lines, wanted the names of 10 classes"))
        #expect(text.hasSuffix("(remove that file, and the same command fetches it anew)"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: set.path).count == 7)
    }
}

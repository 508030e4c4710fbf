import Foundation
import TestSupport
import Testing

@testable import Training

@Suite struct FolderLockTests {
    @Test func oneAtATimeHasAFolder() throws {
        let folder = try TemporaryFolder()
        do {
            let first = try FolderLock(folder.url)
            let error = try #require(throws: TrainingError.self) { _ = try FolderLock(folder.url) }
            #expect(error.description.contains("is being written by another run"))
            withExtendedLifetime(first) {}
        }
        // Given back with the first lock.
        _ = try FolderLock(folder.url)
        #expect(try folder.names().isEmpty)
    }

    @Test func whatAKilledProcessLeftIsRemoved() throws {
        let folder = try TemporaryFolder()
        _ = try folder.file(".abc.partial", holding: [1])
        _ = try folder.file("last.safetensors", holding: [1])
        _ = try FolderLock(folder.url)
        #expect(try folder.names() == ["last.safetensors"])
    }
}

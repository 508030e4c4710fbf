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

    #if os(Linux)
        /// A process that is being started holds copies of all descriptors until its program is loaded.
        @Test func aCopyOfTheDescriptorDoesNotKeepTheFolder() throws {
            let folder = try TemporaryFolder()
            let path = folder.url.resolvingSymlinksInPath().path
            var copy: Int32 = -1
            do {
                let first = try FolderLock(folder.url)
                let own = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").first {
                    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")) == path
                }
                copy = dup(try #require(own.flatMap { Int32($0) }))
                withExtendedLifetime(first) {}
            }
            try #require(copy >= 0)
            defer { close(copy) }
            _ = try FolderLock(folder.url)
        }
    #endif

    @Test func whatAKilledProcessLeftIsRemoved() throws {
        let folder = try TemporaryFolder()
        _ = try folder.file(".abc.partial", holding: [1])
        _ = try folder.file("last.safetensors", holding: [1])
        _ = try FolderLock(folder.url)
        #expect(try folder.names() == ["last.safetensors"])
    }
}

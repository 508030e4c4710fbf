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
        // No system numbers its processes that far.
        _ = try folder.file(".abc.\(Int32.max).partial", holding: [1])
        _ = try folder.file("last.safetensors", holding: [1])
        _ = try FolderLock(folder.url)
        #expect(try folder.names() == ["last.safetensors"])
    }

    /// Commands that write single files do not ask for the right to the folder.
    @Test func whatOthersAreWritingStays() throws {
        let folder = try TemporaryFolder()
        // A process that may not be sent signals runs as well: the first one of the system.
        let names = [
            ".abc.1.partial", ".abc.\(getpid()).partial", ".abc.\(getppid()).partial", ".abc.partial", ".abc.x.partial",
            "abc.\(Int32.max).partial", "set.tar.gz.part",
        ].sorted()
        for name in names { _ = try folder.file(name, holding: [1]) }
        _ = try FolderLock(folder.url)
        #expect(try folder.names() == Set(names).sorted())
    }
}

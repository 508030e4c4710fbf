import Foundation
import TestSupport
import Testing
import Training

@testable import CommandLineSupport

@Suite struct RunFolderTests {
    private func refusal(_ body: () throws -> Void) -> String {
        do { try body() } catch { return "\(error)" }
        return "none"
    }

    /// Whoever reads before it has the right to the folder says that the folder holds a run, or goes on from a state that is about to be replaced.
    @Test(arguments: [false, true]) func nothingIsReadBeforeTheFolderIsFree(resumes: Bool) throws {
        let folder = try TemporaryFolder()
        _ = try folder.file("last.safetensors", holding: [1])
        let lock = try FolderLock(folder.url)
        var training = TrainRequest.Arguments()
        (training.network, training.out, training.resumes) = ("strided", folder.url.path, resumes)
        func train() throws { _ = try TrainRun(TrainRequest(training), style: .plain).run() }
        #expect(refusal(train).contains("is being written by another run"))
        var detecting = DetectRequest.Arguments()
        (detecting.out, detecting.resumes) = (folder.url.path, resumes)
        func detect() throws { _ = try DetectRun(DetectRequest(detecting), style: .plain).run() }
        #expect(refusal(detect).contains("is being written by another run"))
        withExtendedLifetime(lock) {}
    }

    @Test func theRightLastsAsLongAsTheValue() throws {
        let folder = try TemporaryFolder()
        do {
            let place = try RunFolder(folder.url, resumes: false)
            let isBegun = place.isBegun
            #expect(!isBegun)
            #expect(throws: TrainingError.self) { _ = try FolderLock(folder.url) }
            withExtendedLifetime(place.lock) {}
        }
        _ = try FolderLock(folder.url)
    }

    @Test func aFolderIsNotMadeBeforeItIsWanted() throws {
        let folder = try TemporaryFolder()
        var place = try RunFolder(folder.file("run"), resumes: false)
        #expect(try folder.names().isEmpty)
        try place.make()
        #expect(throws: TrainingError.self) { _ = try FolderLock(folder.file("run")) }
        withExtendedLifetime(place.lock) {}
    }

    /// Another run began and ended between the look and the making.
    @Test func aRunThatCameBetweenIsNotOverwritten() throws {
        let folder = try TemporaryFolder()
        var place = try RunFolder(folder.file("run"), resumes: false)
        try FileManager.default.createDirectory(at: folder.file("run"), withIntermediateDirectories: false)
        _ = try folder.file("run/last.safetensors", holding: [1])
        let failure = #expect(throws: CommandFailure.self) { try place.make() }
        #expect(failure?.exitCode == 1)
        #expect(failure?.description.contains("is being written by another run") == true)
    }
}

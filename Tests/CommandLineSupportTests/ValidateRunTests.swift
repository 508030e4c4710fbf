import Experiments
import Foundation
import Reports
import TestSupport
import Testing

@testable import CommandLineSupport

@Suite struct ValidateRunTests {
    private func run(_ change: (inout ValidateRequest.Arguments) -> Void) throws -> String {
        var arguments = ValidateRequest.Arguments()
        change(&arguments)
        return try ValidateRun(ValidateRequest(arguments), style: .plain, version: "test").run()
    }

    @Test func theListHasIdentifiersAndStatementsAlone() throws {
        let text = try run {
            $0.lists = true
            $0.format = "json"
        }
        let document = try #require(
            try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: [[String: String]]])
        let claims = try #require(document["claims"])
        #expect(claims.count == 26)
        #expect(claims.allSatisfy { Set($0.keys) == ["id", "statement"] })
    }

    @Test func aRunPrintsTheDocumentThatIsPromised() throws {
        let text = try run {
            $0.claims = ["semigroup"]
            $0.format = "json"
        }
        let document = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let claim = try #require((document["claims"] as? [[String: Any]])?.first)
        #expect(claim["id"] as? String == "semigroup")
        #expect(claim["verdict"] as? String == "holds")
        #expect((claim["measured"] as? [String: Any])?.isEmpty == false)
        for key in ["statement", "criterion", "effort", "seconds", "seeds"] { #expect(claim[key] != nil) }
    }

    @Test func pagesAreDrawnOfResultsAlone() throws {
        let folder = try TemporaryFolder()
        let text = try run {
            $0.claims = ["effective-radius", "semigroup"]
            $0.report = folder.file("report").path
        }
        #expect(text.contains("holds in part"))
        let index = try String(contentsOf: folder.file("report/index.html"), encoding: .utf8)
        #expect(index.contains("effective-radius.html"))
        let page = try String(contentsOf: folder.file("report/semigroup.html"), encoding: .utf8)
        #expect(
            page.contains("the discrete analogue's defect is below 10⁻¹²") || page.contains("discrete analogue&#39;s"))
        let stored = try #require(
            try ResultStore(folder: folder.file("report/results")).result(for: "semigroup"))
        let again = ClaimPages([stored], stored: ["semigroup"], version: "test", command: "").page(of: stored)
        #expect(again.title == "semigroup")
    }

    @Test func storedResultsAreMarked() throws {
        let folder = try TemporaryFolder()
        _ = try run {
            $0.claims = ["dilated-causal"]
            $0.report = folder.file("report").path
        }
        let text = try run {
            $0.claims = ["dilated-causal", "semigroup"]
            $0.stored = folder.file("report/results").path
        }
        #expect(text.contains("quick, stored"))
    }

    /// What a result depends on is in the command that repeats it: --resume goes by that too.
    @Test func theCommandNamesTheFoldersItReads() throws {
        let folder = try TemporaryFolder()
        var arguments = ValidateRequest.Arguments()
        arguments.claims = ["semigroup"]
        #expect(try ValidateRequest(arguments).command(for: "semigroup").hasSuffix(" --data shapes --seed 1"))
        arguments.claims.append("downsampling-loses")
        (arguments.data, arguments.dataFolder, arguments.checkpoints) = ("cifar-10", folder.url.path, folder.url.path)
        let command = try ValidateRequest(arguments).command(for: "semigroup")
        #expect(command.hasSuffix(" --data-folder \(folder.url.path) --checkpoints \(folder.url.path)"))
    }

    @Test func wrongWordsAreRefused() {
        func failure(_ change: (inout ValidateRequest.Arguments) -> Void) -> CommandFailure? {
            var arguments = ValidateRequest.Arguments()
            change(&arguments)
            do {
                _ = try ValidateRequest(arguments)
                return nil
            } catch {
                return error
            }
        }
        #expect(failure { $0.claims = ["semigrup"] }?.description.contains("semigroup") == true)
        #expect(failure { $0.claims = [] }?.exitCode == 2)
        #expect(
            failure {
                $0.all = true
                $0.effort = "large"
            }?.exitCode == 2)
        #expect(
            failure {
                $0.all = true
                $0.seeds = 0
            }?.exitCode == 2)
        #expect(
            failure {
                $0.all = true
                $0.resumes = true
            }?.exitCode == 2)
        #expect(
            failure {
                $0.all = true
                $0.data = "cifar-11"
            }?.description.contains("cifar-10") == true)
    }
}

import CommandLineSupport
import Foundation
import Reports
import TestSupport
import Testing

/// What `ccnn fit` looks at before it fits, and what it says of names and edges.
@Suite struct FitOutputsTests {
    private func run(
        _ change: (inout FitRequest.Arguments) -> Void, progress: (Int, Int) -> Void = { _, _ in }
    ) throws -> String {
        var arguments = FitRequest.Arguments()
        arguments.layers = ["binomial-5x5"]
        arguments.order = 1
        arguments.top = 0
        change(&arguments)
        let style = TerminalStyle(width: 1_000, color: .none)
        return try FitRun(FitRequest(arguments), style: style, version: "test").run(progress: progress)
    }

    @Test func aReportWithoutAPlaceCostsNoOldExportAndNoTime() throws {
        let folder = try TemporaryFolder()
        let export = try folder.file("old.npz", holding: [1, 2, 3])
        let file = try folder.file("file", holding: [4])
        var fitted = 0
        let failure = #expect(throws: CommandFailure.self) {
            try run(
                { ($0.export, $0.report, $0.overwrites) = (export.path, file.appendingPathComponent("x").path, true) },
                progress: { done, _ in fitted += done + 1 })
        }
        #expect(failure?.exitCode == 1 && failure?.description.contains("file/x") == true, "\(failure as Any)")
        #expect(fitted == 0)
        #expect([UInt8](try Data(contentsOf: export)) == [1, 2, 3])
        #expect(try folder.names() == ["file", "old.npz"])
    }

    @Test func anExportWithoutAPlaceCostsNoTime() throws {
        var fitted = 0
        let failure = #expect(throws: CommandFailure.self) {
            try run({ $0.export = "/nowhere/at-all.npz" }, progress: { done, _ in fitted += done + 1 })
        }
        #expect(failure?.description.contains("/nowhere/at-all.npz") == true && fitted == 0, "\(failure as Any)")
    }

    @Test func aRefusedExportLeavesNoReportsFolder() throws {
        let folder = try TemporaryFolder()
        let report = folder.file("new/report")
        #expect(throws: CommandFailure.self) {
            try run { ($0.export, $0.report) = ("/nowhere/at-all.npz", report.path) }
        }
        #expect(!FileManager.default.fileExists(atPath: folder.file("new").path))
    }

    @Test func theExportMayGoIntoTheReportsNewFolder() throws {
        let folder = try TemporaryFolder()
        let report = folder.file("report")
        _ = try run { ($0.export, $0.report) = (report.appendingPathComponent("fits.npz").path, report.path) }
        let names = try FileManager.default.contentsOfDirectory(atPath: report.path).sorted()
        #expect(names == ["fits.npz", "index.html"])
    }

    /// The capital of σ is another letter, that of a sum.
    @Test func sigmaAtTheEdgeKeepsItsName() throws {
        let text = try run { $0.sigmaRange = "0.4...0.5" }
        #expect(text.contains("The layer's σ is at the edge of the range searched"), "\(text)")
        #expect(!text.contains("Σ"))
    }

    @Test func aFailureIsOneLineWhateverNamesAreInIt() {
        let name = "conv\u{1B}]0;owned\u{7}\n\u{202E}"
        let visible = "conv␛]0;owned␇␊\u{FFFD}"
        #expect(CommandFailure("tensor '\(name)' is empty").description == "tensor '\(visible)' is empty")
        #expect(CommandFailure.usage("--layer is '\(name)'").description == "--layer is '\(visible)'")
    }
}

import CommandLineSupport
import Foundation
import Pictures
import TestSupport
import Testing

@Suite struct ResultsRunTests {
    private func train(_ network: String, seed: UInt64, into out: URL, epochs: Int = 2, stopping: Bool = false) throws {
        var arguments = TrainRequest.Arguments()
        (arguments.network, arguments.out, arguments.seed) = (network, out.path, seed)
        (arguments.epochs, arguments.stepsPerEpoch, arguments.batch) = (epochs, 1, 2)
        _ = try TrainRun(TrainRequest(arguments), style: .plain).run(shouldStop: { stopping })
    }

    @Test func finishedRunsAreGatheredByNetwork() throws {
        let folder = try TemporaryFolder()
        let (runs, into) = (folder.file("runs"), folder.file("results"))
        try train("strided", seed: 1, into: runs.appendingPathComponent("a"))
        try train("strided", seed: 2, into: runs.appendingPathComponent("b"))
        try train("strided", seed: 3, into: runs.appendingPathComponent("unfinished"), stopping: true)
        let output = try ResultsRun(runs: runs.path, into: into.path).run()
        #expect(output.hasPrefix("2 runs of 1 network,"))
        let document = try String(contentsOf: into.appendingPathComponent("README.md"), encoding: .utf8)
        #expect(document.contains("# Runs on shapes") && document.contains("2 epochs of 1 batch of 2"))
        #expect(document.contains("| seeds | test accuracy | running averages | spread | gap |"))
        #expect(document.contains("| strided | 25,474 | 17 | 2 | "))
        #expect(document.contains("[strided-2.csv](strided-2.csv)") && !document.contains("strided-3"))
        let history = try String(contentsOf: into.appendingPathComponent("strided-1.csv"), encoding: .utf8)
        #expect(history.split(separator: "\n").count == 3)
        // What was gathered stays, though its run be gone.
        try FileManager.default.removeItem(at: runs.appendingPathComponent("a"))
        try train("dilated", seed: 7, into: runs.appendingPathComponent("d"))
        #expect(try ResultsRun(runs: runs.path, into: into.path).run().hasPrefix("3 runs of 2 networks, 2 of them"))
        let longer = try String(contentsOf: into.appendingPathComponent("README.md"), encoding: .utf8)
        let lines = Set(longer.split(separator: "\n"))
        #expect(document.split(separator: "\n").filter { $0.hasPrefix("| strided") }.allSatisfy(lines.contains))
        #expect(longer.contains("| dilated-7 |"))
        // Runs of another length are not averaged with these.
        try train("strided", seed: 4, into: runs.appendingPathComponent("c"), epochs: 1)
        #expect(throws: CommandFailure.self) { try ResultsRun(runs: runs.path, into: into.path).run() }
        #expect(throws: CommandFailure.self) { try ResultsRun(runs: folder.file("none").path, into: into.path).run() }
    }

    /// `ccnn train --seeds` puts its runs a folder deeper.
    @Test func runsOfSeveralSeedsAreGathered() throws {
        let folder = try TemporaryFolder()
        let (runs, into) = (folder.file("runs"), folder.file("results"))
        for seed in [1, 2] as [UInt64] {
            try train("strided", seed: seed, into: runs.appendingPathComponent("strided-shapes/seed-\(seed)"))
        }
        #expect(try ResultsRun(runs: runs.path, into: into.path).run().hasPrefix("2 runs of 1 network,"))
        let names = try FileManager.default.contentsOfDirectory(atPath: into.path).sorted()
        // Two epochs make no curve.
        #expect(names == ["README.md", "ccnn-runs.json", "strided-1.csv", "strided-2.csv"])
    }

    @Test func aStrangersTableIsNotTaken() throws {
        let folder = try TemporaryFolder()
        let (runs, into) = (folder.file("runs"), folder.file("results"))
        try train("strided", seed: 1, into: runs.appendingPathComponent("a"))
        _ = try ResultsRun(runs: runs.path, into: into.path).run()
        let table = try String(contentsOf: into.appendingPathComponent("strided-1.csv"), encoding: .utf8)
        let shorter = table.split(separator: "\n").dropLast().joined(separator: "\n")
        for text in [shorter, table.replacingOccurrences(of: "2,2,", with: "2,two,"), "a,b\n1,2\n", ""] {
            try text.write(to: into.appendingPathComponent("dilated-3.csv"), atomically: true, encoding: .utf8)
            let failure = #expect(throws: CommandFailure.self) {
                try ResultsRun(runs: runs.path, into: into.path).run()
            }
            #expect(failure?.description.contains("dilated-3.csv: found ") == true)
        }
    }

    @Test func predictionsAreForClassesOfPixels() throws {
        let folder = try TemporaryFolder()
        let out = folder.file("run")
        try train("strided", seed: 1, into: out)
        let run = EvaluateRun(
            checkpoint: out.appendingPathComponent("last.safetensors").path, dataFolder: nil, style: .plain)
        let failure = #expect(throws: CommandFailure.self) { try run.run(sheet: folder.file("p.png").path) }
        #expect(failure?.exitCode == 2)
    }
}

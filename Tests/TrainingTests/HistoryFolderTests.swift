import Foundation
import TestSupport
import Testing

@testable import Training

@Suite struct HistoryFolderTests {
    /// A finished run of two steps, kept in a folder of its own.
    private func run(
        _ name: String = "small", in runs: URL, as folder: String? = nil,
        _ change: (inout TrainingSettings) -> Void = { _ in }
    ) throws -> Checkpoint {
        var network = TrainerTests.network
        network.name = name
        let settings = TrainerTests.settings {
            ($0.epochs, $0.stepsPerEpoch) = (1, 2)
            change(&$0)
        }
        let place = runs.appendingPathComponent(folder ?? "\(name)-\(settings.seed)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        _ = try TrainingLoop(folder: place).run(Trainer(network, on: TrainerTests.dataset, settings: settings))
        return try Checkpoint(contentsOf: place.appendingPathComponent("last.safetensors"))
    }

    @Test func historiesAreKeptWithWhatTheyShare() throws {
        let folder = try TemporaryFolder()
        let (runs, into) = (folder.file("runs"), folder.file("histories"))
        #expect(try HistoryFolder(contentsOf: into) == nil)
        let first = try run(in: runs)
        let kept = try HistoryFolder.adding([first], to: into)
        #expect(kept.runs.map(\.name) == ["small-7"] && kept.runs[0].history.csv == first.history.csv)
        // A residual network's penalty is its own.
        let others = [try run(in: runs) { $0.seed = 8 }, try run("residual", in: runs) { $0.l2 = 1e-4 }]
        let all = try HistoryFolder.adding(others, to: into)
        #expect(all.runs.map(\.name) == ["residual-7", "small-7", "small-8"])
        let read = try #require(try HistoryFolder(contentsOf: into))
        #expect(read.recipe == all.recipe && read.recipe.data == "shapes")
        #expect(read.recipe.pictures == TrainerTests.dataset.training.digest)
        #expect(read.recipe.settings(of: "small", seed: 8) == others[0].settings)
        #expect(read.recipe.settings(of: "residual", seed: 7) == others[1].settings)
    }

    @Test func runsThatDifferInMoreAreNotPutTogether() throws {
        let folder = try TemporaryFolder()
        let (runs, into) = (folder.file("runs"), folder.file("histories"))
        _ = try HistoryFolder.adding([run(in: runs)], to: into)
        let others = [
            try run(in: runs, as: "longer") { ($0.seed, $0.epochs) = (8, 2) },
            try run(in: runs, as: "penalised") { ($0.seed, $0.l2) = (8, 1e-3) },
            try run(in: runs, as: "pruned") {
                ($0.seed, $0.pruning) = (8, PruningSettings(sparsity: 0.5, begin: 0, end: 1))
            },
        ]
        for other in others {
            let error = #expect(throws: TrainingError.self) { try HistoryFolder.adding([other], to: into) }
            let sentence = error?.description ?? ""
            #expect(sentence.contains("\(other.url.relativePath): found a run on shapes with other settings"))
        }
        let twice = [try run(in: runs, as: "a") { $0.seed = 9 }, try run(in: runs, as: "b") { $0.seed = 9 }]
        let error = #expect(throws: TrainingError.self) { try HistoryFolder.adding(twice, to: into) }
        #expect(error?.description.contains("found a run of small with seed 9, as ") == true)
        #expect(try HistoryFolder(contentsOf: into)?.runs.map(\.name) == ["small-7"])
    }

    @Test func whatIsNoRecipeIsNamed() throws {
        let folder = try TemporaryFolder()
        let into = folder.file("histories")
        _ = try HistoryFolder.adding([run(in: folder.file("runs"))], to: into)
        let file = into.appendingPathComponent("ccnn-runs.json")
        let good = try String(contentsOf: file, encoding: .utf8)
        for bad in ["", "{}", good.replacing("\"batch\" : 8", with: "\"batch\" : 0")] {
            try bad.write(to: file, atomically: true, encoding: .utf8)
            let error = #expect(throws: TrainingError.self) { try HistoryFolder(contentsOf: into) }
            #expect(error?.description.contains("ccnn-runs.json: found ") == true)
        }
    }

    /// Whose settings are not known is no run of these.
    @Test func historiesWithoutARecipeAreNotAdopted() throws {
        let folder = try TemporaryFolder()
        let into = folder.file("histories")
        let run = try run(in: folder.file("runs"))
        try FileManager.default.createDirectory(at: into, withIntermediateDirectories: true)
        let stranger = into.appendingPathComponent("strided-7.csv")
        try run.history.csv.write(to: stranger, atomically: true, encoding: .utf8)
        let error = #expect(throws: TrainingError.self) { try HistoryFolder.adding([run], to: into) }
        #expect(error?.description.contains("strided-7.csv: found a history without the settings") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: into.path) == ["strided-7.csv"])
    }

    @Test func runsOfSeveralSeedsAreFoundAFolderDeeper() throws {
        let folder = try TemporaryFolder()
        for name in ["b", "a", "a/seed-1", "a/seed-2", "a/archive", "a/b/seed-3"] {
            let place = folder.file(name)
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            try Data().write(to: place.appendingPathComponent("last.safetensors"))
        }
        let found = Checkpoint.lastStates(in: folder.url).map { $0.deletingLastPathComponent().lastPathComponent }
        #expect(found == ["a", "seed-1", "seed-2", "b"])
    }
}

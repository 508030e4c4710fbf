import Foundation
import TensorFiles

/// Histories of finished runs in a folder: `NETWORK-SEED.csv` for each, and `ccnn-runs.json` with the data set and the settings that they share.
///
/// A comparison of accuracies needs no more of a run than that, so that it can be made again where the weights are no longer there.
public struct HistoryFolder: Sendable {
    /// What runs have in common that differ in network and seed alone.
    public struct Recipe: Hashable, Sendable, Codable {
        /// The name of the data set, such as `cifar-10`.
        public var data: String
        /// The digest of the pictures learned from; nil where the runs are of a version that did not keep it.
        public var pictures: String?
        private var settings: TrainingSettings
        /// The factor of Σw² of each network that has one: a residual network's is part of its recipe.
        private var penalties: [String: Double]

        /// The recipe of a run.
        public init(of run: Checkpoint) {
            data = run.dataName
            pictures = run.pictures
            settings = run.settings
            penalties = run.settings.l2 == 0 ? [:] : [run.networkName: run.settings.l2]
            (settings.seed, settings.l2) = (TrainingSettings().seed, 0)
        }

        /// The settings of the run of a network with a seed.
        public func settings(of network: String, seed: UInt64) -> TrainingSettings {
            var settings = settings
            (settings.seed, settings.l2) = (seed, penalties[network] ?? 0)
            return settings
        }

        /// The recipe of these runs and of one more; nil where that one differs in more than network and seed.
        ///
        /// - Parameter networks: The networks whose penalties are known already.
        func adding(_ run: Checkpoint, besides networks: Set<String>) -> Recipe? {
            let other = Recipe(of: run)
            let isSamePenalty = penalties[run.networkName] == other.penalties[run.networkName]
            guard data == other.data, settings == other.settings, isSamePenalty || !networks.contains(run.networkName),
                pictures == nil || other.pictures == nil || pictures == other.pictures
            else { return nil }
            var result = self
            result.pictures = pictures ?? other.pictures
            result.penalties[run.networkName] = other.penalties[run.networkName]
            return result
        }
    }

    /// A finished run.
    public struct Run: Sendable {
        /// The network.
        public let network: String
        /// The seed.
        public let seed: UInt64
        /// Its epochs.
        public let history: TrainingHistory

        /// What the run is called, and its file without `.csv`.
        public var name: String { "\(network)-\(seed)" }
    }

    /// The folder.
    public let url: URL
    /// What the runs have in common.
    public let recipe: Recipe
    /// The runs, in the order of their files' names.
    public let runs: [Run]

    private static let recipeName = "ccnn-runs.json"

    /// Where the settings of the runs whose histories are in a folder stand.
    public static func settings(in folder: URL) -> URL { folder.appendingPathComponent(recipeName) }

    /// Where a folder has, or would have, the history of a run.
    public static func history(of run: Checkpoint, in folder: URL) -> URL {
        folder.appendingPathComponent("\(run.networkName)-\(run.settings.seed).csv")
    }

    /// The histories in a folder; nil where there is no `ccnn-runs.json` in it.
    /// - Throws: `TrainingError` where a file there is no recipe, or no history of a finished run of it.
    public init?(contentsOf url: URL) throws(TrainingError) {
        let file = url.appendingPathComponent(Self.recipeName)
        guard FileManager.default.fileExists(atPath: file.path) else { return nil }
        guard let data = try? Data(contentsOf: file),
            let recipe = try? JSONDecoder.exact.decode(Recipe.self, from: data)
        else {
            throw .checkpoint(
                file: file.relativePath, found: "no readable settings of runs", wanted: "those that ccnn results writes"
            )
        }
        if let fault = recipe.settings(of: "", seed: 1).fault {
            throw .checkpoint(
                file: file.relativePath, found: "settings with \(fault)", wanted: "settings that a run can have")
        }
        try self.init(recipe, in: url)
    }

    /// The histories in a folder, which are those of `recipe`.
    private init(_ recipe: Recipe, in url: URL) throws(TrainingError) {
        self.url = url
        self.recipe = recipe
        var runs: [Run] = []
        for (name, network, seed) in Self.files(in: url) {
            let history = try Self.history(in: url.appendingPathComponent(name), recipe.settings(of: "", seed: seed))
            runs.append(Run(network: network, seed: seed, history: history))
        }
        self.runs = runs
    }

    /// The files NETWORK-SEED.csv of a folder, in the order of their names.
    private static func files(in url: URL) -> [(name: String, network: String, seed: UInt64)] {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []).sorted()
        return names.compactMap { name in
            guard name.hasSuffix(".csv"), let hyphen = name.lastIndex(of: "-"),
                let seed = UInt64(name[hyphen...].dropFirst().dropLast(4))
            else { return nil }
            return (name, String(name[..<hyphen]), seed)
        }
    }

    private static func history(
        in file: URL, _ settings: TrainingSettings
    ) throws(TrainingError) -> TrainingHistory {
        let wanted = "the history of a run of \(settings.epochs) epochs of \(settings.stepsPerEpoch) steps"
        guard let text = try? String(contentsOf: file, encoding: .utf8), let history = TrainingHistory(csv: text) else {
            throw .checkpoint(file: file.relativePath, found: "no table of epochs", wanted: wanted)
        }
        let steps = history.epochs.last?.step ?? 0
        guard history.epochs.count == settings.epochs, steps == settings.steps else {
            throw .checkpoint(
                file: file.relativePath, found: "\(history.epochs.count) epochs and \(steps) steps", wanted: wanted)
        }
        return history
    }

    /// Puts finished runs beside those whose histories a folder already holds; a run of the same network and seed is replaced.
    ///
    /// - Parameters:
    ///   - added: At least one finished run.
    ///   - url: The folder, which is made where there is none.
    /// - Returns: The histories that are there now.
    /// - Throws: `TrainingError` where runs differ in more than network and seed, or a file cannot be read or written. Nothing has changed
    ///   where the first is so.
    public static func adding(_ added: [Checkpoint], to url: URL) throws(TrainingError) -> HistoryFolder {
        guard let first = added.first else { preconditionFailure("there is a run to add") }
        let old = try HistoryFolder(contentsOf: url)
        if old == nil, let stranger = files(in: url).first {
            throw .checkpoint(
                file: url.appendingPathComponent(stranger.name).relativePath,
                found: "a history without the settings of its run, as there is no \(recipeName)",
                wanted: "a folder without histories, or one that ccnn results made")
        }
        var recipe = old?.recipe ?? Recipe(of: first)
        var networks = Set(old?.runs.map(\.network) ?? [])
        var files: [String: URL] = [:]
        for run in added {
            let like = old?.url.appendingPathComponent(recipeName).relativePath ?? first.url.relativePath
            guard let whole = recipe.adding(run, besides: networks) else {
                throw .checkpoint(
                    file: run.url.relativePath,
                    found: "a run on \(run.dataName) with other settings or pictures than \(like)",
                    wanted: "runs that differ in network and seed alone")
            }
            recipe = whole
            networks.insert(run.networkName)
            let name = "\(run.networkName)-\(run.settings.seed)"
            if let other = files[name] {
                throw .checkpoint(
                    file: run.url.relativePath,
                    found: "a run of \(run.networkName) with seed \(run.settings.seed), as \(other.relativePath) is",
                    wanted: "one run for each network and seed")
            }
            files[name] = run.url
        }
        do {
            try FileManager.default.makeFolder(at: url)
            // Before the histories, which without it are a stranger's.
            let encoder = JSONEncoder.exact
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            guard let json = try? encoder.encode(recipe) else { preconditionFailure("settings always encode") }
            try (json + Data("\n".utf8)).replaceFile(at: url.appendingPathComponent(recipeName))
            for run in added {
                try Data(run.history.csv.utf8).replaceFile(at: history(of: run, in: url))
            }
        } catch {
            throw .file(error)
        }
        return try HistoryFolder(recipe, in: url)
    }
}

import Foundation
import MessagePassing
import NeuralNetworks
import Training

/// A run of `ccnn train` that is to go on, whose options need not be said again.
struct BegunRun {
    /// What the run, or the first of several that has begun, was made with.
    let record: RunRecord
    /// The folder of the run, or of the folders of several.
    let out: URL
    /// How many runs there are to be.
    let seeds: Int
    private let firstSeed: UInt64

    /// The run that the arguments mean; nil where none has begun there.
    /// - Throws: `CommandFailure` where neither folder nor network is named, or the state of the run cannot be read.
    init?(_ arguments: TrainRequest.Arguments, on communicator: any Communicator) throws(CommandFailure) {
        if arguments.out == nil, arguments.network.isEmpty {
            throw .usage("--resume is given, but neither a network nor --out, the folder of the run to go on with")
        }
        let folder: URL
        if let out = arguments.out {
            folder = URL(fileURLWithPath: out)
        } else {
            let network = try TrainRequest.network(named: arguments.network)
            let data = try arguments.data.map(DatasetSource.named) ?? .generated(for: network)
            folder = TrainRequest.folder(arguments, network, data, seeds: arguments.seeds ?? 1)
        }
        let places = Self.states(in: folder, isSingle: arguments.seeds.map { $0 == 1 }, on: communicator)
        guard let first = places.first else {
            guard arguments.network.isEmpty else { return nil }
            throw CommandFailure("\(folder.relativePath) holds no run to resume, wanted last.safetensors in it")
        }
        record = try RunFolder.record(of: first, on: communicator)
        let own = first.deletingLastPathComponent()
        let isOneOfSeveral = own.lastPathComponent.hasPrefix("seed-") && own.path != folder.path
        seeds = isOneOfSeveral ? arguments.seeds ?? max(record.options.seeds ?? 1, places.count) : 1
        out = isOneOfSeveral && seeds == 1 ? own : folder
        let first0 = arguments.seed ?? record.options.firstSeed ?? record.settings.seed
        firstSeed = seeds > 1 ? first0 : record.settings.seed
    }

    /// The states of the run in a folder, or of the runs in the folders `seed-N` in it, in the order of their seeds.
    private static func states(in folder: URL, isSingle: Bool?, on communicator: any Communicator) -> [URL] {
        var names: [String] = []
        if communicator.leads {
            func isThere(_ name: String) -> Bool {
                FileManager.default.fileExists(atPath: folder.appendingPathComponent(name).path)
            }
            let inside = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
            let seeds = inside.compactMap { $0.hasPrefix("seed-") ? UInt64($0.dropFirst(5)) : nil }.sorted()
            if isSingle != false, isThere("last.safetensors") { names = ["last.safetensors"] }
            if names.isEmpty, isSingle != true {
                names = seeds.map { "seed-\($0)/last.safetensors" }.filter(isThere)
            }
        }
        // They need not be there on other machines.
        let bytes = communicator.broadcast(Array(names.joined(separator: "\n").utf8))
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map {
            folder.appendingPathComponent(String($0))
        }
    }

    /// The settings with which the run, the first of several, goes on.
    /// - Throws: `CommandFailure` where it has made more epochs than it is to have.
    func settings(epochs: Int?) throws(CommandFailure) -> TrainingSettings {
        var settings = record.settings
        if let epochs {
            _ = try TrainRequest.count("--epochs", epochs, in: TrainingSettings.epochsRange)
            guard seeds > 1 || epochs >= record.epochsBegun else {
                throw .usage(
                    "--epochs is \(epochs), but the run in \(place) has begun with epoch \(record.epochsBegun) already")
            }
            settings = settings.lasting(epochs: epochs, from: record.steps)
        }
        settings.seed = firstSeed
        return settings
    }

    private var place: String { record.url.deletingLastPathComponent().relativePath }

    /// Checks that what is said is what the run has.
    /// - Throws: `CommandFailure` with exit code 2, whose sentence names both values, where an option is another.
    func check(_ arguments: TrainRequest.Arguments) throws(CommandFailure) {
        let settings = record.settings
        let run = BegunOptions(of: record.url.deletingLastPathComponent())
        func same<Value: Equatable>(_ option: String, _ given: Value?, _ stored: Value?) throws(CommandFailure) {
            try run.check(option, given, stored)
        }
        try same("the network", arguments.network.isEmpty ? nil : arguments.network, record.networkName)
        try same("--data", arguments.data, record.dataName)
        try same("--steps-per-epoch", arguments.stepsPerEpoch, settings.stepsPerEpoch)
        try same("--batch", arguments.batch, settings.batch)
        if seeds == 1 { try same("--seed", arguments.seed, settings.seed) }
        try same("--learning-rate", arguments.learningRate, settings.learningRate)
        try same("--l2", arguments.l2, settings.l2)
        try same("--augment", arguments.augments, settings.augments)
        if let split = record.options.validationSplit {
            try same("--validation-split", arguments.validationSplit, split)
        }
        switch settings.optimizer {
        case .adam:
            try same("--optimizer", arguments.optimizer, "adam")
            try same("--momentum", arguments.momentum, nil)
            try same("--weight-decay", arguments.weightDecay, nil)
        case .adamW(_, let decay):
            try same("--optimizer", arguments.optimizer, "adamw")
            try same("--momentum", arguments.momentum, nil)
            try same("--weight-decay", arguments.weightDecay, decay)
        case .descent(let momentum):
            try same("--optimizer", arguments.optimizer, "sgd")
            try same("--momentum", arguments.momentum, momentum)
            try same("--weight-decay", arguments.weightDecay, nil)
        }
        switch settings.schedule {
        case .inverseTime(let decay):
            try same("--schedule", arguments.schedule, "decay")
            try same("--decay", arguments.decay, decay)
        case .constant: try same("--schedule", arguments.schedule, "constant")
        case .cosine: try same("--schedule", arguments.schedule, "cosine")
        case .staircase: try same("--schedule", arguments.schedule, "step")
        case .plateau: try same("--schedule", arguments.schedule, "plateau")
        }
        if case .inverseTime = settings.schedule {} else { try same("--decay", arguments.decay, nil) }
        let pruning = settings.pruning
        try same("--prune", arguments.prune, pruning?.sparsity)
        try same("--prune-begin", arguments.pruneBegin, pruning?.begin)
        try same("--prune-end", arguments.pruneEnd, pruning?.end)
        try same("--prune-interval", arguments.pruneInterval, pruning?.interval)
        try same("--prune-growth", arguments.pruneGrowth, pruning?.growth.rawValue)
        try same("--prune-unit", arguments.pruneUnit, pruning?.unit.rawValue)
        try same("--prune-scope", arguments.pruneScope, pruning?.scope.rawValue)
        try same(
            "--prune-classifier", arguments.prunesClassifier,
            pruning.map { $0.prunesClassifier ?? ($0.unit == .weights) })
        try same("--two-taps", arguments.twoTaps, settings.twoTaps?.rawValue)
    }
}

/// The options of a run that goes on, beside what is said again.
struct BegunOptions {
    private let place: String

    init(of folder: URL) { place = folder.relativePath }

    /// Checks that an option, if it is given, is what the run has.
    /// - Throws: `CommandFailure` with exit code 2, whose sentence names both values, where it is another.
    func check<Value: Equatable>(_ option: String, _ given: Value?, _ stored: Value?) throws(CommandFailure) {
        guard let given, given != stored else { return }
        throw .usage(
            "\(option) is \(given), but the run in \(place) has \(stored.map { "\($0)" } ?? "none") (another run takes another --out, without "
                + "--resume)")
    }
}

import Foundation
import MessagePassing
import NeuralNetworks
import TensorConvolution
import TensorFiles
import Tensors

/// A trainer's state in a safetensors file: the weights under their own names, everything else beside them.
///
/// Weights can be read by any program; the file's metadata says in JSON how they came about.
public struct Checkpoint: Sendable {
    /// The file it was read from.
    public let url: URL
    /// The network and the data set, such as `dilated on cifar-10`.
    public let subject: String
    /// The name of the network, such as `dilated`.
    public var networkName: String { subject.components(separatedBy: " on ").first ?? "" }
    /// The name of the data set, such as `cifar-10`; empty where the subject names none.
    public var dataName: String { subject.components(separatedBy: " on ").dropFirst().first ?? "" }
    /// How the network was trained.
    public let settings: TrainingSettings
    /// The number of steps made.
    public let steps: Int
    /// The algorithm of each convolution and direction.
    public let algorithms: [String: ConvolutionAlgorithm]
    /// The epochs so far.
    public var history: TrainingHistory { progress.history }
    /// What the run was asked for beside its settings.
    public let options: RunOptions

    let progress: Trainer.Progress
    /// The digest of the pictures learned from, by which they are told apart from others; nil in files of earlier versions.
    public let pictures: String?
    /// The height, the width and the channels of the pictures learned from; nil in files of earlier versions.
    public let input: [Int]?
    /// The names of the classes, in the order of the scores; nil in files of earlier versions, and where a run has none.
    public let classNames: [String]?
    let tensors: [String: StoredTensor]

    static let format = "ccnn checkpoint 1"

    /// Reads a checkpoint.
    /// - Throws: `TrainingError` where the file cannot be read or is not a checkpoint.
    public init(contentsOf url: URL) throws(TrainingError) {
        let archive: TensorArchive
        do {
            archive = try TensorArchive(contentsOf: url)
        } catch {
            throw .file(error)
        }
        let file = url.relativePath
        guard archive.metadata["format"] == Self.format else {
            let found = archive.metadata["format"].map { "the format '\($0)'" } ?? "no format named"
            throw .checkpoint(file: file, found: found, wanted: "a file of the format '\(Self.format)'")
        }
        // Not earlier: of other formats, a small file may hold tensors of a thousand times its length.
        let stored: [StoredTensor]
        do {
            stored = try archive.tensors()
        } catch {
            throw .file(error)
        }
        func value<Value: Decodable>(_ key: String, _ type: Value.Type) throws(TrainingError) -> Value {
            guard let text = archive.metadata[key],
                let value = try? JSONDecoder.exact.decode(Value.self, from: Data(text.utf8))
            else {
                throw .checkpoint(file: file, found: "no readable '\(key)' in its metadata", wanted: "one")
            }
            return value
        }
        self.url = url
        subject = archive.metadata["subject"] ?? ""
        settings = try value("settings", TrainingSettings.self)
        steps = try value("steps", Int.self)
        algorithms = try value("algorithms", [String: ConvolutionAlgorithm].self)
        progress = try value("progress", Trainer.Progress.self)
        pictures = archive.metadata["pictures"]
        classNames = archive.metadata["classes"].flatMap {
            try? JSONDecoder().decode([String].self, from: Data($0.utf8))
        }
        options =
            archive.metadata["options"].flatMap {
                try? JSONDecoder.exact.decode(RunOptions.self, from: Data($0.utf8))
            } ?? RunOptions()
        input = archive.metadata["input"] == nil ? nil : try value("input", [Int].self)
        if let fault = settings.fault {
            throw .checkpoint(file: file, found: "settings with \(fault)", wanted: "settings that a run can have")
        }
        let mostSteps = TrainingSettings.epochsRange.upperBound * TrainingSettings.stepsPerEpochRange.upperBound
        guard (0...mostSteps).contains(steps) else {
            throw .checkpoint(file: file, found: "\(steps) steps", wanted: "from 0 to \(mostSteps)")
        }
        if let fault = progress.fault {
            throw .checkpoint(file: file, found: "progress with \(fault)", wanted: "progress that a run can have")
        }
        if let input, input.count != 3 || !input.allSatisfy({ $0 >= 1 }) {
            throw .checkpoint(
                file: file, found: "an input of \(input)", wanted: "the height, the width and the channels of pictures")
        }
        tensors = Dictionary(stored.map { ($0.name, $0) }) { first, _ in first }
    }

    /// Reads a checkpoint that lies where rank 0 is, on every rank.
    ///
    /// - Throws: `TrainingError` where the file cannot be read or is not a checkpoint, or a rank has no room for its copy.
    public init(contentsOf url: URL, on communicator: any Communicator) throws(TrainingError) {
        guard communicator.count > 1 else {
            try self.init(contentsOf: url)
            return
        }
        let bytes = communicator.broadcast(
            communicator.leads ? (try? Data(contentsOf: url)).map { Array($0) } ?? [] : [])
        if communicator.leads || bytes.isEmpty {
            // Where rank 0 could not read it, all say why.
            try self.init(contentsOf: url)
            return
        }
        let copy = FileManager.default.temporaryDirectory.appendingPathComponent("ccnn-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: copy) }
        do {
            try Data(bytes).write(to: copy)
        } catch {
            throw .checkpoint(
                file: copy.path, found: "\"\(error.localizedDescription)\" on writing", wanted: "room for a copy")
        }
        try self.init(contentsOf: copy)
    }

    /// The weights of a network, running averages included.
    /// - Throws: `TrainingError` where a tensor is missing or has another shape.
    public func weights(of graph: NetworkGraph) throws(TrainingError) -> NetworkWeights {
        var found: [Tensor] = []
        for parameter in graph.parameters { found.append(try tensor(parameter.name, parameter.shape)) }
        guard let weights = NetworkWeights(graph, tensors: found) else {
            preconditionFailure("every shape was checked")
        }
        return weights
    }

    func tensor(_ name: String, _ shape: TensorShape) throws(TrainingError) -> Tensor {
        guard let stored = tensors[name] else {
            throw .checkpoint(
                file: url.relativePath, found: "no tensor '\(name)'", wanted: "one of shape \(shape)")
        }
        guard stored.shape == shape, stored.scalarType == .float32 else {
            throw .checkpoint(
                file: url.relativePath, found: "'\(name)' of shape \(stored.shape) and type \(stored.scalarType)",
                wanted: "shape \(shape) and type float32")
        }
        return stored.tensor
    }
}

extension JSONDecoder {
    /// Reads what `JSONEncoder.exact` writes.
    static var exact: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return decoder
    }
}

extension JSONEncoder {
    /// Writes numbers so that they come back to the last bit, and keys in order so that the same value gives the same text.
    static var exact: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return encoder
    }
}

extension Checkpoint {
    /// Writes a state to a file, which is replaced only when the new one is complete and on the disk.
    ///
    /// - Throws: `TrainingError.diverged` where a weight is no longer a number, `TrainingError.file` where the file cannot be written; the old
    ///   file is untouched then.
    static func write(
        _ network: CompiledNetwork, _ optimizer: Optimizer, _ masks: PruningMasks? = nil, subject: String,
        settings: TrainingSettings, pictures: String, classNames: [String]? = nil,
        progress: Trainer.Progress = .init(), options: RunOptions = .init(), to url: URL
    ) throws(TrainingError) {
        let (weights, input) = (network.weights, network.graph.input)
        guard weights.tensors.allSatisfy({ $0.withUnsafeBufferPointer { $0.allSatisfy(\.isFinite) } }) else {
            throw .diverged(step: optimizer.steps, checkpoint: nil)
        }
        var tensors: [StoredTensor] = []
        let moments = optimizer.moments
        for (place, parameter) in network.graph.parameters.enumerated() {
            tensors.append(StoredTensor(name: parameter.name, weights.tensors[place]))
            if let mask = masks?.masks[place] { tensors.append(StoredTensor(name: "mask/\(parameter.name)", mask)) }
            guard parameter.role.isTrained else { continue }
            for (number, moment) in moments.enumerated() {
                tensors.append(StoredTensor(name: "moment\(number + 1)/\(parameter.name)", moment[place]))
            }
        }
        func text(_ value: some Encodable) -> String {
            guard let data = try? JSONEncoder.exact.encode(value) else {
                preconditionFailure("numbers and names always encode")
            }
            return String(decoding: data, as: UTF8.self)
        }
        var metadata = [
            "format": format, "subject": subject, "settings": text(settings), "steps": text(optimizer.steps),
            "algorithms": text(network.algorithms), "progress": text(progress), "pictures": pictures,
            "input": text([input.height, input.width, input.channels]), "options": text(options),
        ]
        metadata["classes"] = classNames.map { text($0) }
        metadata["leftUnpruned"] = settings.pruning.map { text($0.leftAlone(in: network.graph)) }
        do {
            try SafetensorsFile.write(tensors, metadata: metadata, to: url)
        } catch {
            throw .file(error)
        }
    }

    /// Checks that the run to go on is the one that was stopped; it may have been made longer where it `mayBeLonger`.
    ///
    /// - Parameter lengthOption: The one option that says how long a run is and how its rate falls, where there are not several.
    func check(
        subject: String, settings: TrainingSettings, pictures: String, mayBeLonger: Bool, lengthOption: String? = nil
    ) throws(TrainingError) {
        let file = url.relativePath
        guard self.subject == subject else {
            throw .checkpoint(file: file, found: "a run of \(self.subject)", wanted: "one of \(subject)")
        }
        var comparable = self.settings
        if mayBeLonger { comparable = comparable.lasting(epochs: settings.epochs, from: steps) }
        if lengthOption != nil {
            comparable = comparable.lasting(
                epochs: settings.epochs, stepsPerEpoch: settings.stepsPerEpoch, from: steps)
        }
        var differences = comparable.differences(from: settings)
        if let lengthOption, self.settings.steps != settings.steps, !differences.isEmpty {
            let parts = ["--steps-per-epoch", "--epochs", "--schedule", "--epochs after steps were made"]
            differences = [lengthOption] + differences.filter { !parts.contains($0) }
        }
        guard differences.isEmpty else {
            // A rate that falls to the end, or pruning up to it, is another one where the end is.
            let isLength = mayBeLonger && self.settings.epochs != settings.epochs
            throw .checkpoint(
                file: file, found: "a run with other settings (\(differences.joined(separator: ", ")))",
                wanted: !mayBeLonger
                    ? "the same"
                    : isLength
                        ? "the same; --epochs may be others where no rate and no pruning follows from them"
                        : "the same, --epochs aside")
        }
        guard self.pictures == nil || self.pictures == pictures else {
            throw .checkpoint(
                file: file, found: "a run on other pictures to learn from",
                wanted: "those that it began with, and the same --validation-split")
        }
    }

    /// Puts back what an optimiser remembered.
    func restore(_ optimizer: inout Optimizer, of graph: NetworkGraph) throws(TrainingError) {
        var moments = optimizer.moments
        for (place, parameter) in graph.parameters.enumerated() where parameter.role.isTrained {
            for number in moments.indices {
                moments[number][place] = try tensor("moment\(number + 1)/\(parameter.name)", parameter.shape)
            }
        }
        optimizer.moments = moments
        optimizer.steps = steps
    }
}

extension Trainer {
    /// Writes the state to a file, which is replaced only when the new one is complete and on the disk.
    ///
    /// - Throws: `TrainingError.diverged` where a weight is no longer a number, `TrainingError.file` where the file cannot be written; the old
    ///   file is untouched then.
    public func save(to url: URL) throws(TrainingError) {
        try Checkpoint.write(
            network, optimizer, masks, subject: subject, settings: settings, pictures: pictures,
            classNames: dataset.training.classNames, progress: progress, options: options, to: url)
    }

    /// Goes on where a checkpoint stopped; its weights are in place already.
    func restore(_ checkpoint: Checkpoint) throws(TrainingError) {
        try checkpoint.check(subject: subject, settings: settings, pictures: pictures, mayBeLonger: true)
        let epochs = checkpoint.history.epochs.count
        let (due, more) = checkpoint.steps.quotientAndRemainder(dividingBy: settings.stepsPerEpoch)
        // After the last step of an epoch it may have been saved before the epoch was finished, which is then done first.
        guard epochs == due || more == 0 && epochs == due - 1 else {
            throw .checkpoint(
                file: checkpoint.url.relativePath, found: "\(epochs) epochs after \(checkpoint.steps) steps",
                wanted: "\(due)")
        }
        for (place, parameter) in network.graph.parameters.enumerated() {
            let mask = "mask/\(parameter.name)"
            if checkpoint.tensors[mask] != nil { masks.masks[place] = try checkpoint.tensor(mask, parameter.shape) }
        }
        try checkpoint.restore(&optimizer, of: network.graph)
        progress = checkpoint.progress
    }
}

extension Trainer.Progress {
    /// What in progress that was read from somewhere no run comes to, such as `correct -1`; nil where a run can come to all of it.
    var fault: String? {
        func number(_ name: String, _ value: Double) -> String? { value.isFinite ? nil : "\(name) \(value)" }
        func count(_ name: String, _ value: Int, to most: Int) -> String? {
            (0...most).contains(value) ? nil : "\(name) \(value)"
        }
        // Labels are also counted in double precision, which is exact up to here.
        let mostLabels = 1 << 53
        let faults: [String?] = [
            number("loss", loss), count("correct", correct, to: mostLabels), number("seconds", seconds),
            leastLoss.isNaN ? "leastLoss \(leastLoss)" : nil,
            count("epochsSinceLeast", epochsSinceLeast, to: history.epochs.count),
            count("reductions", reductions, to: history.epochs.count),
        ]
        return faults.lazy.compactMap { $0 }.first ?? history.epochs.lazy.compactMap(\.fault).first
    }
}

extension EpochRecord {
    /// The first figure that is no number, such as `testLoss nan in epoch 3`; nil where all are.
    fileprivate var fault: String? {
        let figures: [(name: String, value: Double)] = [
            ("learningRate", learningRate), ("trainingLoss", trainingLoss), ("trainingAccuracy", trainingAccuracy),
            ("testLoss", testLoss), ("testAccuracy", testAccuracy), ("reestimatedAccuracy", reestimatedAccuracy ?? 0),
            ("validationAccuracy", validationAccuracy ?? 0),
            ("reestimatedValidationAccuracy", reestimatedValidationAccuracy ?? 0), ("seconds", seconds),
        ]
        return figures.first { !$0.value.isFinite }.map { "\($0.name) \($0.value) in epoch \(epoch)" }
    }
}

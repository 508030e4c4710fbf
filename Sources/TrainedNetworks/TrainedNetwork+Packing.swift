import Datasets
import Foundation
import NeuralNetworks
import TensorFiles
import Training

extension TrainedNetwork {
    /// Writes a finished run into a folder as a network to bring along: NAME.safetensors and NAME.json.
    ///
    /// Normalisation statistics are re-estimated on 100 batches of training pictures, kernels and dense matrices are rounded to half precision, and
    /// the test accuracy is measured before and after that.
    /// - Parameters:
    ///   - checkpoint: The run's last state.
    ///   - dataset: The data set that the run names.
    ///   - command: The command that made the run.
    ///   - folder: The folder to write to.
    /// - Returns: The network as it can be read again.
    /// - Throws: `TrainedNetworkError` where the run has epochs left, is of another data set, or cannot be written.
    @discardableResult
    public static func pack(
        _ checkpoint: Checkpoint, on dataset: Dataset, command: String, into folder: URL
    ) throws(TrainedNetworkError) -> TrainedNetwork {
        let (history, settings) = (checkpoint.history, checkpoint.settings)
        guard history.epochs.count == settings.epochs, let accuracy = history.primaryAccuracy else {
            throw .file(
                checkpoint.url.path, found: "a run of \(history.epochs.count) epochs out of \(settings.epochs)",
                wanted: "a finished one")
        }
        guard let standard = StandardNetwork.named(checkpoint.networkName), checkpoint.dataName == dataset.name else {
            throw .file(
                checkpoint.url.path, found: "a run of \(checkpoint.subject)",
                wanted: "one of a standard network on \(dataset.name)")
        }
        let pictures = dataset.test
        var card = NetworkCard(
            network: standard.name, data: dataset.name, classes: pictures.classNames,
            input: [pictures.height, pictures.width, pictures.channels], command: command, settings: settings,
            history: history, accuracy: accuracy, reestimatedAccuracy: history.primaryReestimatedAccuracy,
            storedAccuracy: 0, accuracyBeforeRounding: 0, testPictures: pictures.count)
        let graph = try graph(standard, of: dataset, checkpoint)
        let compiled: CompiledNetwork
        do {
            compiled = CompiledNetwork(
                graph, weights: try checkpoint.weights(of: graph), batch: settings.batch,
                algorithms: checkpoint.algorithms)
        } catch {
            throw .training(error)
        }
        compiled.reestimateNormalization(on: dataset.training, batches: 100)
        card.accuracyBeforeRounding = Evaluation(compiled, on: pictures).accuracy
        let stored = zip(graph.parameters, compiled.weights.tensors).map { parameter, tensor in
            StoredTensor(name: parameter.name, tensor, as: isRounded(parameter.role) ? .float16 : .float32)
        }
        guard let rounded = NetworkWeights(graph, tensors: stored.map(\.tensor)) else {
            preconditionFailure("rounding keeps shapes")
        }
        compiled.weights = rounded
        card.storedAccuracy = Evaluation(compiled, on: pictures).accuracy
        return try write(card, stored, into: folder)
    }

    private static func isRounded(_ role: ParameterSpecification.Role) -> Bool {
        role == .kernel || role == .dense || role == .jetCoefficients
    }

    private static func graph(
        _ standard: StandardNetwork, of dataset: Dataset, _ checkpoint: Checkpoint
    ) throws(TrainedNetworkError) -> NetworkGraph {
        let pictures = dataset.test
        do {
            return try NetworkGraph(standard.description(for: pictures), for: pictures)
        } catch {
            throw .file(checkpoint.url.path, found: "a network that cannot take the pictures", wanted: "\(error)")
        }
    }

    private static func write(
        _ card: NetworkCard, _ tensors: [StoredTensor], into folder: URL
    ) throws(TrainedNetworkError) -> TrainedNetwork {
        let file = folder.appendingPathComponent("\(card.network).json")
        let encoding = PictureEncoding(
            height: card.input[0], width: card.input[1], channels: card.input[2], layout: "NHWC")
        do {
            try SafetensorsFile.write(
                tensors,
                metadata: ["network": card.network, "command": card.command, "pictures": encoding.sentence],
                to: folder.appendingPathComponent("\(card.network).safetensors"))
        } catch {
            throw .training(.file(error))
        }
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            try (encoder.encode(card) + Data("\n".utf8)).write(to: file, options: .atomic)
        } catch {
            throw .file(file.path, found: "\"\(error.localizedDescription)\" on writing", wanted: "a writable file")
        }
        return try TrainedNetwork(card: file)
    }
}

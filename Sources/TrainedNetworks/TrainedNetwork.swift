import Foundation
import NeuralNetworks
import TensorFiles
import Tensors
import Training

/// A network that the library brings along, trained by a command of its own.
///
/// Kernels and dense matrices are stored in half precision and everything else in single precision; the card says what that costs.
/// Normalisation statistics are those of 100 batches of training pictures under the final weights.
///
///     let network = try TrainedNetwork.named("dilated")
///     let weights = try network.weights()
public struct TrainedNetwork: Sendable, Hashable {
    /// How the network came about, and how good it is.
    public let card: NetworkCard
    let file: URL

    /// The network's name, that of the standard network.
    public var name: String { card.network }

    /// All networks that the library brings along, in alphabetical order.
    /// - Throws: `TrainedNetworkError` where their folder is not beside the program, or a card in it cannot be read.
    public static func all() throws(TrainedNetworkError) -> [TrainedNetwork] { try all(in: NetworkFolder.located()) }

    /// The network called `name`.
    /// - Throws: `TrainedNetworkError` where there is none, or where the networks are not there.
    public static func named(_ name: String) throws(TrainedNetworkError) -> TrainedNetwork {
        let all = try all()
        guard let network = all.first(where: { $0.name == name }) else {
            throw .unknown(name: name, known: all.map(\.name))
        }
        return network
    }

    static func all(in folder: URL) throws(TrainedNetworkError) -> [TrainedNetwork] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        } catch {
            throw .file(folder.path, found: "\"\(error.localizedDescription)\"", wanted: "a readable folder")
        }
        var networks: [TrainedNetwork] = []
        for name in names.filter({ $0.hasSuffix(".json") }).sorted() {
            networks.append(try TrainedNetwork(card: folder.appendingPathComponent(name)))
        }
        return networks
    }

    /// Reads a card; the weights are in the safetensors file beside it.
    init(card file: URL) throws(TrainedNetworkError) {
        guard let data = try? Data(contentsOf: file), let card = try? JSONDecoder().decode(NetworkCard.self, from: data)
        else { throw .file(file.path, found: "no readable card of a network", wanted: "one") }
        guard StandardNetwork.named(card.network) != nil, card.input.count == 3, card.input.allSatisfy({ $0 > 0 })
        else {
            throw .file(
                file.path, found: "the network '\(card.network)' for input \(card.input)", wanted: "a standard network")
        }
        self.card = card
        self.file = file.deletingPathExtension().appendingPathExtension("safetensors")
    }

    /// The network's layers, shapes and parameters.
    /// - Throws: `TrainedNetworkError` where its card has a size of pictures that it cannot take.
    public func graph() throws(TrainedNetworkError) -> NetworkGraph {
        guard let standard = StandardNetwork.named(card.network) else {
            throw .unknown(name: card.network, known: StandardNetwork.all.map(\.name))
        }
        do {
            return try NetworkGraph(
                standard.description(
                    classes: card.classes.count, height: card.input[0], width: card.input[1], channels: card.input[2]))
        } catch {
            throw .file(file.path, found: "a card of pictures \(card.input) (\(error))", wanted: "one that fits")
        }
    }

    /// The weights, running averages included, in the order of the graph's parameters.
    /// - Throws: `TrainedNetworkError` where the file cannot be read or has other tensors than the network.
    public func weights() throws(TrainedNetworkError) -> NetworkWeights {
        let graph = try graph()
        let stored = try tensors()
        var tensors: [Tensor] = []
        for parameter in graph.parameters {
            guard let tensor = stored.first(where: { $0.name == parameter.name }) else {
                throw .file(
                    file.path, found: "no tensor '\(parameter.name)'", wanted: "one of shape \(parameter.shape)")
            }
            tensors.append(tensor.tensor)
        }
        guard let weights = NetworkWeights(graph, tensors: tensors) else {
            throw .file(file.path, found: "tensors of other shapes", wanted: "those of \(card.network)")
        }
        return weights
    }

    /// The tensors as they are stored, under the names of the network's parameters, kernels as `[height, width, inputs, outputs]`.
    /// - Throws: `TrainedNetworkError` where the file cannot be read.
    public func tensors() throws(TrainedNetworkError) -> [StoredTensor] {
        do { return try TensorArchive(contentsOf: file).tensors() } catch { throw .training(.file(error)) }
    }
}

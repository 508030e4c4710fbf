import NeuralNetworks
import Tensors

extension LearnedNetwork {
    /// The weights by the names of their tensors.
    private var named: [String: Tensor] {
        Dictionary(uniqueKeysWithValues: zip(graph.parameters.map(\.name), weights.tensors))
    }

    /// The network of the first `count` layers, which computes features.
    ///
    /// - Throws: `NetworkError` or `ExperimentError` where those layers make no network by themselves, or one with other weights.
    public func prefix(_ count: Int) throws -> LearnedNetwork {
        var description = graph.network
        description.layers = Array(description.layers.prefix(count))
        return try with(description, named)
    }

    /// The layers before the mean over space, which compute the features of every pixel.
    public var featureLayers: [Layer] {
        Array(graph.network.layers.prefix { $0 != .meanOverSpace })
    }

    /// The network of another description whose tensors are among `tensors`.
    private func with(_ description: NetworkDescription, _ tensors: [String: Tensor]) throws -> LearnedNetwork {
        let part = try NetworkGraph(description, height: graph.input.height, width: graph.input.width)
        let own = part.parameters.compactMap { tensors[$0.name] }
        guard let weights = NetworkWeights(part, tensors: own) else {
            throw ExperimentError.missing(
                "\(description.name): its layers have other weights than the network they come from")
        }
        return LearnedNetwork(graph: part, weights: weights, settings: settings, history: history, dataset: dataset)
    }

    /// The network that computes features with every normalisation's running statistics made part of the convolution before it, so that it computes the
    /// same as in evaluation and pixels of a batch do not mix.
    ///
    /// - Throws: `ExperimentError` where a normalisation does not follow a convolution, a transposed one or a jet.
    public func featuresWithoutNormalization() throws -> LearnedNetwork {
        var folding = Folding(tensors: named)
        var description = graph.network
        description.layers = try folding.folded(featureLayers)
        return try with(description, folding.tensors)
    }
}

/// Takes normalisations into convolutions, numbering layers as a graph does.
private struct Folding {
    var tensors: [String: Tensor]
    private var counts: [String: Int] = [:]

    init(tensors: [String: Tensor]) { self.tensors = tensors }

    private mutating func next(_ kind: String) -> String {
        counts[kind, default: 0] += 1
        return "\(kind)\(counts[kind, default: 0])"
    }

    mutating func folded(_ layers: [Layer]) throws -> [Layer] {
        var result: [Layer] = []
        var last: String?
        for layer in layers {
            switch layer {
            case .convolution(var convolution):
                last = next("conv")
                convolution.hasBias = true
                result.append(.convolution(convolution))
            case .gaussianJet(var jet):
                last = next("jet")
                jet.hasBias = true
                result.append(.gaussianJet(jet))
            case .transposedConvolution(var transposed):
                last = next("transposed")
                transposed.hasBias = true
                result.append(.transposedConvolution(transposed))
            case .normalization:
                guard let last else { throw ExperimentError.missing("a normalisation follows no convolution") }
                try fold(next("norm"), into: last)
            case .residual(let body, let shortcut):
                result.append(.residual(body: try folded(body), shortcut: try folded(shortcut)))
                last = nil
            case .branches(let branches):
                result.append(.branches(try branches.map { try folded($0) }))
                last = nil
            case .activation, .window, .meanOverSpace, .dense:
                result.append(layer)
                last = nil
            }
        }
        return result
    }

    /// kernel · a and (bias − mean) · a + shift with a = scale/√(variance + 10⁻³).
    private mutating func fold(_ norm: String, into layer: String) throws {
        guard let scale = tensors["\(norm).scale"], let shift = tensors["\(norm).shift"],
            let mean = tensors["\(norm).mean"], let variance = tensors["\(norm).variance"]
        else { throw ExperimentError.missing("the network has no weights of \(norm)") }
        let factors = (0..<scale.count).map { scale[$0] / (variance[$0] + 1e-3).squareRoot() }
        let name = tensors["\(layer).kernel"] == nil ? "\(layer).coefficients" : "\(layer).kernel"
        guard var kernel = tensors[name] else { throw ExperimentError.missing("the network has no tensor '\(name)'") }
        // Outputs are a kernel's last axis, but of a transposed one the last but one.
        let inner = layer.hasPrefix("transposed") ? kernel.shape[3] : 1
        kernel.withUnsafeMutableBufferPointer { w in
            for i in w.indices { w[i] *= factors[i / inner % factors.count] }
        }
        let old = tensors["\(layer).bias"]
        tensors[name] = kernel
        tensors["\(layer).bias"] = Tensor(
            scale.shape, (0..<scale.count).map { ((old?[$0] ?? 0) - mean[$0]) * factors[$0] + shift[$0] })
    }
}

import NeuralNetworks
import TensorFiles
import Tensors
import Training

/// A residual network for small pictures in a state dictionary of PyTorch, as a network of this library that computes the same.
///
/// The names are those of a widely copied implementation (`conv1`, `layer1.0.conv1`, `layer1.0.bn1`, …, `linear`): a stem of 16 channels, three stages of
/// blocks of two 3×3 convolutions, and shortcuts without weights, which keep every second pixel and fill new channels with zeros, half of them before and
/// half after the old ones (option A). Source: He et al. 2016, section 4.2, doi:10.1109/CVPR.2016.90.
///
/// A stride of 2 with padding 1 on both sides keeps the even pixels of the convolution at stride 1, and so it is written here, as Keras's padding
/// would keep the odd ones.
public struct ResidualStateDictionary {
    private let tensors: [String: StoredTensor]
    private let blocks: [Int]
    private let channels: [Int]
    private let classes: Int

    /// The network in a file's tensors, or nil where they are not those of such a network.
    public init?(_ stored: [StoredTensor]) {
        let tensors = Dictionary(stored.map { ($0.name, $0) }) { first, _ in first }
        let blocks = (1...3).map { stage in
            (0...).prefix { tensors["layer\(stage).\($0).conv1.weight"] != nil }.count
        }
        let channels = (1...3).compactMap { stage in
            tensors["layer\(stage).0.conv2.weight"].flatMap { $0.shape.rank == 4 ? $0.shape[0] : nil }
        }
        // No shortcut has weights.
        let expected = Set(
            ["conv1", "bn1", "linear"]
                + (1...3).flatMap { stage in
                    (0..<blocks[stage - 1]).flatMap { block in
                        ["conv1", "bn1", "conv2", "bn2"].map { "layer\(stage).\(block).\($0)" }
                    }
                })
        let layers = Set(tensors.keys.map { $0.split(separator: ".").dropLast().joined(separator: ".") })
        guard layers == expected, channels.count == 3, channels == channels.sorted(),
            let matrix = tensors["linear.weight"], matrix.shape.rank == 2
        else { return nil }
        self.tensors = tensors
        self.blocks = blocks
        self.channels = channels
        classes = matrix.shape[0]
    }

    /// The network, for pictures of 32×32 pixels with values from 0 to 1.
    ///
    /// - Parameters:
    ///   - name: What the network is to be called.
    ///   - mean: What the pictures' channels had taken away in training.
    ///   - deviation: What they were then divided by.
    ///   - dataset: The name of the pictures that it learned.
    /// - Throws: `ExperimentError.missing` where a tensor is not there or has another shape.
    public func network(
        _ name: String, mean: [Float] = [0.485, 0.456, 0.406], deviation: [Float] = [0.229, 0.224, 0.225],
        dataset: String
    ) throws -> LearnedNetwork {
        var writer = Writer(source: tensors)
        writer.normalizePictures(mean, deviation)
        try writer.convolution("conv1", channels: channels[0])
        try writer.normalization("bn1")
        writer.layers.append(.activation(.relu))
        for (stage, count) in blocks.enumerated() {
            for block in 0..<count {
                let before = stage > 0 && block == 0 ? channels[stage - 1] : channels[stage]
                try writer.block("layer\(stage + 1).\(block)", from: before, to: channels[stage])
            }
        }
        writer.layers += .classifier(classes: classes)
        try writer.classifier("linear")
        let graph = try NetworkGraph(
            NetworkDescription(name: name, height: 32, width: 32, channels: 3, layers: writer.layers))
        let own = try graph.parameters.map { parameter -> Tensor in
            guard let tensor = writer.tensors[parameter.name], tensor.shape == parameter.shape else {
                throw ExperimentError.missing(
                    "\(name): there is no tensor '\(parameter.name)' of shape \(parameter.shape)")
            }
            return tensor
        }
        guard let weights = NetworkWeights(graph, tensors: own) else { preconditionFailure("every shape was checked") }
        return LearnedNetwork(
            graph: graph, weights: weights, settings: TrainingSettings(), history: TrainingHistory(), dataset: dataset)
    }
}

/// Layers with their weights under the names that a graph gives them, which counts convolutions and normalisations in the order of the layers.
private struct Writer {
    let source: [String: StoredTensor]
    var layers: [Layer] = []
    var tensors: [String: Tensor] = [:]
    private var convolutions = 0
    private var normalizations = 0

    init(source: [String: StoredTensor]) { self.source = source }

    private func read(_ name: String) throws -> Tensor {
        guard let stored = source[name] else { throw ExperimentError.missing("the file has no tensor '\(name)'") }
        return stored.tensor
    }

    private mutating func append(_ layer: ConvolutionLayer, _ kernel: Tensor, bias: Tensor? = nil) {
        convolutions += 1
        layers.append(.convolution(layer))
        tensors["conv\(convolutions).kernel"] = kernel
        if let bias { tensors["conv\(convolutions).bias"] = bias }
    }

    /// (x − mean)/deviation, as a depthwise 1×1 convolution.
    mutating func normalizePictures(_ mean: [Float], _ deviation: [Float]) {
        append(
            ConvolutionLayer(1, channels: 3, grouping: .depthwise), Tensor([1, 1, 1, 3], deviation.map { 1 / $0 }),
            bias: Tensor([3], zip(mean, deviation).map { -$0 / $1 }))
    }

    mutating func convolution(_ name: String, channels: Int) throws {
        let kernel = try read("\(name).weight")
        guard kernel.shape.rank == 4 else { throw ExperimentError.missing("'\(name).weight' is no kernel") }
        append(
            ConvolutionLayer(kernel.shape[2], channels: channels, hasBias: false),
            kernel.permuted(KernelAxes.oihw.permutation(to: .hwio)))
    }

    /// PyTorch adds 10⁻⁵ to the variance where this library adds 10⁻³: the scale makes up for it.
    mutating func normalization(_ name: String) throws {
        normalizations += 1
        layers.append(.normalization)
        let (scale, variance) = (try read("\(name).weight"), try read("\(name).running_var"))
        guard scale.shape.rank == 1, scale.shape == variance.shape else {
            throw ExperimentError.missing(
                "'\(name)' has a scale of shape \(scale.shape) and a variance of shape \(variance.shape), wanted a number for each channel in both"
            )
        }
        let own = "norm\(normalizations)"
        tensors["\(own).scale"] = Tensor(
            scale.shape,
            (0..<scale.count).map { scale[$0] * ((variance[$0] + 1e-3) / (variance[$0] + 1e-5)).squareRoot() })
        tensors["\(own).variance"] = variance
        tensors["\(own).shift"] = try read("\(name).bias")
        tensors["\(own).mean"] = try read("\(name).running_mean")
    }

    /// Every second pixel, by a 1×1 kernel for each channel.
    private mutating func everySecondPixel(channels: Int) {
        append(
            ConvolutionLayer(1, stride: 2, channels: channels, grouping: .depthwise, hasBias: false),
            Tensor([1, 1, 1, channels], repeating: 1))
    }

    mutating func block(_ name: String, from before: Int, to channels: Int) throws {
        let outer = layers
        layers = []
        try convolution("\(name).conv1", channels: channels)
        if channels != before { everySecondPixel(channels: channels) }
        try normalization("\(name).bn1")
        layers.append(.activation(.relu))
        try convolution("\(name).conv2", channels: channels)
        try normalization("\(name).bn2")
        let body = layers
        layers = []
        if channels != before {
            let first = (channels - before) / 2
            var kernel = Tensor([1, 1, before, channels])
            for channel in 0..<before { kernel[0, 0, channel, first + channel] = 1 }
            append(ConvolutionLayer(1, stride: 2, channels: channels, hasBias: false), kernel)
        }
        layers = outer + [.residual(body: body, shortcut: layers), .activation(.relu)]
    }

    mutating func classifier(_ name: String) throws {
        let matrix = try read("\(name).weight")
        guard matrix.shape.rank == 2 else { throw ExperimentError.missing("'\(name).weight' is no matrix") }
        let (outputs, inputs) = (matrix.shape[0], matrix.shape[1])
        var kernel = Tensor([1, 1, inputs, outputs])
        for o in 0..<outputs { for i in 0..<inputs { kernel[0, 0, i, o] = matrix[o, i] } }
        tensors["dense1.kernel"] = kernel
        tensors["dense1.bias"] = try read("\(name).bias")
    }
}

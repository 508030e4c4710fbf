import Datasets
import Foundation
import NeuralNetworks
import Randomness
import TensorConvolution
import TensorFiles
import Tensors
import Training

/// `ccnn export` between its arguments and its output: a network in a safetensors file that PyTorch takes as it is.
///
/// Tensors have PyTorch's names and axes, such as `conv1.weight` `[out, in, height, width]`; the metadata describes every layer as `LayerRecord` does,
/// and what the network is fed with as `PictureEncoding` does.
public struct ExportRun {
    private let model: String
    private let output: URL
    private let seed: UInt64?
    private let samples: Int
    private let overwrites: Bool

    /// The metadata's format.
    static let format = "ccnn network 1"
    private static let mostSamples = 1_000

    /// An export.
    /// - Parameters:
    ///   - model: A checkpoint, or the name of a network whose weights come along, or with a seed that of any network.
    ///   - output: The file to write.
    ///   - seed: Where given, all weights are drawn from it, normalisation statistics and biases included, instead of trained ones.
    ///   - samples: The number of random pictures to write with their scores.
    ///   - overwrites: Whether a file that is there may be replaced.
    /// - Throws: `CommandFailure` with exit code 2 where an argument is out of range.
    public init(
        model: String, output: String, seed: UInt64?, samples: Int, overwrites: Bool = false
    ) throws(CommandFailure) {
        guard output.hasSuffix(".safetensors") else {
            throw .usage("--output is '\(output)', but its name ends in .safetensors")
        }
        guard (0...Self.mostSamples).contains(samples) else {
            throw .usage("--samples is \(samples), but it is from 0 to \(Self.mostSamples)")
        }
        self.model = model
        self.output = URL(fileURLWithPath: output)
        self.seed = seed
        self.samples = samples
        self.overwrites = overwrites
    }

    private var outputs: Outputs {
        var outputs = Outputs(overwrites: overwrites)
        if seed == nil { outputs.read(URL(fileURLWithPath: model), "the checkpoint") }
        outputs.write(output, "--output")
        return outputs
    }

    /// Writes the file, and returns what goes to standard output.
    /// - Throws: `CommandFailure` where the model cannot be read, or the file cannot be written.
    public func run() throws(CommandFailure) -> String {
        try outputs.check()
        do {
            let (graph, weights, classes) = try network()
            try outputs.prepare()
            var tensors = zip(graph.parameters, weights.tensors).map(Self.exported)
            if samples > 0 {
                try graph.checkMemory(batch: samples, computesGradients: false)
                tensors += scored(graph, weights)
            }
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            var records = graph.records
            for index in records.indices {
                records[index].tensors = records[index].tensors.compactMap { name in
                    graph.parameters.first { $0.name == name }.map(Self.name)
                }
            }
            let layers = String(decoding: try encoder.encode(records), as: UTF8.self)
            let input = [graph.input.height, graph.input.width, graph.input.channels]
            let encoding = PictureEncoding(height: input[0], width: input[1], channels: input[2], layout: "NCHW")
            var metadata = [
                "format": Self.format, "network": graph.network.name, "input": "\(input)", "layers": layers,
                "encoding": String(decoding: try encoder.encode(encoding), as: UTF8.self),
                "pictures": encoding.sentence,
                "scores": Self.meaningOfScores(of: graph),
            ]
            if let classes { metadata["classes"] = String(decoding: try encoder.encode(classes), as: UTF8.self) }
            try outputs.check()
            try SafetensorsFile.write(
                tensors,
                metadata: metadata, to: output)
            let beside = samples > 0 ? ", with the scores of \(samples) random pictures" : ""
            return "\(output.relativePath): \(graph.network.name), \(graph.parameters.count) tensors\(beside)\n"
                + "takes \(encoding.sentence)\n"
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(error)
        }
    }

    private static func meaningOfScores(of graph: NetworkGraph) -> String {
        let standard = StandardNetwork.named(graph.network.name)
        guard standard?.findsObjects == true else {
            let place = standard?.scoresPixels == true ? "for each pixel" : "for the picture"
            return "a score of each class \(place), before the softmax; axes NCHW, classes along C"
        }
        let layout = DetectionLayout()
        return
            "for each pixel, and for objects whose longer side is about \(layout.sides.map { "\(Int($0))" }.joined(separator: ", ")) pixels in turn: "
            + "\(layout.classes) scores s of classes, each of probability 1/(1 + exp(\(Int(DetectionLoss.prior)) - s)) that the pixel is the centre of such an object, and the "
            + "distances to its left, upper, right and lower side in halves of that side; axes NCHW"
    }

    /// The network, its weights, and the names of its classes where they are known.
    private func network() throws -> (NetworkGraph, NetworkWeights, classes: [String]?) {
        if let seed {
            let graph = try NetworkGraph(TrainRequest.network(named: model).description())
            return (graph, Self.drawn(graph, seed: seed), nil)
        }
        let known = try EvaluatedModel(model, mayFindObjects: true)
        let standard = try NetworkGraph(known.network.description())
        let file = URL(fileURLWithPath: model)
        let entries =
            FileManager.default.fileExists(atPath: file.path) ? try TensorArchive(contentsOf: file).entries : []
        func shape(of parameter: ParameterSpecification?) -> TensorShape? {
            entries.first { $0.name == parameter?.name }?.shape
        }
        // The first tensor has inputs and outputs for its last axes. The last is a bias, one number for each class but where objects are found,
        // whose classes are always the digits.
        let channels = shape(of: standard.parameters.first)?.extents.dropLast().last ?? known.input?[2]
        let classes = shape(of: standard.parameters.last)?.count ?? known.classNames?.count
        let graph = try NetworkGraph(
            known.network.description(
                classes: known.network.findsObjects ? nil : classes, height: known.input?[0], width: known.input?[1],
                channels: channels))
        return (graph, try known.weights(graph), known.classNames)
    }

    /// Weights in which nothing is at its neutral value, so that a reader that leaves something out is found out. The statistics of
    /// normalisations are those of random pictures, so that scores depend on what is in a picture.
    private static func drawn(_ graph: NetworkGraph, seed: UInt64) -> NetworkWeights {
        var weights = NetworkWeights(graph, seed: seed)
        for (place, parameter) in graph.parameters.enumerated() {
            let range: ClosedRange<Double>
            switch parameter.role {
            case .bias, .shift: range = -0.3...0.3
            case .scale: range = 0.5...1.5
            case .kernel, .dense, .jetCoefficients, .sigma, .runningMean, .runningVariance: continue
            }
            var random = SeededGenerator(seed: seed &+ 1, index: place)
            let width = range.upperBound - range.lowerBound
            weights.tensors[place] = Tensor(
                parameter.shape,
                (0..<parameter.shape.count).map { _ in Float(range.lowerBound + width * random.uniform()) })
        }
        let network = CompiledNetwork(graph, weights: weights, batch: 8, computesGradients: false)
        network.reestimateNormalization(on: pictures(for: graph, count: 8, seed: seed &+ 2), batches: 1)
        return network.weights
    }

    /// Pictures of a few waves each, with brightness and contrast of their own, and a little noise.
    private static func pictures(for graph: NetworkGraph, count: Int, seed: UInt64) -> LabelledPictures {
        let (height, width, channels) = (graph.input.height, graph.input.width, graph.input.channels)
        var pixels: [UInt8] = []
        pixels.reserveCapacity(count * graph.input.count)
        for place in 0..<count {
            var random = SeededGenerator(seed: seed, index: place)
            let brightness = random.uniform()
            let waves = (0..<4 * channels).map { _ in
                let (x, y) = (0.8 * (random.uniform() - 0.5), 0.8 * (random.uniform() - 0.5))
                return (x: x, y: y, phase: random.uniform(), height: 0.3 * random.uniform())
            }
            for row in 0..<height {
                for column in 0..<width {
                    for channel in 0..<channels {
                        let sum = waves[4 * channel..<4 * (channel + 1)].reduce(brightness + 0.1 * random.uniform()) {
                            let turns = $1.x * Double(column) + $1.y * Double(row) + $1.phase
                            return $0 + $1.height * cos(2 * .pi * turns)
                        }
                        pixels.append(UInt8(min(max(255 * sum, 0), 255)))
                    }
                }
            }
        }
        return LabelledPictures(
            height: height, width: width, channels: channels, classNames: ["any"], pixels: pixels,
            labels: [UInt8](repeating: 0, count: count))
    }

    /// A tensor under PyTorch's name, with PyTorch's axes.
    private static func exported(_ parameter: ParameterSpecification, _ tensor: Tensor) -> StoredTensor {
        let name = name(of: parameter)
        switch parameter.role {
        case .kernel: return StoredTensor(name: name, tensor.permuted([3, 2, 0, 1]))
        case .dense:
            let matrix = tensor.permuted([3, 2, 0, 1])
            return StoredTensor(name: name, matrix.reshaped(to: [matrix.shape[0], matrix.count / matrix.shape[0]]))
        default: return StoredTensor(name: name, tensor)
        }
    }

    private static func name(of parameter: ParameterSpecification) -> String {
        let layer = parameter.name.prefix { $0 != "." }
        switch parameter.role {
        case .kernel, .dense, .scale: return "\(layer).weight"
        case .bias, .shift: return "\(layer).bias"
        case .runningMean: return "\(layer).running_mean"
        case .runningVariance: return "\(layer).running_var"
        case .jetCoefficients, .sigma: return parameter.name
        }
    }

    /// Random pictures and their scores, `[pictures, channels, height, width]` both.
    private func scored(_ graph: NetworkGraph, _ weights: NetworkWeights) -> [StoredTensor] {
        let set = Self.pictures(for: graph, count: samples, seed: seed ?? 1)
        var batch = Batch(of: set, count: samples)
        set.fill(&batch, from: 0)
        let network = CompiledNetwork(graph, weights: weights, batch: samples, computesGradients: false)
        network.forward(batch.pictures, isTraining: false)
        return [
            StoredTensor(name: "sample.pictures", batch.pictures.permuted([0, 3, 1, 2])),
            StoredTensor(name: "sample.scores", network.output.permuted([0, 3, 1, 2])),
        ]
    }
}

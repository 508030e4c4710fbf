import TensorConvolution
import Tensors

/// The shape of what a layer returns for one picture.
public struct FeatureShape: Hashable, Sendable, CustomStringConvertible {
    /// The number of rows.
    public let height: Int
    /// The number of columns.
    public let width: Int
    /// The number of channels.
    public let channels: Int

    /// The number of values.
    public var count: Int { height * width * channels }

    /// The shape of a batch of such features.
    public func tensor(batch: Int) -> TensorShape { [batch, height, width, channels] }

    /// Height × width × channels.
    public var description: String { "\(height)×\(width)×\(channels)" }
}

/// A network with every shape worked out: what each layer reads and writes, and which tensors of weights there are.
///
/// Making a graph allocates nothing for activations or weights; it is what `ccnn models` lists and what a network is compiled from.
public struct NetworkGraph: Sendable {
    /// What one node computes.
    enum Operation: Hashable, Sendable {
        case convolution(vertical: ConvolutionAxis, horizontal: ConvolutionAxis, groups: Int, bias: BiasKind)
        case gaussianJet(GaussianJetLayer, vertical: ConvolutionAxis, horizontal: ConvolutionAxis, bias: BiasKind)
        /// The axes are those of the convolution whose adjoint it is.
        case transposedConvolution(vertical: ConvolutionAxis, horizontal: ConvolutionAxis, bias: BiasKind)
        case window(WindowReduction.Kind, vertical: ConvolutionAxis, horizontal: ConvolutionAxis)
        case normalization(rectifies: Bool)
        case activation(Activation)
        case meanOverSpace
        case sum
        case concatenation
    }

    /// Whether outputs of a convolution have a number added.
    enum BiasKind: Hashable, Sendable {
        case none
        case added
        /// Added, but a normalisation follows, whose mean takes it away again: its gradient is exactly zero.
        case cancelled
    }

    /// One layer of the network with its inputs known.
    struct Node: Sendable {
        let name: String
        let operation: Operation
        let inputs: [Int]
        let output: Int
        /// Places in `parameters`.
        let parameters: [Int]
    }

    /// The network it was made from.
    public let network: NetworkDescription
    /// How many samples there are along each axis for every pixel of the grid that the network is made for.
    public let magnification: Double
    /// The shape of a picture.
    public let input: FeatureShape
    /// The tensors of weights, in the order of the layers.
    public let parameters: [ParameterSpecification]

    let nodes: [Node]
    /// The shape of each value; value 0 is the picture, and every node writes one.
    let values: [FeatureShape]
    let reaches: [Reach]

    /// The graph of `network`, for pictures of another size where one is given.
    /// - Parameters:
    ///   - network: The layers.
    ///   - height: The pictures' height, by default the one that the network is made for.
    ///   - width: The pictures' width likewise.
    ///   - magnification: How many samples there are for every pixel of the grid the network is made for; kernels given as taps keep
    ///     their taps, Gaussian-jet convolutions are scaled.
    /// - Throws: `NetworkError` where the layers do not fit together.
    public init(
        _ network: NetworkDescription, height: Int? = nil, width: Int? = nil, magnification: Double = 1
    ) throws(NetworkError) {
        precondition(magnification > 0 && magnification.isFinite, "there are samples for every pixel")
        let input = FeatureShape(
            height: height ?? network.height, width: width ?? network.width, channels: network.channels)
        guard input.height >= 1, input.width >= 1, input.channels >= 1 else {
            throw .invalid(layer: "input", reason: "a picture of \(input) has no values")
        }
        var builder = GraphBuilder(input: input, magnification: magnification)
        _ = try builder.append(network.layers, to: 0)
        self.network = network
        self.magnification = magnification
        self.input = input
        parameters = builder.parameters
        nodes = builder.nodes
        values = builder.values
        reaches = builder.reaches
    }

    /// The shape of the scores for one picture.
    public var output: FeatureShape { values[nodes.last?.output ?? 0] }

    /// Places in `parameters` of the kernels, matrices and coefficients whose outputs are the scores: nothing with such weights comes after them.
    public var scoringParameters: Set<Int> {
        var places: Set<Int> = []
        var seen: Set<Int> = []
        var open = [nodes.last?.output ?? 0]
        while let value = open.popLast() {
            guard seen.insert(value).inserted, let node = nodes.first(where: { $0.output == value }) else { continue }
            switch node.operation {
            case .convolution, .gaussianJet, .transposedConvolution:
                // Biases and σ belong to the layer, but do not weigh its inputs.
                places.formUnion(
                    node.parameters.filter { [.kernel, .dense, .jetCoefficients].contains(parameters[$0].role) })
            case .window, .normalization, .activation, .meanOverSpace, .sum, .concatenation: open += node.inputs
            }
        }
        return places
    }

    /// Whether there are normalisations, whose statistics are other numbers in training than afterwards.
    public var normalizes: Bool { parameters.contains { $0.role == .runningVariance } }

    /// Whether a tensor of `parameters` is the kernel of a transposed convolution, `[height, width, outputs, inputs]`.
    public func isTransposed(_ place: Int) -> Bool {
        nodes.contains { node in
            guard case .transposedConvolution = node.operation else { return false }
            return node.parameters.first == place
        }
    }

    /// The number of numbers that training changes.
    public var trainableCount: Int { parameters.filter(\.role.isTrained).reduce(0) { $0 + $1.shape.count } }

    /// The bytes that a compiled network holds at least: the values of all layers for a batch and its weights, and, where it is trained, the gradients
    /// of both and two numbers more for each weight, as Adam keeps.
    ///
    /// A number, not a count: it may be beyond what any memory has.
    public func leastBytes(batch: Int, computesGradients: Bool) -> Double {
        func bytes(_ shape: FeatureShape) -> Double {
            4 * Double(batch) * Double(shape.height) * Double(shape.width) * Double(shape.channels)
        }
        let weights = parameters.reduce(0.0) { $0 + 4 * Double($1.shape.count) } * (computesGradients ? 4 : 1)
        return values.reduce(weights) { $0 + bytes($1) }
            + (computesGradients
                ? nodes.reduce(0.0) { $0 + gradients(of: $1).reduce(0.0) { $0 + bytes(values[$1]) } } : 0)
    }

    /// The values for which a node has a gradient in memory of its own; the others share that of the node's output.
    private func gradients(of node: Node) -> [Int] {
        // The picture has none.
        switch node.operation {
        case .normalization, .activation: return []
        case .sum: return node.inputs.dropFirst().filter { $0 != 0 }
        case .convolution, .gaussianJet, .transposedConvolution, .window, .meanOverSpace, .concatenation:
            return node.inputs.filter { $0 != 0 }
        }
    }

    /// The number of pixels along an axis that a score depends on, before the mean over space and a dense layer, which see all of them.
    public var receptiveField: Int { reaches.map(\.field).max() ?? 1 }
}

/// One line of a network's table.
public struct LayerSummary: Hashable, Sendable {
    /// The layer's name, such as `conv2`.
    public let name: String
    /// What it computes, such as `3×3, dilation 2`.
    public let kind: String
    /// The shape of what it returns.
    public let output: FeatureShape
    /// The number of numbers that training changes.
    public let trainable: Int
    /// The number of pixels along an axis that a value depends on.
    public let receptiveField: Int
    /// The number of multiplications for one picture when convolutions are computed as sums over taps.
    public let multiplications: Int
}

extension NetworkGraph {
    /// The layers in the order they are computed.
    public var summary: [LayerSummary] {
        nodes.map { node in
            let output = values[node.output]
            let inputs = node.inputs.map { values[$0] }
            let specifications = node.parameters.map { parameters[$0] }
            let kernel = specifications.first { $0.role == .kernel || $0.role == .dense }
            let multiplications: Int
            let kind: String
            switch node.operation {
            case .convolution(let vertical, let horizontal, let groups, _):
                multiplications = output.height * output.width * (kernel?.shape.count ?? 0)
                kind = Self.kind(vertical, horizontal, groups: groups, of: inputs[0].channels)
            case .gaussianJet(let layer, let vertical, let horizontal, _):
                multiplications =
                    output.count * vertical.kernel * horizontal.kernel * inputs[0].channels
                kind = "jet of order \(layer.order), σ \(layer.sigmaWords), \(vertical.kernel)×\(horizontal.kernel)"
            case .transposedConvolution(let vertical, let horizontal, _):
                multiplications = inputs[0].height * inputs[0].width * (kernel?.shape.count ?? 0)
                kind = "transposed \(vertical.kernel)×\(horizontal.kernel), stride \(vertical.stride)"
            case .window(let reduction, let vertical, let horizontal):
                multiplications = 0
                kind = "\(reduction.rawValue) over \(Self.kind(vertical, horizontal))"
            case .normalization(let rectifies):
                multiplications = output.count
                kind = rectifies ? "normalisation, relu" : "normalisation"
            case .activation(let activation): (multiplications, kind) = (0, activation.rawValue)
            case .meanOverSpace: (multiplications, kind) = (output.count, "mean over space")
            case .sum: (multiplications, kind) = (0, "sum")
            case .concatenation: (multiplications, kind) = (0, "concatenation")
            }
            return LayerSummary(
                name: node.name, kind: kind, output: output,
                trainable: specifications.filter(\.role.isTrained).reduce(0) { $0 + $1.shape.count },
                receptiveField: reaches[node.output].field, multiplications: multiplications)
        }
    }

    private static func kind(
        _ vertical: ConvolutionAxis, _ horizontal: ConvolutionAxis, groups: Int = 1, of inputs: Int = 1
    ) -> String {
        func both(_ number: (ConvolutionAxis) -> Int) -> String {
            let (down, across) = (number(vertical), number(horizontal))
            return down == across ? "\(down)" : "\(down)×\(across)"
        }
        var words = "\(vertical.kernel)×\(horizontal.kernel)"
        if max(vertical.dilation, horizontal.dilation) > 1 { words += ", dilation \(both(\.dilation))" }
        if max(vertical.stride, horizontal.stride) > 1 { words += ", stride \(both(\.stride))" }
        if groups > 1 { words += groups == inputs ? ", depthwise" : ", \(groups) groups" }
        return words
    }
}

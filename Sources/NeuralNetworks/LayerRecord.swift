import TensorConvolution

/// One layer of a network in words and numbers, with which another framework can build it.
///
/// Layers refer to what they read by name; the picture is called `input`. Numbers that belong to an axis come in pairs, rows first.
public struct LayerRecord: Hashable, Sendable, Codable {
    /// What a layer computes.
    public enum Operation: String, Hashable, Sendable, Codable {
        /// Cross-correlation with kernels, and a bias.
        case convolution
        /// The adjoint of a convolution of the given kernel, stride and padding, and a bias.
        case transposedConvolution = "transposed-convolution"
        /// A matrix product with all values of a picture, and a bias.
        case dense
        /// Cross-correlation with Σ a_t (−σ)^(dx + dy) g^(dx)(x; σ) g^(dy)(y; σ), terms by rising order, then falling dx.
        case gaussianJet = "gaussian-jet"
        /// The maximum, mean or median over a window.
        case window
        /// (x − mean)/√(variance + ε)·weight + bias, channel by channel.
        case normalization
        /// A function of each value.
        case activation
        /// The mean over all pixels.
        case meanOverSpace = "mean-over-space"
        /// The sum of the inputs.
        case sum
        /// The channels of the inputs, one after another.
        case concatenation
    }

    /// The layer's name, unique in the network, such as `conv2`.
    public var name: String
    /// What it computes.
    public var operation: Operation
    /// The layers that it reads, or `input`.
    public var inputs: [String]
    /// The rows, columns and channels of what it returns.
    public var output: [Int]
    /// The number of taps.
    public var kernel: [Int]?
    /// The distance of neighbouring taps.
    public var dilation: [Int]?
    /// The distance of neighbouring outputs.
    public var stride: [Int]?
    /// Zeros above, below, left and right of a convolution's input; of a transposed one, what is cut off its output.
    public var padding: [Int]?
    /// The number of groups of channels that are convolved apart.
    public var groups: Int?
    /// The function that an activation applies, or a normalisation to its result, or a window over its pixels.
    public var function: String?
    /// ε of a normalisation.
    public var epsilon: Double?
    /// The order of a jet.
    public var order: Int?
    /// How a jet's derivatives become taps.
    public var discretization: String?
    /// σ of a jet in pixels where it is not among the tensors: one for all output channels, or one for each.
    public var sigma: [Double]?
    /// The tensors that belong to it.
    public var tensors: [String]
}

extension NetworkGraph {
    /// The layers in the order in which they are computed, each described to the last number but the weights.
    public var records: [LayerRecord] {
        var names = ["input"]
        return nodes.map { node in
            let output = values[node.output]
            var record = LayerRecord(
                name: node.name, operation: .convolution, inputs: node.inputs.map { names[$0] },
                output: [output.height, output.width, output.channels],
                tensors: node.parameters.map { parameters[$0].name })
            names.append(node.name)
            describe(node, in: &record)
            return record
        }
    }

    private func describe(_ node: Node, in record: inout LayerRecord) {
        switch node.operation {
        case .convolution(let vertical, let horizontal, let groups, _):
            if parameters[node.parameters[0]].role == .dense {
                record.operation = .dense
            } else {
                record.describe(vertical, horizontal)
                record.groups = groups
            }
        case .gaussianJet(let layer, let vertical, let horizontal, _):
            record.operation = .gaussianJet
            record.describe(vertical, horizontal)
            (record.order, record.discretization) = (layer.order, layer.discretization.rawValue)
            if layer.scale == .fixed { record.sigma = layer.sigmas.map { $0 * magnification } }
        case .transposedConvolution(let vertical, let horizontal, _):
            record.operation = .transposedConvolution
            record.describe(vertical, horizontal)
        case .window(let kind, let vertical, let horizontal):
            record.operation = .window
            record.describe(vertical, horizontal)
            record.function = kind.rawValue
        case .normalization(let rectifies):
            record.operation = .normalization
            record.epsilon = NormalizationExecution.epsilon
            record.function = rectifies ? Activation.relu.rawValue : nil
        case .activation(let activation):
            record.operation = .activation
            record.function = activation.rawValue
        case .meanOverSpace: record.operation = .meanOverSpace
        case .sum: record.operation = .sum
        case .concatenation: record.operation = .concatenation
        }
    }
}

extension LayerRecord {
    fileprivate mutating func describe(_ vertical: ConvolutionAxis, _ horizontal: ConvolutionAxis) {
        kernel = [vertical.kernel, horizontal.kernel]
        dilation = [vertical.dilation, horizontal.dilation]
        stride = [vertical.stride, horizontal.stride]
        padding = [vertical.paddingBefore, vertical.paddingAfter, horizontal.paddingBefore, horizontal.paddingAfter]
    }
}

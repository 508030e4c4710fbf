import TensorConvolution

/// One convolution of a network, with its shape for batches of one size.
public struct NetworkConvolution: Hashable, Sendable {
    /// The layer's name, as `CompiledNetwork.algorithms` has it.
    public let name: String
    /// What it computes.
    public let shape: ConvolutionShape
    /// Whether a normalisation and a ReLU follow.
    public let isNormalized: Bool
}

extension NetworkGraph {
    /// The convolutions with taps of their own, in the order of the layers, on batches of `batch` pictures; the dense layer, which is one too, is the last.
    ///
    /// - Throws: `ConvolutionShapeError` where the batch makes a tensor too large.
    public func convolutions(batch: Int) throws(ConvolutionShapeError) -> [NetworkConvolution] {
        var found: [NetworkConvolution] = []
        for node in nodes {
            guard case .convolution(let vertical, let horizontal, let groups, _) = node.operation else { continue }
            let shape = try ConvolutionShape(
                batch: batch, vertical: vertical, horizontal: horizontal,
                inputChannels: values[node.inputs[0]].channels, outputChannels: values[node.output].channels,
                groups: groups)
            let isNormalized = nodes.contains {
                guard case .normalization(let rectifies) = $0.operation else { return false }
                return rectifies && $0.inputs == [node.output]
            }
            found.append(NetworkConvolution(name: node.name, shape: shape, isNormalized: isNormalized))
        }
        return found
    }
}

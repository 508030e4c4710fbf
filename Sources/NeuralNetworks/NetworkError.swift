import TensorConvolution

/// Why layers do not make a network.
public enum NetworkError: Error, Hashable, CustomStringConvertible {
    /// A layer's numbers do not make a convolution of what it is given.
    case convolution(layer: String, reason: ConvolutionShapeError)
    /// A depthwise convolution's outputs are no multiple of its inputs.
    case depthwise(layer: String, inputs: Int, outputs: Int)
    /// Lists of layers that are added or put side by side return different shapes.
    case mismatch(layer: String, first: FeatureShape, second: FeatureShape)
    /// Branches are given none, or a jet has an order or σ out of range.
    case invalid(layer: String, reason: String)

    /// One sentence that names the layer.
    public var description: String {
        switch self {
        case .convolution(let layer, let reason): "\(layer): \(reason)"
        case .depthwise(let layer, let inputs, let outputs):
            "\(layer): a depthwise convolution of \(inputs) channels cannot have \(outputs) outputs, only a multiple of its inputs"
        case .mismatch(let layer, let first, let second):
            "\(layer): features of shape \(second) do not fit to those of shape \(first)"
        case .invalid(let layer, let reason): "\(layer): \(reason)"
        }
    }
}

/// What a file's format says a tensor is for.
public enum TensorUse: Sendable, Hashable {
    /// The format does not say: a state dictionary has names and shapes alone.
    case unstated
    /// A convolution has it as its kernels.
    case kernel(KernelUse)
    /// It is something else, in words: "a matrix of Gemm", "the momentum of an optimiser".
    case other(String)
}

/// How a convolution reads a tensor of kernels.
public struct KernelUse: Sendable, Hashable {
    /// The order of the tensor's axes.
    public var axes: KernelAxes
    /// The number of groups of channels; 1 where every output sees every input.
    public var groups: Int
    /// The distance between taps in pixels, one for each axis in the order height, width; of one dimension, one.
    public var dilation: [Int]
    /// The step of the outputs in pixels, in the same order.
    public var stride: [Int]
    /// Whether the operator is the adjoint of a convolution ("transposed").
    public var isTransposed: Bool
    /// Whether the kernels are turned by half a turn before they are correlated with the input, as mathematics and Theano do.
    public var isFlipped: Bool

    /// A use of kernels whose axes are in the order `axes`.
    ///
    /// - Parameters:
    ///   - axes: The order of the tensor's axes.
    ///   - groups: The number of groups of channels.
    ///   - dilation: The distance between taps in pixels, by axis.
    ///   - stride: The step of the outputs in pixels, by axis.
    ///   - isTransposed: Whether the operator is the adjoint of a convolution.
    ///   - isFlipped: Whether the kernels are turned by half a turn before they are correlated.
    public init(
        axes: KernelAxes, groups: Int = 1, dilation: [Int] = [1, 1], stride: [Int] = [1, 1],
        isTransposed: Bool = false, isFlipped: Bool = false
    ) {
        self.axes = axes
        self.groups = groups
        self.dilation = dilation
        self.stride = stride
        self.isTransposed = isTransposed
        self.isFlipped = isFlipped
    }
}

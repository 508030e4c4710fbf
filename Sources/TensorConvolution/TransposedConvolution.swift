import SampledSpaces

extension ConvolutionShape {
    /// The convolution whose adjoint is a transposed convolution, as decoders use it to enlarge pictures.
    ///
    /// A transposed convolution *is* an adjoint: its output is this shape's `inputGradient` at its input as the gradient of the output, with
    /// its bias; the gradient with respect to its input is this shape's `forward`; the gradient with respect to its kernel is this shape's
    /// `kernelGradient` with the gradient of its output as the input and its input as the gradient of the output. Its kernel is
    /// `[kernelHeight, kernelWidth, outputChannels / groups, inputChannels]`.
    ///
    /// - Parameters:
    ///   - batch: The number of pictures.
    ///   - vertical: The axis of rows, from `ConvolutionAxis.transposed`.
    ///   - horizontal: The axis of columns.
    ///   - inputChannels: The channels that the transposed convolution reads.
    ///   - outputChannels: The channels that it writes.
    ///   - groups: The number of groups that channels are divided into, each convolved by itself.
    /// - Throws: `ConvolutionShapeError` as for every shape.
    public static func transposed(
        batch: Int, vertical: ConvolutionAxis, horizontal: ConvolutionAxis, inputChannels: Int, outputChannels: Int,
        groups: Int = 1
    ) throws(ConvolutionShapeError) -> ConvolutionShape {
        try ConvolutionShape(
            batch: batch, vertical: vertical, horizontal: horizontal, inputChannels: outputChannels,
            outputChannels: inputChannels, groups: groups)
    }
}

extension ConvolutionAxis {
    /// The axis whose adjoint is a transposed convolution that makes of `input` samples
    ///
    /// - input·stride with padding `same`,
    /// - input·stride + max(extent − stride, 0) with padding `valid`, as Keras has it,
    /// - (input − 1)·stride + extent − before − after with an explicit padding, as PyTorch has it.
    ///
    /// - Throws: `ConvolutionShapeError` where a number is out of range.
    public static func transposed(
        input: Int, kernel: Int, dilation: Int = 1, stride: Int = 1, padding: ConvolutionPadding = .same
    ) throws(ConvolutionShapeError) -> ConvolutionAxis {
        for (name, value) in [("input", input), ("kernel", kernel), ("dilation", dilation), ("stride", stride)] {
            guard value >= 1, value <= Self.maximum else {
                throw .outOfRange(name: name, value: value, range: 1...Self.maximum)
            }
        }
        let extent = dilation * (kernel - 1) + 1
        let output =
            switch padding {
            case .same: input * stride
            case .valid: input * stride + max(extent - stride, 0)
            case .explicit(let before, let after):
                (input - 1) * stride + extent - min(max(before, 0), Self.maximum) - min(max(after, 0), Self.maximum)
            }
        return try ConvolutionAxis(
            input: output, kernel: kernel, dilation: dilation, stride: stride, padding: padding)
    }
}

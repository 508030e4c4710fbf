import Tensors

/// The shape of a reduction over windows (pooling) of channels-last batches: every output is the maximum, mean or median of the inputs of its
/// window, channel by channel. The windows are those of a convolution's taps; samples outside the picture are left out.
public struct WindowShape: Hashable, Sendable {
    /// The number of pictures.
    public let batch: Int
    /// The axis of rows.
    public let vertical: ConvolutionAxis
    /// The axis of columns.
    public let horizontal: ConvolutionAxis
    /// The number of channels.
    public let channels: Int
    /// The shape of the input, `[batch, height, width, channels]`.
    public let input: TensorShape
    /// The shape of the output, `[batch, outputHeight, outputWidth, channels]`.
    public let output: TensorShape

    /// A shape with the given numbers.
    /// - Throws: `ConvolutionShapeError` where a number is out of range, a window would lie outside the picture altogether, or a tensor would have
    ///   more elements than a tensor can have.
    public init(
        batch: Int, vertical: ConvolutionAxis, horizontal: ConvolutionAxis, channels: Int
    ) throws(ConvolutionShapeError) {
        // The convolution that reads each channel through the same windows has the same limits.
        let shape = try ConvolutionShape(
            batch: batch, vertical: vertical, horizontal: horizontal, inputChannels: channels, outputChannels: channels,
            groups: channels)
        for axis in [vertical, horizontal] {
            let inner = WindowAxis(axis)
            for index in 0..<axis.output where inner.taps[index].isEmpty {
                throw .noOutput(paddedInput: axis.input, extent: axis.extent)
            }
        }
        self.batch = batch
        self.vertical = vertical
        self.horizontal = horizontal
        self.channels = channels
        input = shape.input
        output = shape.output
    }
}

/// The samples of every window of an axis.
struct WindowAxis: Sendable {
    let input: Int
    /// The positions of the samples inside the picture, window by window.
    let taps: [[Int]]

    init(_ axis: ConvolutionAxis) {
        input = axis.input
        taps = (0..<axis.output).map { index in
            (0..<axis.kernel).map { index * axis.stride + $0 * axis.dilation - axis.paddingBefore }
                .filter { $0 >= 0 && $0 < axis.input }
        }
    }

    var output: Int { taps.count }
}

import SampledSpaces
import Tensors

/// The shape of a layer's convolution (cross-correlation, as networks compute it) of channels-last batches:
///
///     output[n, y, x, o] = Σ_{u, v, i} input[n, y·s + u·d − p, x·s' + v·d' − p', i] · kernel[u, v, i, o] + bias[o]
///
/// Input is `[batch, height, width, inputChannels]`, kernel `[kernelHeight, kernelWidth, inputChannels / groups, outputChannels]`,
/// output `[batch, outputHeight, outputWidth, outputChannels]`. With g groups, the channels of both are divided into g runs, and
/// outputs read only inputs of their own run; as many groups as input channels make the convolution depthwise.
public struct ConvolutionShape: Hashable, Sendable {
    /// The number of pictures.
    public let batch: Int
    /// The axis of rows.
    public let vertical: ConvolutionAxis
    /// The axis of columns.
    public let horizontal: ConvolutionAxis
    /// The number of channels read.
    public let inputChannels: Int
    /// The number of channels written.
    public let outputChannels: Int
    /// The number of runs of channels that do not mix.
    public let groups: Int
    /// What the input is beyond its samples.
    public let boundary: Boundary

    /// The shape of the input.
    public let input: TensorShape
    /// The shape of the kernel.
    public let kernel: TensorShape
    /// The shape of the output.
    public let output: TensorShape

    /// A shape with the given numbers.
    /// - Throws: `ConvolutionShapeError` where a number is out of range, the groups do not divide the channels, or a tensor would
    ///   have more elements than a tensor can have.
    public init(
        batch: Int, vertical: ConvolutionAxis, horizontal: ConvolutionAxis, inputChannels: Int, outputChannels: Int,
        groups: Int = 1, boundary: Boundary = .zero
    ) throws(ConvolutionShapeError) {
        let numbers = [
            ("batch", batch), ("input channels", inputChannels), ("output channels", outputChannels),
            ("groups", groups),
        ]
        for (name, value) in numbers {
            guard value >= 1, value <= ConvolutionAxis.maximum else {
                throw .outOfRange(name: name, value: value, range: 1...ConvolutionAxis.maximum)
            }
        }
        guard inputChannels % groups == 0, outputChannels % groups == 0 else {
            throw .indivisibleChannels(input: inputChannels, output: outputChannels, groups: groups)
        }
        self.batch = batch
        self.vertical = vertical
        self.horizontal = horizontal
        self.inputChannels = inputChannels
        self.outputChannels = outputChannels
        self.groups = groups
        self.boundary = boundary
        input = try Self.shape("input", [batch, vertical.input, horizontal.input, inputChannels])
        kernel = try Self.shape("kernel", [vertical.kernel, horizontal.kernel, inputChannels / groups, outputChannels])
        output = try Self.shape("output", [batch, vertical.output, horizontal.output, outputChannels])
    }

    private static func shape(_ name: String, _ extents: [Int]) throws(ConvolutionShapeError) -> TensorShape {
        guard let shape = TensorShape(validating: extents), shape.count <= TensorShape.maximumCount / 4 else {
            throw .tooLarge(name: name, extents: extents)
        }
        return shape
    }

    /// The number of multiplications and additions of the direct sum, taps outside the picture counted.
    public var directOperations: Int {
        2 * output.count * kernel[0] * kernel[1] * kernel[2]
    }
}

/// Why numbers do not make a convolution.
public enum ConvolutionShapeError: Error, Hashable, CustomStringConvertible {
    /// A number is outside the range it must lie in.
    case outOfRange(name: String, value: Int, range: ClosedRange<Int>)
    /// The kernel does not fit into the padded input.
    case noOutput(paddedInput: Int, extent: Int)
    /// The channels cannot be divided into the groups.
    case indivisibleChannels(input: Int, output: Int, groups: Int)
    /// A tensor would be too large.
    case tooLarge(name: String, extents: [Int])

    /// One sentence that names the values found and wanted.
    public var description: String {
        switch self {
        case .outOfRange(let name, let value, let range):
            "a convolution's \(name) is \(value), but must be from \(range.lowerBound) to \(range.upperBound)"
        case .noOutput(let paddedInput, let extent):
            "a kernel that extends over \(extent) samples has no output on an input padded to \(paddedInput)"
        case .indivisibleChannels(let input, let output, let groups):
            "\(input) input and \(output) output channels cannot both be divided into \(groups) groups"
        case .tooLarge(let name, let extents):
            "a convolution's \(name) of shape \(extents) has more elements than a tensor can have"
        }
    }
}

/// One axis of a convolution: how many samples go in, where the taps of the kernel read, and how many samples come out.
///
/// Output o is Σ_u input[o·stride + u·dilation − paddingBefore] · kernel[u], u < kernel; what the input is beyond its samples is
/// the boundary's business.
public struct ConvolutionAxis: Hashable, Sendable {
    /// The number of input samples.
    public let input: Int
    /// The number of taps.
    public let kernel: Int
    /// The distance of neighbouring taps in input samples.
    public let dilation: Int
    /// The distance of neighbouring outputs in input samples.
    public let stride: Int
    /// The number of samples that the input is extended by before the first.
    public let paddingBefore: Int
    /// The number of samples that the input is extended by after the last.
    public let paddingAfter: Int

    /// The number of input samples between the first and the last tap, both counted: dilation·(kernel − 1) + 1.
    public var extent: Int { dilation * (kernel - 1) + 1 }

    /// The number of outputs, ⌊(input + paddingBefore + paddingAfter − extent)/stride⌋ + 1.
    public var output: Int { (input + paddingBefore + paddingAfter - extent) / stride + 1 }

    /// The greatest value that any number of an axis may have.
    public static let maximum = 1 << 24

    /// An axis with the given numbers.
    /// - Throws: `ConvolutionShapeError` where a number is out of range or no output would be left.
    public init(
        input: Int, kernel: Int, dilation: Int = 1, stride: Int = 1, padding: ConvolutionPadding = .same
    ) throws(ConvolutionShapeError) {
        for (name, value) in [("input", input), ("kernel", kernel), ("dilation", dilation), ("stride", stride)] {
            guard value >= 1, value <= Self.maximum else {
                throw .outOfRange(name: name, value: value, range: 1...Self.maximum)
            }
        }
        let extent = dilation * (kernel - 1) + 1
        guard extent <= Self.maximum else {
            throw .outOfRange(name: "dilation·(kernel − 1) + 1", value: extent, range: 1...Self.maximum)
        }
        let (before, after) = padding.resolved(input: input, extent: extent, stride: stride)
        for (name, value) in [("padding before", before), ("padding after", after)] {
            guard value >= 0, value <= Self.maximum else {
                throw .outOfRange(name: name, value: value, range: 0...Self.maximum)
            }
        }
        guard input + before + after >= extent else {
            throw .noOutput(paddedInput: input + before + after, extent: extent)
        }
        self.input = input
        self.kernel = kernel
        self.dilation = dilation
        self.stride = stride
        paddingBefore = before
        paddingAfter = after
    }
}

/// How far an axis is extended before it is convolved.
public enum ConvolutionPadding: Hashable, Sendable {
    /// So far that there are ⌈input/stride⌉ outputs, as Keras defines it: max((⌈input/stride⌉ − 1)·stride + extent − input, 0) in
    /// total, the smaller half first.
    case same
    /// Not at all: only outputs whose taps all lie inside.
    case valid
    /// By the given numbers of samples.
    case explicit(before: Int, after: Int)

    func resolved(input: Int, extent: Int, stride: Int) -> (before: Int, after: Int) {
        switch self {
        case .same:
            let outputs = (input + stride - 1) / stride
            let total = max((outputs - 1) * stride + extent - input, 0)
            return (total / 2, total - total / 2)
        case .valid: return (0, 0)
        case .explicit(let before, let after): return (before, after)
        }
    }
}

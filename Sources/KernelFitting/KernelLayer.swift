/// The kernels of one convolutional layer: `outputs` × `inputs` kernels of `height` × `width` taps each.
///
/// Taps are those of cross-correlation, as networks store them: a tap at column c and row r multiplies the input sample
/// c − (width − 1)/2 to the right of the output's place and r − (height − 1)/2 below it.
public struct KernelLayer: Sendable, Hashable {
    /// The layer's name, such as the key of its tensor.
    public let name: String
    /// The number of output channels.
    public let outputs: Int
    /// The number of input channels that each output sees.
    public let inputs: Int
    /// The number of rows of a kernel.
    public let height: Int
    /// The number of columns of a kernel.
    public let width: Int
    /// All taps, ordered `[output, input, row, column]`.
    public let taps: [Double]
    /// Names for the kernels, in the order of `taps`; where absent, a kernel is called `name[output,input]`.
    public let kernelNames: [String]?

    /// A layer from its taps, ordered `[output, input, row, column]`.
    public init(
        name: String, outputs: Int, inputs: Int, height: Int, width: Int, taps: [Double], kernelNames: [String]? = nil
    ) {
        precondition(
            outputs > 0 && inputs > 0 && height > 0 && width > 0, "a layer has kernels and its kernels have taps")
        precondition(taps.count == outputs * inputs * height * width, "the taps fill the layer")
        precondition(kernelNames.map { $0.count == outputs * inputs } ?? true, "every kernel has a name or none has")
        self.name = name
        self.outputs = outputs
        self.inputs = inputs
        self.height = height
        self.width = width
        self.taps = taps
        self.kernelNames = kernelNames
    }

    /// The number of kernels, outputs × inputs.
    public var count: Int { outputs * inputs }

    /// The number of taps of one kernel, height × width.
    public var tapCount: Int { height * width }

    /// The taps of kernel `index`, row by row.
    public func kernel(_ index: Int) -> ArraySlice<Double> {
        taps[(index * tapCount)..<((index + 1) * tapCount)]
    }

    /// What kernel `index` is called.
    public func kernelName(_ index: Int) -> String {
        kernelNames?[index] ?? "\(name)[\(index / inputs),\(index % inputs)]"
    }

    /// The energy Σ‖k‖² of all kernels.
    public var energy: Double { taps.reduce(0) { $0 + $1 * $1 } }
}

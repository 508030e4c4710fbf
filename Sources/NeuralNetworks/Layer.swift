import GaussianKernels
import TensorConvolution

/// One layer of a network, described as a value.
///
/// A network is a list of layers, each applied to what the one before returns; `residual` and `branches` contain lists of their own. Activations
/// are channels-last, and convolutions are cross-correlations, padded with zeros to keep a picture's size as Keras's "same" does unless they say otherwise.
public indirect enum Layer: Hashable, Sendable {
    /// A convolution.
    case convolution(ConvolutionLayer)
    /// A transposed convolution, the adjoint of one with a stride, which enlarges pictures.
    case transposedConvolution(TransposedConvolutionLayer)
    /// A convolution whose kernels are combinations of Gaussian derivatives.
    case gaussianJet(GaussianJetLayer)
    /// Batch normalisation, each channel by itself: (x − mean)/√(variance + 10⁻³)·scale + shift.
    ///
    /// While training, mean and variance (with divisor n) are those of the batch's pixels, and running averages are kept, 0.99 of the old
    /// value and 0.01 of the batch's; evaluation uses these. Source: Ioffe and Szegedy, 2015, arXiv:1502.03167.
    case normalization
    /// A function of each value by itself.
    case activation(Activation)
    /// The maximum, mean or median over a window around each pixel (pooling).
    case window(WindowLayer)
    /// The mean over all pixels of a picture, channel by channel.
    case meanOverSpace
    /// A matrix product with all values of a picture, plus a bias.
    case dense(outputs: Int)
    /// The sum of what two lists of layers return for the same input; an empty shortcut returns the input itself.
    case residual(body: [Layer], shortcut: [Layer])
    /// The channels that several lists of layers return for the same input, one after another.
    case branches([[Layer]])
}

/// A function that is applied to each value by itself.
public enum Activation: String, Hashable, Sendable, CaseIterable {
    /// The positive part, max(x, 0).
    case relu
    /// log(1 + eˣ), smooth.
    case softplus
    /// x·Φ(x), Φ the standard normal distribution function; smooth. Source: Hendrycks and Gimpel, 2016, arXiv:1606.08415.
    case gelu
}

/// A convolution of a network; all that `ConvolutionShape` describes.
public struct ConvolutionLayer: Hashable, Sendable {
    /// What a kernel looks like along one axis.
    public struct Axis: Hashable, Sendable {
        /// The number of taps.
        public var kernel: Int
        /// The distance of neighbouring taps in pixels.
        public var dilation: Int
        /// The distance of neighbouring outputs in pixels.
        public var stride: Int
        /// How far pictures are extended by zeros.
        public var padding: ConvolutionPadding

        /// An axis with the given numbers.
        public init(_ kernel: Int, dilation: Int = 1, stride: Int = 1, padding: ConvolutionPadding = .same) {
            self.kernel = kernel
            self.dilation = dilation
            self.stride = stride
            self.padding = padding
        }
    }

    /// Which input channels an output channel reads.
    public enum Grouping: Hashable, Sendable {
        /// All of them.
        case none
        /// Those of its group; input and output channels are cut into so many groups of neighbours.
        case groups(Int)
        /// One: there are as many groups as input channels, and as many output channels or a multiple.
        case depthwise
    }

    /// Along columns.
    public var vertical: Axis
    /// Along rows.
    public var horizontal: Axis
    /// The number of channels written.
    public var channels: Int
    /// Which input channels an output channel reads.
    public var grouping: Grouping
    /// Whether a number is added to each output channel.
    public var hasBias: Bool

    /// A convolution with square kernels.
    public init(
        _ kernel: Int, dilation: Int = 1, stride: Int = 1, channels: Int, grouping: Grouping = .none,
        padding: ConvolutionPadding = .same, hasBias: Bool = true
    ) {
        let axis = Axis(kernel, dilation: dilation, stride: stride, padding: padding)
        self.init(vertical: axis, horizontal: axis, channels: channels, grouping: grouping, hasBias: hasBias)
    }

    /// A convolution whose kernels may differ between the axes.
    public init(
        vertical: Axis, horizontal: Axis, channels: Int, grouping: Grouping = .none, hasBias: Bool = true
    ) {
        self.vertical = vertical
        self.horizontal = horizontal
        self.channels = channels
        self.grouping = grouping
        self.hasBias = hasBias
    }
}

/// A transposed convolution of a network: each input pixel adds its kernel to the outputs around `stride` times its place.
///
/// Pictures become `stride` times as large along each axis. Its kernel is `[kernel, kernel, outputs, inputs]`.
public struct TransposedConvolutionLayer: Hashable, Sendable {
    /// The number of taps along each axis.
    public var kernel: Int
    /// How many times as many pixels there are along each axis afterwards.
    public var stride: Int
    /// The number of channels written.
    public var channels: Int
    /// Whether a number is added to each output channel.
    public var hasBias: Bool

    /// A transposed convolution with the given numbers.
    public init(_ kernel: Int, stride: Int, channels: Int, hasBias: Bool = true) {
        self.kernel = kernel
        self.stride = stride
        self.channels = channels
        self.hasBias = hasBias
    }
}

/// A reduction over windows, channel by channel; samples outside the picture are left out.
public struct WindowLayer: Hashable, Sendable {
    /// What becomes of the samples of a window.
    public var kind: WindowReduction.Kind
    /// The number of samples along each axis.
    public var size: Int
    /// The distance of neighbouring windows in pixels.
    public var stride: Int

    /// A reduction over windows; with stride 1 a picture keeps its size.
    public init(_ kind: WindowReduction.Kind, size: Int, stride: Int = 1) {
        self.kind = kind
        self.size = size
        self.stride = stride
    }
}

/// A convolution whose parameters are the coefficients of Gaussian derivatives, so that it is defined for every grid.
///
/// The kernel from input i to output o is k(u) = Σ_t a[t, i, o] (−σ)^{n_t} ∂^t g(u; σ), t running through the jet's terms and n_t the order
/// of a term: a coefficient describes the operator that the kernel applies by correlation, ∂x to the right and ∂y down. Lengths are in
/// pixels of the grid that the network is made for; on a grid with s times as many pixels along each axis, σ and radius are s times as
/// many pixels. Source: Jacobsen et al., "Structured receptive fields in CNNs", CVPR 2016, doi:10.1109/CVPR.2016.286.
public struct GaussianJetLayer: Hashable, Sendable {
    /// Which σ the layer has.
    public enum Scale: String, Hashable, Sendable {
        /// Those given, for ever.
        case fixed
        /// One for the layer, learned from the one given on.
        case learned
        /// One for each output channel, learned from those given on.
        case learnedPerChannel
    }

    /// The highest order of derivative.
    public var order: Int
    /// The standard deviation of the Gaussian, at first or for ever, in pixels: one for all output channels, or one for each.
    public var sigmas: [Double]
    /// The largest offset of a tap from the kernel's centre along each axis, in pixels.
    public var radius: Int
    /// Which σ the layer has.
    public var scale: Scale
    /// How derivatives become taps.
    public var discretization: Discretization
    /// The distance of neighbouring outputs, in samples of whatever grid it is.
    public var stride: Int
    /// The number of channels written.
    public var channels: Int
    /// Whether a number is added to each output channel.
    public var hasBias: Bool

    /// A convolution with the given jet and one σ to begin with.
    public init(
        order: Int, sigma: Double, radius: Int, scale: Scale = .learned, discretization: Discretization = .sampled,
        stride: Int = 1, channels: Int, hasBias: Bool = true
    ) {
        self.init(
            order: order, sigmas: [sigma], radius: radius, scale: scale, discretization: discretization,
            stride: stride, channels: channels, hasBias: hasBias)
    }

    /// A convolution with the given jet and one σ for each output channel to begin with, or for ever.
    public init(
        order: Int, sigmas: [Double], radius: Int, scale: Scale = .learnedPerChannel,
        discretization: Discretization = .sampled, stride: Int = 1, channels: Int, hasBias: Bool = true
    ) {
        self.order = order
        self.sigmas = sigmas
        self.radius = radius
        self.scale = scale
        self.discretization = discretization
        self.stride = stride
        self.channels = channels
        self.hasBias = hasBias
    }
}

extension GaussianJetLayer {
    /// σ in words: a number, or the smallest and the largest of several.
    var sigmaWords: String {
        guard sigmas.count > 1, let least = sigmas.min(), let most = sigmas.max() else {
            return sigmas.first.map { "\($0)" } ?? "none"
        }
        return "\(least) to \(most)"
    }
}

extension [Layer] {
    /// C(k,d,s) c: a convolution, normalisation and ReLU.
    public static func block(
        _ kernel: Int, dilation: Int = 1, stride: Int = 1, channels: Int,
        grouping: ConvolutionLayer.Grouping = .none
    ) -> [Layer] {
        let convolution = ConvolutionLayer(
            kernel, dilation: dilation, stride: stride, channels: channels, grouping: grouping)
        return [.convolution(convolution), .normalization, .activation(.relu)]
    }

    /// The mean over space and a matrix product that turns a picture's channels into `classes` scores.
    public static func classifier(classes: Int) -> [Layer] { [.meanOverSpace, .dense(outputs: classes)] }
}

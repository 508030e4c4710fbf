import GaussianKernels
import TensorConvolution

/// One layer of a network, described as a value.
///
/// A network is a list of layers, each applied to what the one before returns; `residual` and `branches` contain lists of their own. Activations
/// are channels-last, and convolutions are cross-correlations, padded with zeros to keep a picture's size as Keras's "same" does.
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

/// A convolution of a network.
public struct ConvolutionLayer: Hashable, Sendable {
    /// The number of taps along each axis.
    public var kernel: Int
    /// The distance of neighbouring taps in pixels.
    public var dilation: Int
    /// The distance of neighbouring outputs in pixels.
    public var stride: Int
    /// The number of channels written.
    public var channels: Int
    /// Whether each output channel reads only its own input channel; there are then as many of both, or a multiple of outputs.
    public var isDepthwise: Bool
    /// Whether a number is added to each output channel.
    public var hasBias: Bool

    /// A convolution with the given numbers.
    public init(
        _ kernel: Int, dilation: Int = 1, stride: Int = 1, channels: Int, isDepthwise: Bool = false,
        hasBias: Bool = true
    ) {
        self.kernel = kernel
        self.dilation = dilation
        self.stride = stride
        self.channels = channels
        self.isDepthwise = isDepthwise
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
        /// The one given, for ever.
        case fixed
        /// One for the layer, learned from the one given on.
        case learned
        /// One for each output channel, learned from the one given on.
        case learnedPerChannel
    }

    /// The highest order of derivative.
    public var order: Int
    /// The standard deviation of the Gaussian, at first or for ever, in pixels.
    public var sigma: Double
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

    /// A convolution with the given jet.
    public init(
        order: Int, sigma: Double, radius: Int, scale: Scale = .learned, discretization: Discretization = .sampled,
        stride: Int = 1, channels: Int, hasBias: Bool = true
    ) {
        self.order = order
        self.sigma = sigma
        self.radius = radius
        self.scale = scale
        self.discretization = discretization
        self.stride = stride
        self.channels = channels
        self.hasBias = hasBias
    }
}

extension [Layer] {
    /// C(k,d,s) c: a convolution, normalisation and ReLU.
    public static func block(
        _ kernel: Int, dilation: Int = 1, stride: Int = 1, channels: Int, isDepthwise: Bool = false
    ) -> [Layer] {
        let convolution = ConvolutionLayer(
            kernel, dilation: dilation, stride: stride, channels: channels, isDepthwise: isDepthwise)
        return [.convolution(convolution), .normalization, .activation(.relu)]
    }

    /// The mean over space and a matrix product that turns a picture's channels into `classes` scores.
    public static func classifier(classes: Int) -> [Layer] { [.meanOverSpace, .dense(outputs: classes)] }
}

/// A network as a value: its layers, what it takes, and how its weights begin.
///
///     let network = NetworkDescription(
///         name: "mine", height: 32, width: 32, channels: 3,
///         layers: .block(3, channels: 16) + .block(3, dilation: 2, channels: 24) + .classifier(classes: 10))
///     let graph = try NetworkGraph(network)
public struct NetworkDescription: Hashable, Sendable {
    /// How kernels are drawn before training. Biases and shifts begin at 0, scales at 1.
    public enum Initialization: String, Hashable, Sendable {
        /// Uniform on ±√(6/(fan in + fan out)). Source: Glorot and Bengio, AISTATS 2010.
        case glorotUniform
        /// Normal with variance 2/(fan in), cut off at two standard deviations and widened to keep its variance, as Keras does. Source:
        /// He et al., ICCV 2015, doi:10.1109/ICCV.2015.123.
        case heNormal
    }

    /// What the network is called.
    public var name: String
    /// The rows of the pictures it is made for.
    public var height: Int
    /// The columns of the pictures it is made for.
    public var width: Int
    /// The channels of the pictures it takes.
    public var channels: Int
    /// The layers, from the picture to the scores.
    public var layers: [Layer]
    /// How kernels are drawn before training.
    public var initialization: Initialization

    /// A network.
    public init(
        name: String, height: Int, width: Int, channels: Int, layers: [Layer],
        initialization: Initialization = .glorotUniform
    ) {
        self.name = name
        self.height = height
        self.width = width
        self.channels = channels
        self.layers = layers
        self.initialization = initialization
    }
}

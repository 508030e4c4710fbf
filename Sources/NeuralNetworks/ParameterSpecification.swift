import Tensors

/// What a network knows about one of its tensors of weights.
public struct ParameterSpecification: Hashable, Sendable {
    /// What a tensor is for.
    public enum Role: String, Hashable, Sendable {
        /// Taps of convolution kernels.
        case kernel
        /// The matrix of a dense layer, as a kernel that covers all pixels.
        case dense
        /// Numbers added to the channels of a convolution or a dense layer.
        case bias
        /// Factors after a normalisation.
        case scale
        /// Numbers added after a normalisation.
        case shift
        /// Coefficients of Gaussian derivatives.
        case jetCoefficients
        /// Standard deviations of Gaussians.
        case sigma
        /// Running average of the mean; not trained.
        case runningMean
        /// Running average of the variance; not trained.
        case runningVariance

        /// Whether training changes the tensor by its gradient.
        public var isTrained: Bool { self != .runningMean && self != .runningVariance }
    }

    /// The name, unique in the network, such as `conv2.kernel`.
    public let name: String
    /// What the tensor is for.
    public let role: Role
    /// The shape.
    public let shape: TensorShape
    /// How many values each output of the layer is computed from; 0 for tensors that are not drawn.
    public let fanIn: Int
    /// How many outputs of the layer each value enters; 0 for tensors that are not drawn.
    public let fanOut: Int
    /// What the elements are at first where they are not drawn: one number for all, or one for each.
    public let initialValues: [Float]
}

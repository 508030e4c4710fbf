/// How a convolution is computed.
public enum ConvolutionAlgorithm: String, Hashable, Sendable, CaseIterable, Codable {
    /// The sum as it is, for every shape.
    case direct
    /// Winograd's minimal filtering F(4×4, 3×3): 3×3 taps, stride 1, every dilation.
    case winograd4x4 = "winograd-4x4"
    /// Winograd's minimal filtering F(2×2, 3×3): as `winograd4x4`, with tiles that waste less on small pictures.
    case winograd2x2 = "winograd-2x2"
    /// The product of spectra, for every shape; made for large kernels.
    case fourier

    /// Whether the algorithm can compute convolutions of the given shape.
    public func supports(_ shape: ConvolutionShape) -> Bool {
        let hasUnitStride = shape.vertical.stride == 1 && shape.horizontal.stride == 1
        switch self {
        case .direct, .fourier: return true
        case .winograd4x4, .winograd2x2:
            return hasUnitStride && shape.vertical.kernel == 3 && shape.horizontal.kernel == 3
        }
    }
}

/// What is computed: the output, or one of the gradients of a function of the output.
public enum ConvolutionDirection: String, Hashable, Sendable, CaseIterable, Codable {
    /// The output from input and kernel.
    case forward
    /// The gradient with respect to the input from that with respect to the output, and the kernel.
    case inputGradient = "input-gradient"
    /// The gradient with respect to the kernel from the input and the gradient with respect to the output.
    case kernelGradient = "kernel-gradient"
}

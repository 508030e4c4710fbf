import TensorConvolution
import Tensors

/// A transposed convolution, computed as the adjoint that it is.
final class TransposedConvolutionExecution: LayerExecution {
    private let input: TensorBox
    private let output: TensorBox
    private let outputGradient: TensorBox?
    private let inputGradient: TensorBox?
    private let kernel: Int
    private let bias: Int?
    private let biasGradient: BiasGradient?
    private let forwardPlan: ConvolutionPlan
    private let inputGradientPlan: ConvolutionPlan?
    private let kernelGradientPlan: ConvolutionPlan?

    /// - Parameters:
    ///   - shape: The convolution whose adjoint it is.
    ///   - kernel: Where the kernel lies among the network's weights.
    ///   - bias: Where the bias lies, if there is one.
    init(
        _ shape: ConvolutionShape, input: TensorBox, output: TensorBox, outputGradient: TensorBox?,
        inputGradient: TensorBox?, kernel: Int, bias: Int?, biasIsCancelled: Bool,
        plan: (ConvolutionShape, ConvolutionDirection) -> ConvolutionPlan
    ) {
        self.input = input
        self.output = output
        self.outputGradient = outputGradient
        self.inputGradient = inputGradient
        self.kernel = kernel
        self.bias = bias
        biasGradient = bias.flatMap { place in
            guard let outputGradient, !biasIsCancelled else { return nil }
            return BiasGradient(place: place, outputGradient: outputGradient)
        }
        forwardPlan = plan(shape, .inputGradient)
        inputGradientPlan = inputGradient == nil ? nil : plan(shape, .forward)
        kernelGradientPlan = outputGradient == nil ? nil : plan(shape, .kernelGradient)
    }

    var summedGradients: [Int] { [kernel] + (biasGradient == nil ? [] : bias.map { [$0] } ?? []) }

    func forward(_ state: PassState) {
        forwardPlan.inputGradient(
            outputGradient: input.tensor, kernel: state.weights.tensors[kernel],
            bias: bias.map { state.weights.tensors[$0] }, into: &output.tensor, using: state.workSpace,
            pool: state.pool)
    }

    func backward(_ state: PassState) {
        guard let outputGradient else { return }
        biasGradient?.sum(state)
        state.withGradient(kernel) { gradient in
            kernelGradientPlan?.kernelGradient(
                input: outputGradient.tensor, outputGradient: input.tensor, into: &gradient, using: state.workSpace,
                pool: state.pool)
        }
        if let inputGradient {
            inputGradientPlan?.forward(
                input: outputGradient.tensor, kernel: state.weights.tensors[kernel], into: &inputGradient.tensor,
                using: state.workSpace, pool: state.pool)
        }
    }
}

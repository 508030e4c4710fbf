import Parallelism
import TensorConvolution
import Tensors

/// The plans of a convolution's three directions, and the bias, for layers that have a kernel, given or computed.
///
/// A transposed convolution is the adjoint of a convolution, whose input's gradient is its output.
final class CorrelationPlans {
    private let input: TensorBox
    private let output: TensorBox
    private let outputGradient: TensorBox?
    private let inputGradient: TensorBox?
    private let bias: Int?
    private let biasGradient: BiasGradient?
    private let isTransposed: Bool

    private let forwardPlan: ConvolutionPlan
    private let inputGradientPlan: ConvolutionPlan?
    private let kernelGradientPlan: ConvolutionPlan?

    /// - Parameters:
    ///   - shape: The convolution's shape; that of a transposed convolution's adjoint.
    ///   - bias: Where the bias lies among the network's weights, if there is one.
    init(
        _ shape: ConvolutionShape, isTransposed: Bool = false, input: TensorBox, output: TensorBox,
        outputGradient: TensorBox?, inputGradient: TensorBox?, bias: Int?, biasIsCancelled: Bool,
        plan: (ConvolutionShape, ConvolutionDirection) -> ConvolutionPlan
    ) {
        self.isTransposed = isTransposed
        self.input = input
        self.output = output
        self.outputGradient = outputGradient
        self.inputGradient = inputGradient
        self.bias = bias
        biasGradient = bias.flatMap { place in
            guard let outputGradient, !biasIsCancelled else { return nil }
            return BiasGradient(place: place, outputGradient: outputGradient)
        }
        forwardPlan = plan(shape, isTransposed ? .inputGradient : .forward)
        inputGradientPlan = inputGradient == nil ? nil : plan(shape, isTransposed ? .forward : .inputGradient)
        kernelGradientPlan = outputGradient == nil ? nil : plan(shape, .kernelGradient)
    }

    /// The place of the bias, where it has a gradient.
    var biasWithGradient: [Int] { biasGradient == nil ? [] : bias.map { [$0] } ?? [] }

    /// Computes the output.
    func forward(kernel: Tensor, _ state: PassState) {
        let bias = bias.map { state.weights.tensors[$0] }
        if isTransposed {
            forwardPlan.inputGradient(
                outputGradient: input.tensor, kernel: kernel, bias: bias, into: &output.tensor, using: state.workSpace,
                pool: state.pool)
        } else {
            forwardPlan.forward(
                input: input.tensor, kernel: kernel, bias: bias, into: &output.tensor, using: state.workSpace,
                pool: state.pool)
        }
    }

    /// Computes the gradients of the kernel, the bias and, where it is asked for, the input.
    func backward(kernel: Tensor, kernelGradient: inout Tensor, _ state: PassState) {
        guard let outputGradient else { return }
        let (read, written) = isTransposed ? (outputGradient, input) : (input, outputGradient)
        kernelGradientPlan?.kernelGradient(
            input: read.tensor, outputGradient: written.tensor, into: &kernelGradient, using: state.workSpace,
            pool: state.pool)
        biasGradient?.sum(state)
        guard let inputGradient, let inputGradientPlan else { return }
        if isTransposed {
            inputGradientPlan.forward(
                input: outputGradient.tensor, kernel: kernel, into: &inputGradient.tensor, using: state.workSpace,
                pool: state.pool)
        } else {
            inputGradientPlan.inputGradient(
                outputGradient: outputGradient.tensor, kernel: kernel, into: &inputGradient.tensor,
                using: state.workSpace, pool: state.pool)
        }
    }
}

/// A convolution, a transposed one, or a dense layer.
final class ConvolutionExecution: LayerExecution {
    private let plans: CorrelationPlans
    private let kernel: Int

    /// - Parameter kernel: Where the kernel lies among the network's weights.
    init(_ plans: CorrelationPlans, kernel: Int) {
        self.plans = plans
        self.kernel = kernel
    }

    var summedGradients: [Int] { [kernel] + plans.biasWithGradient }

    func forward(_ state: PassState) {
        plans.forward(kernel: state.weights.tensors[kernel], state)
    }

    func backward(_ state: PassState) {
        state.withGradient(kernel) { gradient in
            plans.backward(kernel: state.weights.tensors[kernel], kernelGradient: &gradient, state)
        }
    }
}

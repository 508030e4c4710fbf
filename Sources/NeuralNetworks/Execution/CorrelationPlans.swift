import Parallelism
import TensorConvolution
import Tensors

/// The plans of a convolution's three directions, and the bias, for layers that have a kernel, given or computed.
final class CorrelationPlans {
    private let input: TensorBox
    private let output: TensorBox
    private let outputGradient: TensorBox?
    private let inputGradient: TensorBox?
    private let bias: Int?
    private let biasGradient: BiasGradient?

    private let forwardPlan: ConvolutionPlan
    private let inputGradientPlan: ConvolutionPlan?
    private let kernelGradientPlan: ConvolutionPlan?

    /// - Parameter bias: Where the bias lies among the network's weights, if there is one.
    init(
        _ shape: ConvolutionShape, input: TensorBox, output: TensorBox, outputGradient: TensorBox?,
        inputGradient: TensorBox?, bias: Int?, biasIsCancelled: Bool,
        plan: (ConvolutionShape, ConvolutionDirection) -> ConvolutionPlan
    ) {
        self.input = input
        self.output = output
        self.outputGradient = outputGradient
        self.inputGradient = inputGradient
        self.bias = bias
        biasGradient = bias.flatMap { place in
            guard let outputGradient, !biasIsCancelled else { return nil }
            return BiasGradient(place: place, outputGradient: outputGradient)
        }
        forwardPlan = plan(shape, .forward)
        inputGradientPlan = inputGradient == nil ? nil : plan(shape, .inputGradient)
        kernelGradientPlan = outputGradient == nil ? nil : plan(shape, .kernelGradient)
    }

    /// The place of the bias, where it has a gradient.
    var biasWithGradient: [Int] { biasGradient == nil ? [] : bias.map { [$0] } ?? [] }

    /// Computes the output.
    func forward(kernel: Tensor, _ state: PassState) {
        forwardPlan.forward(
            input: input.tensor, kernel: kernel, bias: bias.map { state.weights.tensors[$0] }, into: &output.tensor,
            using: state.workSpace, pool: state.pool)
    }

    /// Computes the gradients of the kernel, the bias and, where it is asked for, the input.
    func backward(kernel: Tensor, kernelGradient: inout Tensor, _ state: PassState) {
        guard let outputGradient else { return }
        kernelGradientPlan?.kernelGradient(
            input: input.tensor, outputGradient: outputGradient.tensor, into: &kernelGradient, using: state.workSpace,
            pool: state.pool)
        biasGradient?.sum(state)
        if let inputGradient {
            inputGradientPlan?.inputGradient(
                outputGradient: outputGradient.tensor, kernel: kernel, into: &inputGradient.tensor,
                using: state.workSpace, pool: state.pool)
        }
    }
}

/// A convolution or a dense layer.
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

import CLayerLoops
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
    private let biasIsCancelled: Bool
    private let pattern: ChannelPattern
    private let sums: Numbers

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
        self.biasIsCancelled = biasIsCancelled
        forwardPlan = plan(shape, .forward)
        inputGradientPlan = inputGradient == nil ? nil : plan(shape, .inputGradient)
        kernelGradientPlan = outputGradient == nil ? nil : plan(shape, .kernelGradient)
        pattern = ChannelPattern(
            pixels: shape.output[0] * shape.output[1] * shape.output[2], channels: shape.outputChannels)
        sums = Numbers(pattern.period * pattern.blocks.blockCount)
    }

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
        if let bias, !biasIsCancelled { sumBiasGradient(bias, outputGradient, state) }
        if let inputGradient {
            inputGradientPlan?.inputGradient(
                outputGradient: outputGradient.tensor, kernel: kernel, into: &inputGradient.tensor,
                using: state.workSpace, pool: state.pool)
        }
    }

    private func sumBiasGradient(_ bias: Int, _ outputGradient: TensorBox, _ state: PassState) {
        sums.clear()
        outputGradient.tensor.withPointer { dy in
            state.pool.forEach(pattern.blocks.blockCount) { block, _ in
                let (start, count) = pattern.values(of: block)
                ccnn_channelSums(count, pattern.period, dy + start, sums.address + block * pattern.period)
            }
        }
        for channel in 0..<pattern.channels {
            state.gradients[bias][channel] = Float(
                pattern.folded(sums.address, stride: pattern.period, channel: channel))
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

    func forward(_ state: PassState) {
        plans.forward(kernel: state.weights.tensors[kernel], state)
    }

    func backward(_ state: PassState) {
        // Taken out of the array, so that the tensor is written in place while the state is in use.
        var gradient = Tensor([0])
        swap(&gradient, &state.gradients[kernel])
        plans.backward(kernel: state.weights.tensors[kernel], kernelGradient: &gradient, state)
        swap(&gradient, &state.gradients[kernel])
    }
}

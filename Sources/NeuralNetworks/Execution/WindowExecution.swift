import TensorConvolution
import Tensors

/// A reduction over windows.
final class WindowExecution: LayerExecution {
    private let reduction: WindowReduction
    private let input: TensorBox
    private let output: TensorBox
    private let outputGradient: TensorBox?
    private let inputGradient: TensorBox?

    init(
        _ reduction: WindowReduction, input: TensorBox, output: TensorBox, outputGradient: TensorBox?,
        inputGradient: TensorBox?
    ) {
        self.reduction = reduction
        self.input = input
        self.output = output
        self.outputGradient = outputGradient
        self.inputGradient = inputGradient
    }

    func forward(_ state: PassState) {
        reduction.forward(input: input.tensor, into: &output.tensor, pool: state.pool)
    }

    func backward(_ state: PassState) {
        guard let outputGradient, let inputGradient else { return }
        reduction.inputGradient(
            input: input.tensor, outputGradient: outputGradient.tensor, into: &inputGradient.tensor, pool: state.pool)
    }
}

import Parallelism
import Tensors

/// Tensors of one shape to time plans with.
public final class ConvolutionTrial {
    private var input: Tensor
    private var kernel: Tensor
    private var output: Tensor
    private var inputGradient: Tensor
    private var kernelGradient: Tensor
    private var outputGradient: Tensor

    /// Tensors for every direction of the convolution of the given shape, filled with numbers.
    public init(_ shape: ConvolutionShape) {
        input = Self.tensor(shape.input)
        kernel = Self.tensor(shape.kernel)
        outputGradient = Self.tensor(shape.output)
        output = Tensor(shape.output)
        inputGradient = Tensor(shape.input)
        kernelGradient = Tensor(shape.kernel)
    }

    /// Numbers between −1 and 1 without a pattern that arithmetic could profit from.
    private static func tensor(_ shape: TensorShape) -> Tensor {
        Tensor(shape) { elements in
            for i in elements.indices {
                elements.initializeElement(at: i, to: Float((i &* 7_919) % 2_003) / 1_001 - 1)
            }
        }
    }

    /// One call of a plan for the shape.
    public func run(_ plan: ConvolutionPlan, _ workSpace: WorkSpace, _ pool: WorkerPool) {
        switch plan.direction {
        case .forward:
            plan.forward(input: input, kernel: kernel, into: &output, using: workSpace, pool: pool)
        case .inputGradient:
            plan.inputGradient(
                outputGradient: outputGradient, kernel: kernel, into: &inputGradient, using: workSpace, pool: pool)
        case .kernelGradient:
            plan.kernelGradient(
                input: input, outputGradient: outputGradient, into: &kernelGradient, using: workSpace, pool: pool)
        }
    }
}

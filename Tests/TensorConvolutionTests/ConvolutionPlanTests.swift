import Parallelism
import Randomness
import SampledSpaces
import TensorConvolution
import Tensors
import Testing

@Suite("Every algorithm and direction against the definition")
struct ConvolutionPlanTests {
    /// The documented bounds of the relative error.
    static func bound(_ algorithm: ConvolutionAlgorithm) -> Double {
        switch algorithm {
        case .direct, .fourier: 2e-6
        case .winograd4x4, .winograd2x2: 2e-5
        }
    }

    @Test("Output and gradients of random shapes", arguments: ConvolutionAlgorithm.allCases, 0..<10)
    func agreement(algorithm: ConvolutionAlgorithm, seed: Int) {
        var random = RandomConvolutions(generator: SeededGenerator(seed: 5, index: seed))
        for number in 0..<caseCount(130) {
            let shape = random.shape(for: algorithm)
            let reference = ReferenceConvolution(shape: shape)
            let (input, kernel) = (random.tensor(shape.input), random.tensor(shape.kernel))
            let outputGradient = random.tensor(shape.output)
            let bias = number % 2 == 0 ? random.tensor([shape.outputChannels]) : nil
            let bound = Self.bound(algorithm)

            var output = Tensor(shape.output, repeating: .nan)
            ConvolutionPlan(shape, .forward, algorithm: algorithm)
                .forward(input: input, kernel: kernel, bias: bias, into: &output, using: WorkSpace())
            #expect(relativeError(output, reference.forward(input, kernel, bias)) < bound, "\(shape)")

            var inputGradient = Tensor(shape.input, repeating: .nan)
            ConvolutionPlan(shape, .inputGradient, algorithm: algorithm)
                .inputGradient(
                    outputGradient: outputGradient, kernel: kernel, into: &inputGradient, using: WorkSpace())
            #expect(
                relativeError(inputGradient, reference.inputGradient(outputGradient, kernel)) < bound, "\(shape)")

            var kernelGradient = Tensor(shape.kernel, repeating: .nan)
            ConvolutionPlan(shape, .kernelGradient, algorithm: algorithm)
                .kernelGradient(
                    input: input, outputGradient: outputGradient, into: &kernelGradient, using: WorkSpace())
            #expect(
                relativeError(kernelGradient, reference.kernelGradient(input, outputGradient)) < bound, "\(shape)")
        }
    }
}

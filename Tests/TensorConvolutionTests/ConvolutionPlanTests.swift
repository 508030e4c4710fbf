import Parallelism
import Randomness
import SampledSpaces
import TensorConvolution
import Tensors
import TestSupport
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
        for number in 0..<Thoroughness.cases(130) {
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

    /// The gradient is read in whole vectors, which must not reach beyond the last picture.
    @Test("Kernel's gradients of pictures smaller than a vector", arguments: [1, 2, 5, 15, 17])
    func tinyPictures(channels: Int) throws {
        var random = RandomConvolutions(generator: SeededGenerator(seed: 13))
        for (height, groups) in [(1, 1), (2, 1), (3, 3)] {
            let shape = try ConvolutionShape(
                batch: 20, vertical: ConvolutionAxis(input: height, kernel: 1),
                horizontal: ConvolutionAxis(input: 1, kernel: 1), inputChannels: 3 * groups,
                outputChannels: channels * groups, groups: groups)
            let (x, y) = (random.tensor(shape.input), random.tensor(shape.output))
            var gradient = Tensor(shape.kernel)
            ConvolutionPlan(shape, .kernelGradient, algorithm: .direct)
                .kernelGradient(input: x, outputGradient: y, into: &gradient, using: WorkSpace())
            let expected = ReferenceConvolution(shape: shape).kernelGradient(x, y)
            #expect(relativeError(gradient, expected) < Self.bound(.direct), "\(shape)")
        }
    }

    /// Kernels of one tap have loops of their own, for channels in whole vectors and those left over.
    @Test("Pointwise layers", arguments: [(16, 11), (48, 11), (11, 48), (64, 64), (33, 17), (1, 1)])
    func pointwise(inputs: Int, outputs: Int) throws {
        var random = RandomConvolutions(generator: SeededGenerator(seed: 14))
        for (batch, height, width, stride) in [(3, 16, 16, 1), (5, 7, 9, 1), (2, 9, 5, 2), (1, 1, 3, 1)] {
            let shape = try ConvolutionShape(
                batch: batch, vertical: ConvolutionAxis(input: height, kernel: 1, stride: stride),
                horizontal: ConvolutionAxis(input: width, kernel: 1, stride: stride), inputChannels: inputs,
                outputChannels: outputs)
            let reference = ReferenceConvolution(shape: shape)
            let (x, k, y) = (random.tensor(shape.input), random.tensor(shape.kernel), random.tensor(shape.output))
            var (forward, input) = (Tensor(shape.output), Tensor(shape.input, repeating: .nan))
            var gradient = Tensor(shape.kernel, repeating: .nan)
            ConvolutionPlan(shape, .forward, algorithm: .direct)
                .forward(input: x, kernel: k, bias: nil, into: &forward, using: WorkSpace())
            ConvolutionPlan(shape, .inputGradient, algorithm: .direct)
                .inputGradient(outputGradient: y, kernel: k, into: &input, using: WorkSpace())
            ConvolutionPlan(shape, .kernelGradient, algorithm: .direct)
                .kernelGradient(input: x, outputGradient: y, into: &gradient, using: WorkSpace())
            let bound = Self.bound(.direct)
            #expect(relativeError(forward, reference.forward(x, k, nil)) < bound, "\(shape)")
            #expect(relativeError(input, reference.inputGradient(y, k)) < bound, "\(shape)")
            #expect(relativeError(gradient, reference.kernelGradient(x, y)) < bound, "\(shape)")
        }
    }

    /// Direct convolution computes the same output of many small pictures at once.
    @Test("Many small pictures", arguments: [(6, 5, 1, 1, 3), (7, 4, 2, 1, 3), (5, 7, 1, 2, 3), (3, 3, 3, 2, 5)])
    func smallPictures(height: Int, width: Int, stride: Int, dilation: Int, kernel: Int) throws {
        var random = RandomConvolutions(generator: SeededGenerator(seed: 12))
        for (batch, groups) in [(8, 1), (21, 2), (9, 3)] {
            let shape = try ConvolutionShape(
                batch: batch,
                vertical: ConvolutionAxis(input: height, kernel: kernel, dilation: dilation, stride: stride),
                horizontal: ConvolutionAxis(input: width, kernel: kernel, dilation: dilation, stride: stride),
                inputChannels: 6 * groups, outputChannels: 17 * groups, groups: groups)
            let reference = ReferenceConvolution(shape: shape)
            let (x, k, y) = (random.tensor(shape.input), random.tensor(shape.kernel), random.tensor(shape.output))
            let bias = random.tensor([shape.outputChannels])
            var (output, inputGradient) = (Tensor(shape.output), Tensor(shape.input))
            ConvolutionPlan(shape, .forward, algorithm: .direct)
                .forward(input: x, kernel: k, bias: bias, into: &output, using: WorkSpace())
            ConvolutionPlan(shape, .inputGradient, algorithm: .direct)
                .inputGradient(outputGradient: y, kernel: k, into: &inputGradient, using: WorkSpace())
            #expect(relativeError(output, reference.forward(x, k, bias)) < Self.bound(.direct), "\(shape)")
            #expect(
                relativeError(inputGradient, reference.inputGradient(y, k)) < Self.bound(.direct), "\(shape)")
        }
    }
}

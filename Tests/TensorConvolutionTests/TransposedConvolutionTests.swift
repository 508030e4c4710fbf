import Randomness
import TensorConvolution
import Tensors
import Testing

@Suite("Transposed convolutions")
struct TransposedConvolutionTests {
    @Test("Sizes are Keras's and PyTorch's")
    func sizes() throws {
        for (input, kernel, stride) in [(4, 3, 2), (5, 2, 2), (7, 5, 3), (4, 1, 3)] {
            let same = try ConvolutionAxis.transposed(input: input, kernel: kernel, stride: stride)
            #expect(same.input == input * stride && same.output == input)
            let valid = try ConvolutionAxis.transposed(input: input, kernel: kernel, stride: stride, padding: .valid)
            #expect(valid.input == input * stride + max(kernel - stride, 0) && valid.output == input)
        }
        let explicit = try ConvolutionAxis.transposed(
            input: 6, kernel: 4, stride: 2, padding: .explicit(before: 1, after: 1))
        #expect(explicit.input == 12 && explicit.output == 6)
        #expect(throws: ConvolutionShapeError.self) {
            try ConvolutionAxis.transposed(input: 1, kernel: 2, padding: .explicit(before: 4, after: 4))
        }
    }

    @Test(
        "Every input sample adds a copy of the kernel to the output, and the bias is added",
        arguments: ConvolutionAlgorithm.allCases)
    func impulse(algorithm: ConvolutionAlgorithm) throws {
        let stride = algorithm == .direct || algorithm == .fourier ? 2 : 1
        let axis = try ConvolutionAxis.transposed(input: 5, kernel: 3, stride: stride, padding: .valid)
        let shape = try ConvolutionShape.transposed(
            batch: 1, vertical: axis, horizontal: axis, inputChannels: 2, outputChannels: 3)
        var random = RandomConvolutions(generator: SeededGenerator(seed: 10))
        let kernel = random.tensor([3, 3, 3, 2])
        let bias = random.tensor([3])
        var input = Tensor([1, 5, 5, 2])
        input[0, 1, 2, 1] = 1
        var output = Tensor(shape.input, repeating: .nan)
        ConvolutionPlan(shape, .inputGradient, algorithm: algorithm)
            .inputGradient(outputGradient: input, kernel: kernel, bias: bias, into: &output, using: WorkSpace())
        for y in 0..<shape.input[1] {
            for x in 0..<shape.input[2] {
                for channel in 0..<3 {
                    let (u, v) = (y - stride, x - 2 * stride)
                    let inside = (0..<3).contains(u) && (0..<3).contains(v)
                    let expected = bias[channel] + (inside ? kernel[u, v, channel, 1] : 0)
                    // The Winograd transforms of single numbers err by some tens of rounding errors.
                    #expect(abs(output[0, y, x, channel] - expected) < 1e-5)
                }
            }
        }
    }
}

import Randomness
import TensorConvolution
import Tensors
import Testing

@Suite("Kernels larger than the picture")
struct KernelBeyondPictureTests {
    @Test("Taps that never meet the picture change nothing and get no gradient", arguments: [31, 12], [1, 2])
    func idleTaps(kernel: Int, stride: Int) throws {
        let axis = try ConvolutionAxis(input: 5, kernel: kernel, stride: stride)
        let shape = try ConvolutionShape(
            batch: 2, vertical: axis, horizontal: axis, inputChannels: 3, outputChannels: 4)
        var random = RandomConvolutions(generator: SeededGenerator(seed: 12))
        let (x, y) = (random.tensor(shape.input), random.tensor(shape.output))
        var gradient = Tensor(shape.kernel, repeating: .nan)
        ConvolutionPlan(shape, .kernelGradient, algorithm: .fourier)
            .kernelGradient(input: x, outputGradient: y, into: &gradient, using: WorkSpace())
        let expected = ReferenceConvolution(shape: shape).kernelGradient(x, y)
        #expect(relativeError(gradient, expected) < ConvolutionPlanTests.bound(.fourier))

        // Huge taps where nothing is read would drown the others if they took part.
        var k = random.tensor(shape.kernel)
        for row in 0..<kernel where expected[row * kernel * 12..<(row + 1) * kernel * 12].allSatisfy({ $0 == 0 }) {
            for column in 0..<kernel {
                for i in 0..<3 {
                    for o in 0..<4 { k[row, column, i, o] = 1e12 }
                }
            }
        }
        var output = Tensor(shape.output, repeating: .nan)
        ConvolutionPlan(shape, .forward, algorithm: .fourier).forward(
            input: x, kernel: k, into: &output, using: WorkSpace())
        #expect(
            relativeError(output, ReferenceConvolution(shape: shape).forward(x, k, nil))
                < ConvolutionPlanTests.bound(.fourier))
        var inputGradient = Tensor(shape.input, repeating: .nan)
        ConvolutionPlan(shape, .inputGradient, algorithm: .fourier)
            .inputGradient(outputGradient: y, kernel: k, into: &inputGradient, using: WorkSpace())
        #expect(
            relativeError(inputGradient, ReferenceConvolution(shape: shape).inputGradient(y, k))
                < ConvolutionPlanTests.bound(.fourier))
    }
}
